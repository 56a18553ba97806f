"""What is refused of reports, by the database and in words."""

from __future__ import annotations

from typing import Any

import pytest

from monitoring.models import Report
from programs.models import Activity
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def report(**changes: Any) -> Report:
    """A report of the third quarter, not saved."""
    values = {
        "activity": Activity.objects.get(),
        "year": 2026,
        "quarter": 3,
        "physical": 50,
        "realised": 1,
        "dated": "2026-10-10",
        "status": "submitted",
    }
    return Report(**(values | changes))


CASES: Cases = {
    "report_once_a_quarter": (lambda: report(quarter=2), "__all__", "unique_together"),
    "report_quarter": (lambda: report(quarter=5), "quarter", "max_value"),
    "report_physical": (lambda: report(physical="100.1"), "physical", "physical"),
    "report_realised": (lambda: report(realised=-1), "realised", "min_value"),
    "report_status": (lambda: report(status="sent"), "status", "invalid_choice"),
}


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    """The fixed cast, with an activity that reported on its second quarter."""
    c.populate()
    c.activity()
    c.report("A", "10")


@pytest.mark.parametrize("constraint", CASES)
def test_refused(constraint: str) -> None:
    """In words first, and by the database whoever writes."""
    assert_refused(CASES, constraint)


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(CASES) == constraints_of("monitoring")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"quarter": 0}, "quarter", "min_value"),
        ({"physical": "-0.1"}, "physical", "physical"),
        ({"physical": "100.000000000000001"}, "physical", "physical"),
        ({"year": 1899}, "year", "min_value"),
    ],
)
def test_beyond_the_edges(changes: dict[str, Any], field: str, code: str) -> None:
    """Quarters 1 to 4, progress 0 to 100."""
    assert words(report(**changes)) == {field: [code]}


def test_what_is_fine() -> None:
    """The edges themselves; fifteen decimals are kept; another year's same quarter."""
    for physical in (0, 100):
        report(physical=physical, realised=0).full_clean()
    for quarter in (1, 4):
        report(quarter=quarter).full_clean()
    report(quarter=2, year=2025).full_clean()
    report(physical="99.999999999999999").save()
    assert str(Report.objects.get(quarter=3).physical) == "99.999999999999999"
