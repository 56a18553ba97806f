"""The planning agency's inbox: what waits, beside what was verified; many at once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from programs import actions
from programs.changes import comparisons
from programs.models import Activity
from tests.convergence import cast as c
from tests.pages.reading import get, text
from tests.pages.test_policy import check

pytestmark = pytest.mark.django_db
INBOX = "/activities/inbox"
QUERIES = 14


def changed(people, code: str = "A", **values) -> Activity:
    """A verified activity that its agency has changed."""
    with transaction.atomic():
        activity = c.activity(code, status="verified")
    activity.refresh_from_db()
    for name, value in values.items():
        setattr(activity, name, value)
    places = [c.place(c.BETOK).pk, c.place(c.PADANG).pk]
    return actions.save_activity(
        user=people["editor"], activity=activity, places=places, version=activity.version
    )


@pytest.mark.django_db(transaction=True)  # the history is dated by its transactions
def test_shown_as_a_comparison_with_what_was_verified(people, browser):
    activity = changed(people, volume=12)
    activity.title = "Lain"  # words may change meanwhile, and another time
    actions.save_activity(
        user=people["editor"], activity=activity, places=[c.place(c.PADANG).pk],
        version=activity.version,
    )  # fmt: skip

    [shown] = comparisons(list(Activity.objects.all())).values()
    assert [(one.before, one.after) for one in shown] == [
        ("10", "12"),
        ("Betok Jaya · Pulau Karimata", "Padang · Pulau Karimata"),
    ]
    page = get(browser("planner"), INBOX)
    assert "<del>10</del>" in page.content.decode()
    assert "<ins>12</ins>" in page.content.decode()
    check(page)
    assert (
        "<del>10</del>" in get(browser("planner"), f"/activities/{activity.pk}/").content.decode()
    )


def test_a_new_one_has_nothing_to_compare(people):
    c.activity(status="submitted")
    assert comparisons(list(Activity.objects.all())) == {}


def test_many_are_verified_at_once(people, browser):
    for code in ("A", "B", "C"):
        c.activity(code, status="submitted")
    data = {
        "action": "verify",
        "chosen": [f"{one.pk}:{one.version}" for one in Activity.objects.exclude(code="C")],
    }

    assert browser("planner").post(INBOX, data).url == INBOX

    assert set(Activity.objects.counted().values_list("code", flat=True)) == {"A", "B"}


def test_what_was_changed_since_it_was_looked_at_stays(people, browser):
    activity, other = c.activity(status="submitted"), c.activity("B", status="submitted")
    data = {"action": "verify", "chosen": [f"{activity.pk}:1", f"{other.pk}:1", "x", "9999:1"]}
    Activity.objects.filter(pk=activity.pk).update(volume=99)
    client = browser("planner")

    page = client.post(INBOX, data, follow=True)

    assert list(Activity.objects.counted()) == [other]
    assert "A" in str([str(one) for one in page.context["messages"]])


def test_sent_back_with_a_reason(people, browser):
    activity = c.activity(status="submitted")
    client = browser("planner")
    data = {"action": "send_back", "chosen": [f"{activity.pk}:1"], "reason": " "}
    refused = client.post(INBOX, data)
    assert refused.context["form"].errors.as_data()["reason"][0].code == "blank"
    assert refused.context["rows"][0]["ticked"]

    client.post(INBOX, data | {"reason": "Lokasi keliru"})

    assert Activity.objects.get().status == "returned"
    assert activity.steps.get().reason == "Lokasi keliru"


@pytest.mark.parametrize("who", ["editor", "head", "other", "administrator", "reader"])
def test_doors(people, browser, who):
    assert browser(who).get(INBOX).status_code == 404
    assert browser(who).post(INBOX, {"action": "verify"}).status_code == 404


def test_queries(people, browser):
    client = browser("planner")
    changed(people, "A", volume=12)
    counts = []
    for n in range(2):
        get(client, INBOX)
        with CaptureQueriesContext(connection) as captured:
            get(client, INBOX)
        counts.append(len(captured))
        for k in range(12):
            changed(people, f"M{n}{k}", volume=13)
            c.activity(f"N{n}{k}", status="submitted")
    assert counts[0] == counts[1] == QUERIES, counts


def test_nothing_waits(people, browser):
    assert "/activities/" in get(browser("planner"), INBOX).content.decode()
    assert text(get(browser("planner"), INBOX))
