"""Status × actor × action: what comes of it (DOMAIN.md, "States, and who may do what")."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from catalogue.models import Output
from core.locking import Conflict
from programs import actions
from programs.models import Activity
from stakeholders.models import Agency
from tests.convergence import cast as c

pytestmark = pytest.mark.django_db

STATUSES = ("draft", "submitted", "returned", "verified", "cancelled")
ACTORS = ("editor", "head", "other", "planner", "administrator", "reader")
REASON = "Volumenya keliru"
ACTIONS = {
    "submit": lambda user, one: actions.submit(user=user, activity=one),
    "verify": lambda user, one: actions.verify(user=user, activity=one),
    "send_back": lambda user, one: actions.send_back(user=user, activity=one, reason=REASON),
    "cancel": lambda user, one: actions.cancel(user=user, activity=one, reason=REASON),
    "agree": lambda user, one: actions.agree_to_cancellation(user=user, activity=one),
    "refuse": lambda user, one: actions.refuse_cancellation(user=user, activity=one, reason=REASON),
    "save": lambda user, one: actions.save_activity(
        user=user, activity=one, places=one.place_ids, version=one.version
    ),
}
# (action, the one who may, from) → to; "asked" = the same, and asked to be cancelled.
LEADS = {
    ("submit", "editor", "draft"): "submitted",
    ("submit", "editor", "returned"): "submitted",
    ("verify", "planner", "submitted"): "verified",
    ("send_back", "planner", "submitted"): "returned",
    ("cancel", "editor", "draft"): "cancelled",
    ("cancel", "editor", "submitted"): "cancelled",
    ("cancel", "editor", "returned"): "cancelled",
    ("cancel", "editor", "verified"): "asked",
    ("save", "editor", "draft"): "draft",
    ("save", "editor", "submitted"): "submitted",
    ("save", "editor", "returned"): "returned",
    ("save", "editor", "verified"): "verified",
}
WHO = {
    "submit": "editor", "verify": "planner", "send_back": "planner", "cancel": "editor",
    "agree": "planner", "refuse": "planner", "save": "editor",
}  # fmt: skip


def outcome(action: str, user, activity: Activity) -> str:
    """The status that it leads to, or how it is refused."""
    try:
        ACTIONS[action](user, activity)
    except PermissionDenied:
        return "denied"
    except ValidationError as error:
        return str(error.code)
    except Activity.DoesNotExist:
        return "state"  # the door: cancelled ones are not editable
    activity.refresh_from_db()
    return "asked" if activity.cancellation_asked else activity.status


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("action", ACTIONS)
def test_table(people, action, actor, status):
    activity = c.activity(status=status)
    activity.refresh_from_db()  # days as days
    steps = activity.steps.count()

    found = outcome(action, people[actor], activity)

    if actor != WHO[action]:
        assert found == "denied"
    else:
        assert found == LEADS.get((action, actor, status), "state")
    moved = found in {*STATUSES, "asked"} and action != "save"
    assert activity.steps.count() == steps + moved
    if moved:
        step = activity.steps.get()
        assert (step.user, step.before) == (people[actor], status)
        assert step.after == (status if found == "asked" else found)
        assert step.reason == (REASON if action in {"send_back", "cancel"} else "")
    if found in {"denied", "state"}:
        activity.refresh_from_db()
        assert (activity.status, activity.version) == (status, 1)


@pytest.mark.parametrize(("action", "after"), [("agree", "cancelled"), ("refuse", "verified")])
def test_a_verified_one_is_cancelled_by_two(people, action, after):
    activity = c.activity(status="verified")
    ACTIONS["cancel"](people["editor"], activity)
    activity.refresh_from_db()
    assert (activity.status, activity.cancellation_asked) == ("verified", REASON)
    assert outcome("cancel", people["editor"], activity) == "state"
    assert outcome(action, people["editor"], activity) == "denied"

    assert outcome(action, people["planner"], activity) == after
    activity.refresh_from_db()
    assert activity.cancellation_asked == ""
    assert activity.steps.order_by("-pk")[0].reason == REASON


def test_what_was_verified_once_is_not_given_up_alone(people):
    """Changing it first would be a way round the planning agency's agreement."""
    activity = c.activity(status="verified")
    activity.volume = 11
    save(people, activity)
    assert activity.status == "submitted"

    assert outcome("cancel", people["editor"], activity) == "asked"
    assert activity.status == "submitted"


@pytest.mark.parametrize("action", ["send_back", "cancel", "refuse"])
@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_reason_is_needed(people, action, reason):
    status = "submitted" if action == "send_back" else "draft"
    activity = c.activity(status=status)
    Activity.objects.update(cancellation_asked="x" if action == "refuse" else "")
    function = {"refuse": actions.refuse_cancellation}.get(action) or getattr(actions, action)
    with pytest.raises(ValidationError) as refused:
        function(user=people[WHO[action]], activity=activity, reason=reason)
    assert refused.value.code == "reason"
    activity.refresh_from_db()
    assert activity.status == status


