"""METHOD.md section 6: who settles and comments, a case at once, two reviewers, reopening."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Membership, User
from convergence import doors
from convergence.actions import Overtaken, reopen_case, settle_case
from convergence.dashboards.history import steps
from convergence.marks import NEVER_CHANGED
from convergence.models import AreaFigure, Dirty, Finding, FindingEvent
from convergence.snapshots import changes, digest, pack, snapshot, unpack
from core import tasks
from core.comments import add_comment, comments_about
from core.models import Comment
from planning.models import NeedPlace
from programs.models import Activity, ActivityPlace
from stakeholders.models import Agency

from . import cast as c

PLANNER = User.Role.PLANNER
TWO = (c.BETOK, c.PADANG)


def person(name: str, role: str = "viewer", agency: str = "", at: str = "editor") -> User:
    """Somebody, and for whom they work."""
    user = User.objects.create(username=name, name=name.title(), role=role)
    if agency:
        Membership.objects.create(user=user, agency=Agency.objects.get(code=agency), role=at)
    return user


@pytest.fixture
def sri(cast: None) -> User:
    """Who settles."""
    return person("sri", PLANNER)


@pytest.fixture
def case(cast: None) -> list[Finding]:
    """Two agencies' pipes at two places of the same records: one case of two findings."""
    return make_case()


def make_case() -> list[Finding]:
    """1,000 enacted, and 300 proposed by the other."""
    c.activity("A", agency="DPUPR", places=TWO, dpa=1000)
    c.activity("B", agency="BPPW", places=TWO, status="submitted")
    c.line("B", 300, c.PROPOSED)
    c.keep()
    found = list(Finding.objects.filter(kind="same_output").order_by("key"))
    assert len(found) == 2 and len({one.case_key for one in found}) == 1
    return found


def states(found: Iterable[Finding]) -> list[str]:
    """States as they are stored now."""
    keys = [one.pk for one in found]
    rows = Finding.objects.filter(pk__in=keys).order_by("key")
    return list(rows.values_list("state", flat=True))


def last_steps(finding: Finding) -> list[tuple[str, str, str]]:
    """(what, verdict, by whom) of every step."""
    events = finding.events.select_related("user").order_by("pk")
    return [(e.what, e.verdict, str(e.user or "")) for e in events]


# --- Who may ------------------------------------------------------------------------------------
WHO = {
    # (role, agency, as) → (settles, comments)
    ("planner", "", ""): (True, True),
    ("viewer", "DPUPR", "editor"): (False, True),
    ("viewer", "BPPW", "head"): (False, True),
    ("viewer", "BKSDA", "editor"): (False, False),
    ("viewer", "", ""): (False, False),
    ("administrator", "", ""): (False, False),
    ("administrator", "DPUPR", "editor"): (False, True),
}


@pytest.mark.parametrize("who", WHO, ids=lambda who: " ".join(filter(None, who)))
def test_who_may(case: list[Finding], who: tuple[str, str, str]) -> None:
    """DOMAIN.md, row by row."""
    user = person("x", who[0], who[1], who[2])
    assert (doors.may_settle(user), doors.may_comment(user, case[0])) == WHO[who]
    if not WHO[who][0]:
        with pytest.raises(PermissionDenied):
            settle_case(finding=case[0], verdict="", reason="", user=user)
        with pytest.raises(PermissionDenied):
            reopen_case(finding=case[0], reason="x", user=user)


def test_nobody_may(case: list[Finding]) -> None:
    """Who is not logged in."""
    assert not doors.may_settle(AnonymousUser())
    assert not doors.may_comment(AnonymousUser(), case[0])


def test_who_has_left_an_agency_comments_no_more(case: list[Finding]) -> None:
    """A membership that has ended."""
    user = person("x", agency="DPUPR")
    Membership.objects.update(ended=timezone.now())
    assert not doors.may_comment(User.objects.get(pk=user.pk), case[0])


