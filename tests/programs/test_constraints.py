"""What is refused of activities, places and clearances, by the database and in words."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from catalogue.models import Output
from planning.models import Zone
from programs.models import Activity, ActivityPlace, Clearance, ClearanceRequest
from stakeholders.models import Agency
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def activity(**changes: Any) -> Activity:
    """An activity, not saved."""
    values = {
        "code": "NEW",
        "agency": Agency.objects.get(code="DPUPR"),
        "title": "X",
        "output": Output.objects.get(code="AIR-01"),
        "volume": 1,
        "first_day": "2026-04-01",
        "last_day": "2026-11-30",
        "status": "draft",
    }
    return Activity(**(values | changes))


def same_origin() -> Activity:
    """From where another comes already."""
    Activity.objects.update(origin_system="SIPD", origin_code="1.03")
    return activity(origin_system="SIPD", origin_code="1.03")


def clearance(**changes: Any) -> Clearance:
    """The clearance of the cast once more, not saved."""
    values = {
        "number": "SK-0",
        "activity": Activity.objects.get(),
        "zone": Zone.objects.get(),
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    return Clearance(**(values | changes))


def asked_again() -> ClearanceRequest:
    """A request while another waits for its answer."""
    values = {
        "activity": Activity.objects.get(),
        "zone": Zone.objects.get(),
        "asked_by": User.objects.create(username="sri"),
    }
    ClearanceRequest.objects.create(**values, state="refused")
    ClearanceRequest.objects.create(**values)
    return ClearanceRequest(**values)


CASES: Cases = {
    "activity_code": (lambda: activity(code="a b"), "code", "code"),
    "activity_origin": (same_origin, "__all__", "origin"),
    "activity_days": (lambda: activity(last_day="2026-03-31"), "last_day", "days"),
    "activity_volume": (lambda: activity(volume="-0.1"), "volume", "volume"),
    "activity_status": (lambda: activity(status="done"), "status", "invalid_choice"),
    "activity_place_once": (
        lambda: ActivityPlace(activity=Activity.objects.get(), place=c.place(c.BETOK)),
        "__all__",
        "unique_together",
    ),
    "clearance_once": (clearance, "__all__", "unique_together"),
    "clearance_request_once": (asked_again, "__all__", "asked"),
}


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    """The fixed cast, with an activity that is cleared for a zone."""
    c.populate()
    c.activity()
    c.zone()
    c.clearance("2026-01-01", "2026-12-31")


@pytest.mark.parametrize("constraint", list(CASES))
def test_refused(constraint: str) -> None:
    """In words first, and by the database whoever writes."""
    assert_refused(CASES, constraint)


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(CASES) == constraints_of("programs")


def test_what_is_fine() -> None:
    """One day, nothing of it, any status; no origin is no origin twice."""
    activity(last_day="2026-04-01", volume=0).full_clean()
    for status in Activity.Status.values:
        activity(status=status).full_clean()
    same_origin()
    activity(code="a").save()
    activity(code="b").save()
    activity(origin_system="SIPD", origin_code="1.04").full_clean()
    activity(origin_system="KRISNA", origin_code="1.03").full_clean()


@pytest.mark.parametrize(
    ("given", "missing"), [("origin_system", "origin_code"), ("origin_code", "origin_system")]
)
def test_an_origin_is_whole(given: str, missing: str) -> None:
    """System and code together, beside every other error of the record."""
    assert words(activity(**{given: "X"}, last_day="2026-01-01")) == {
        missing: ["origin"],
        "last_day": ["days"],
    }


def test_a_clearance_whose_days_are_turned_round_is_kept() -> None:
    """Such letters exist; it covers no day."""
    clearance(number="SK-1", valid_from="2026-12-31", valid_to="2026-01-01").full_clean()


def test_active_in() -> None:
    """A day of it lies in the year; asked of one and of many alike."""
    c.activity("B", first="2026-12-31", last="2028-01-01")
    one = Activity.objects.get(code="B")
    one_by_one = [year for year in range(2025, 2030) if one.active_in(year)]
    many = [
        year
        for year in range(2025, 2030)
        if Activity.objects.active_in(year).filter(code="B").exists()
    ]
    assert one_by_one == many == [2026, 2027, 2028]


def test_live_and_counted() -> None:
    """Submitted or verified; verified."""
    for status in Activity.Status.values:
        activity(code=status, status=status).save()
    made = Activity.objects.exclude(code="A")
    assert set(made.live().values_list("code", flat=True)) == {"submitted", "verified"}
    assert set(made.counted().values_list("code", flat=True)) == {"verified"}
    assert set(Activity.LIVE) == {"submitted", "verified"}