@pytest.mark.parametrize("action", ["submit", "verify", "send_back", "cancel"])
def test_a_step_is_taken_only_by_who_has_read_it(people, action):
    activity = c.activity(status="draft" if action in {"submit", "cancel"} else "submitted")
    Activity.objects.filter(pk=activity.pk).update(title="Lain")
    extra = {"reason": REASON} if action in {"send_back", "cancel"} else {}
    with pytest.raises(Conflict):
        getattr(actions, action)(user=people[WHO[action]], activity=activity, version=1, **extra)


def save(people, activity: Activity, places=None, **kwargs) -> Activity:
    """As the agency's editor."""
    for name in ("first_day", "last_day"):  # the cast writes days as text
        setattr(activity, name, dt.date.fromisoformat(str(getattr(activity, name))))
    return actions.save_activity(
        user=people["editor"], activity=activity, version=activity.version,
        places=activity.place_ids if places is None else places, **kwargs,
    )  # fmt: skip


OTHER = {
    "output": lambda one: setattr(one, "output_id", Output.objects.get(code="AIR-02").pk),
    "volume": lambda one: setattr(one, "volume", 12),
    "first_day": lambda one: setattr(one, "first_day", dt.date(2026, 5, 1)),
    "last_day": lambda one: setattr(one, "last_day", dt.date(2026, 12, 1)),
}


@pytest.mark.parametrize("field", OTHER)
def test_after_verification_what_was_verified_is_looked_at_again(people, field):
    activity = c.activity(status="verified")
    activity.refresh_from_db()
    OTHER[field](activity)

    save(people, activity)

    assert activity.status == Activity.objects.get().status == "submitted"
    step = activity.steps.get()
    assert (step.before, step.after) == ("verified", "submitted")


def test_agency_after_verification(people):
    from accounts.models import Membership, User

    activity = c.activity(status="verified")
    there = Agency.objects.get(code="BPPW")
    Membership.objects.create(user=people["editor"], agency=there, role="editor")
    people["editor"] = User.objects.get(pk=people["editor"].pk)
    activity.agency = there

    assert save(people, activity).status == "submitted"


def test_an_activity_is_not_given_to_a_strange_agency(people):
    activity = c.activity()
    activity.agency = Agency.objects.get(code="BPPW")
    with pytest.raises(PermissionDenied):
        save(people, activity)


def test_places_after_verification(people):
    activity = c.activity(status="verified")

    save(people, activity, places=[c.place(c.BETOK).pk, c.place(c.PADANG).pk])

    assert Activity.objects.get().status == "submitted"


@pytest.mark.parametrize("field", ["title", "programme"])
def test_words_are_changed_without_another_verification(people, field):
    activity = c.activity(status="verified")
    activity.refresh_from_db()
    setattr(activity, field, "Lain")

    assert save(people, activity).status == "verified"
    assert getattr(Activity.objects.get(), field) == "Lain"
    assert not activity.steps.exists()


def test_places_alone_count_as_a_version(people):
    activity = c.activity(status="draft")

    save(people, activity, places=[])

    assert activity.version == Activity.objects.get().version == 2
    assert not activity.places.exists()


def test_the_second_writer_is_told(people):
    activity = c.activity(status="draft")
    Activity.objects.update(title="Lain")
    activity.title = "Saya"

    with pytest.raises(Conflict) as conflict:
        save(people, activity)
    assert conflict.value.current.title == "Lain"  # type: ignore[attr-defined]


def test_codes_are_given(people):
    made = []
    for title in ("Satu", "Dua"):
        new = c.activity("X")
        new.delete()
        new.pk, new.code, new.title = None, "", title
        new._state.adding = True
        made.append(actions.save_activity(user=people["editor"], activity=new, places=[]))

    assert [one.code for one in made] == ["KG-DPUPR-0001", "KG-DPUPR-0002"]
    made[1].steps.all().delete()
    made[1].delete()
    new.pk, new.code = None, ""
    new._state.adding = True
    assert actions.save_activity(user=people["editor"], activity=new, places=[]).code.endswith("3")
    assert new.status == "draft"


def test_comments_are_the_agencys_and_the_planners(people):
    activity = c.activity()
    for who in ("editor", "head", "planner"):
        actions.comment(user=people[who], activity=activity, text="Sudah dibahas.")
    for who in ("other", "administrator", "reader"):
        with pytest.raises(PermissionDenied):
            actions.comment(user=people[who], activity=activity, text="x")
    with pytest.raises(ValidationError):
        actions.comment(user=people["editor"], activity=activity, text=" ")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("actor", ACTORS)
def test_buttons_are_what_may_be_done(people, actor, status):
    """What is offered works, and what works is offered."""
    activity = c.activity(status=status)
    offered = actions.allowed(people[actor], activity)
    for action, button in {
        "submit": "submit", "verify": "verify", "send_back": "send_back", "cancel": "cancel",
        "save": "edit",
    }.items():  # fmt: skip
        works = (action, actor, status) in LEADS
        assert (button in offered) == works, action