# --- A case at once -----------------------------------------------------------------------------
def test_a_case_is_accepted_at_once(case: list[Finding], sri: User) -> None:
    """Both findings, each with what it was and a step of its own."""
    settled = settle_case(finding=case[0], verdict="successive", reason="Bertahap", user=sri)
    assert [one.pk for one in settled] == [one.pk for one in case]
    for one in settled:
        assert (one.state, one.verdict, one.reason) == ("accepted", "successive", "Bertahap")
        assert (one.accepted_severity, one.accepted_amount, one.accepted_members) == (
            one.severity, one.amount, ["A", "B"],
        )  # fmt: skip
        assert last_steps(one)[-1] == ("accepted", "successive", "Sri")
        assert one.events.latest("pk").at == one.changed


def test_as_many_statements_for_any_number(
    case: list[Finding], sri: User, django_assert_num_queries: object
) -> None:
    """Savepoint, lock, verdict, steps, reading back, release: six."""
    with django_assert_num_queries(6):  # type: ignore[operator]
        settle_case(finding=case[0], verdict="successive", reason="Bertahap", user=sri)


def test_a_duplicate_is_discussed_and_counts(case: list[Finding], sri: User) -> None:
    """Until the plans change."""
    before = AreaFigure.objects.get(code="61.11").duplication
    settle_case(finding=case[1], verdict="duplicate", reason="BPPW mundur", user=sri)
    c.keep()
    assert states(case) == ["discussed", "discussed"]
    assert AreaFigure.objects.get(code="61.11").duplication == before > 0
    Activity.objects.filter(code="B").update(status="cancelled")
    c.keep()
    assert states(case) == ["closed", "closed"]
    assert [step[0] for step in last_steps(case[0])] == ["raised", "discussed", "closed"]


def test_an_accepted_case_leaves_duplication_and_the_index_rises(sri: User) -> None:
    """After the next judgement."""
    c.need(places=TWO)
    case = make_case()
    before = AreaFigure.objects.get(code="61.11")
    assert before.index is not None and before.duplication > 0
    settle_case(finding=case[0], verdict="complementary", reason="Beda dusun", user=sri)
    c.keep()
    after = AreaFigure.objects.get(code="61.11")
    assert (float(after.duplication), after.coverage) == (0.0, before.coverage)
    assert after.index is not None and after.index > before.index


def test_what_is_settled_already_is_left(case: list[Finding], sri: User) -> None:
    """A place that is new to an accepted case is settled without touching the others."""
    settle_case(finding=case[0], verdict="complementary", reason="Satu", user=sri)
    Finding.objects.filter(pk=case[1].pk).update(state="open", verdict="", reason="")
    settled = settle_case(finding=case[1], verdict="wrong_match", reason="Dua", user=sri)
    assert [one.pk for one in settled] == [case[1].pk]
    case[0].refresh_from_db()
    assert (case[0].verdict, case[0].reason) == ("complementary", "Satu")


def test_other_cases_are_left(case: list[Finding], sri: User) -> None:
    """Of the same kind and place, but of other records."""
    for code, agency in (("C", "DKP"), ("D", "ESDM")):
        c.activity(code, agency=agency, output="TRP-01")
    c.keep()
    settle_case(finding=case[0], verdict="complementary", reason="Beda", user=sri)
    (other,) = Finding.objects.filter(kind="same_output").exclude(pk__in=[o.pk for o in case])
    assert other.state == "open"


@pytest.mark.parametrize(
    ("verdict", "reason", "field"),
    [
        ("complementary", "  ", "reason"),
        ("closed", "x", "verdict"),
        ("reopened", "x", "verdict"),
    ],
)
def test_refused(case: list[Finding], sri: User, verdict: str, reason: str, field: str) -> None:
    """At the field, and nothing is written."""
    with pytest.raises(ValidationError) as refused:
        settle_case(finding=case[0], verdict=verdict, reason=reason, user=sri)
    assert field in refused.value.error_dict
    assert states(case) == ["open", "open"]


def test_a_gap_is_no_duplicate(sri: User) -> None:
    """It can be discussed and accepted."""
    c.need()
    gap = c.stored("unmet_need")
    with pytest.raises(ValidationError):
        settle_case(finding=gap, verdict="duplicate", reason="x", user=sri)
    settle_case(finding=gap, verdict="", reason="", user=sri)
    settle_case(finding=gap, verdict="successive", reason="Tahun depan", user=sri)
    assert states([gap]) == ["accepted"]


def test_a_closed_one_is_not_settled(case: list[Finding], sri: User) -> None:
    """Nor reopened by hand."""
    Activity.objects.filter(code="B").update(status="draft")
    c.keep()
    for verdict in ("", "complementary"):
        with pytest.raises(ValidationError):
            settle_case(finding=case[0], verdict=verdict, reason="x", user=sri)
    with pytest.raises(ValidationError):
        reopen_case(finding=case[0], reason="x", user=sri)


# --- Reopening ----------------------------------------------------------------------------------
@pytest.fixture
def accepted(case: list[Finding], sri: User) -> list[Finding]:
    """The case, accepted and judged."""
    settle_case(finding=case[0], verdict="complementary", reason="Beda dusun", user=sri)
    c.keep()
    return list(Finding.objects.filter(kind="same_output").order_by("key"))


def test_reopened_by_hand(accepted: list[Finding], sri: User) -> None:
    """With a reason; it counts again, and marks that a judgement is due."""
    with pytest.raises(ValidationError):
        reopen_case(finding=accepted[0], reason=" ", user=sri)
    Dirty.objects.all().delete()
    settled = reopen_case(finding=accepted[0], reason="Keliru", user=sri)
    assert list(Dirty.objects.values_list("source", flat=True)) == ["convergence_findingevent"]
    for one in settled:
        assert (one.state, one.verdict, one.reason, one.accepted_amount) == ("open", "", "", None)
        assert last_steps(one)[-1] == ("reopened", "", "Sri")
        assert one.events.latest("pk").note == "Keliru"
    c.keep()
    assert AreaFigure.objects.get(code="61.11").duplication > 0


def test_only_an_accepted_one_is_reopened(case: list[Finding], sri: User) -> None:
    """What is open is open."""
    with pytest.raises(ValidationError):
        reopen_case(finding=case[0], reason="x", user=sri)


def test_reopening_by_the_engine_keeps_the_history(accepted: list[Finding], sri: User) -> None:
    """Who accepted it, as what and why is still told; no mark is left by its own step."""
    c.activity("C", agency="DKP", places=TWO, status="submitted")
    Dirty.objects.all().delete()
    c.keep()
    assert states(accepted) == ["open", "open"]
    assert not Dirty.objects.exists()
    assert last_steps(accepted[0]) == [
        ("raised", "", ""), ("accepted", "complementary", "Sri"), ("reopened", "", ""),
    ]  # fmt: skip
    assert accepted[0].events.get(what="accepted").note == "Beda dusun"


def test_the_verdict_on_an_accepted_case_can_be_changed(accepted: list[Finding], sri: User) -> None:
    """By another that accepts; not by one that does not."""
    settle_case(finding=accepted[0], verdict="wrong_match", reason="Sungai lain", user=sri)
    assert {one.verdict for one in Finding.objects.filter(kind="same_output")} == {"wrong_match"}
    with pytest.raises(ValidationError):
        settle_case(finding=accepted[0], verdict="duplicate", reason="x", user=sri)


# --- Two at one case ----------------------------------------------------------------------------
def test_the_second_is_told(case: list[Finding], sri: User) -> None:
    """Somebody else has settled it meanwhile: nothing is written over."""
    seen = snapshot(case)
    settle_case(finding=case[0], verdict="complementary", reason="A", user=sri, seen=seen)
    for look in (seen, digest(seen)):
        with pytest.raises(Overtaken) as overtaken:
            settle_case(finding=case[1], verdict="", reason="B", user=sri, seen=look)
    found = changes(seen, snapshot(overtaken.value.now))
    assert [(one.before.state, one.now.state) for one in found if one.before and one.now] == [
        ("open", "accepted"), ("open", "accepted"),
    ]  # fmt: skip
    case[0].refresh_from_db()
    assert case[0].reason == "A"


def test_a_judgement_meanwhile_is_told_too(case: list[Finding], sri: User) -> None:
    """The amount at stake is another; a place has left the case; all of it is closed."""
    seen = snapshot(case)
    for change in (
        lambda: c.line("B", 500, c.ENACTED),
        lambda: ActivityPlace.objects.filter(place__code=c.PADANG).delete(),
        lambda: Activity.objects.filter(code="B").update(status="draft"),
    ):
        change()
        c.keep()
        finding = Finding.objects.get(pk=case[0].pk)
        with pytest.raises(Overtaken):
            settle_case(finding=finding, verdict="", reason="", user=sri, seen=seen)
        seen = snapshot(Finding.objects.case(finding))
    assert seen == {}


def test_what_was_seen_travels_with_the_form(case: list[Finding]) -> None:
    """There and back; what is not ours is nothing."""
    seen = snapshot(case)
    assert unpack(pack(seen)) == seen
    assert unpack(pack(seen) + "x") is None
    assert unpack("") is None
    assert digest(seen) == digest(snapshot(reversed(case)))


@pytest.mark.django_db(transaction=True)
def test_who_holds_the_case_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that stores, or another reviewer: no deadlock, and the last one sees what is now."""
    monkeypatch.setattr(tasks.tick, "apply_async", lambda expires: None)
    c.populate()
    case, sri = make_case(), person("sri", PLANNER)
    holds = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Finding.objects.filter(pk=case[1].pk).select_for_update())
            holds.set()
            time.sleep(0.5)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(10)
    began = time.monotonic()
    settle_case(finding=case[0], verdict="", reason="", user=sri, seen=snapshot(case))
    holder.join()
    assert time.monotonic() - began > 0.3
    assert states(case) == ["discussed", "discussed"]


# --- Comments -----------------------------------------------------------------------------------
def test_comments_of_a_case(case: list[Finding], sri: User) -> None:
    """Written at one finding, read at each, oldest first."""
    add_comment(about=case[0], author=sri, text=" Apa bedanya? ")
    add_comment(about=case[1], author=person("edi", agency="DPUPR"), text="Dusun lain.")
    assert [(str(one.author), one.text) for one in comments_about(case)] == [
        ("Sri", "Apa bedanya?"), ("Edi", "Dusun lain."),
    ]  # fmt: skip
    assert comments_about([]) == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001])
def test_a_comment_says_something_and_not_too_much(
    case: list[Finding], sri: User, text: str
) -> None:
    """At most 5,000 characters."""
    with pytest.raises(ValidationError):
        add_comment(about=case[0], author=sri, text=text)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("table", NEVER_CHANGED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_never_changed_never_removed(
    case: list[Finding], sri: User, table: str, statement: str
) -> None:
    """By nobody: the database refuses."""
    add_comment(about=case[0], author=sri, text="Apa bedanya?")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table))
    assert Comment.objects.count() == 1


# --- History ------------------------------------------------------------------------------------
def test_history_in_sentences(accepted: list[Finding], sri: User) -> None:
    """Who, what, from what to what."""
    reopen_case(finding=accepted[0], reason="Keliru", user=sri)
    c.line("B", 400, c.PROPOSED, source="dak")
    c.keep()
    events = FindingEvent.objects.filter(finding=accepted[0]).select_related("user").order_by("pk")
    told = [step.sentence for step in steps(events)]
    assert len(told) == len(set(told)) == 4
    assert "Sri" in told[1] and "Sri" in told[2]
    assert "Rp" in told[3]


def test_a_need_of_many_places_is_one_case(sri: User) -> None:
    """A gap too is settled once."""
    c.need(places=TWO)
    assert NeedPlace.objects.count() == 2
    c.keep()
    gap = Finding.objects.filter(kind="unmet_need").earliest("key")
    assert len(settle_case(finding=gap, verdict="", reason="Musrenbang", user=sri)) == 2
