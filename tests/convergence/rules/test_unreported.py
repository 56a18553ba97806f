"""`unreported`: a report whose due day has passed is missing (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unreported() -> None:
    """One more severe a missing quarter; the proof names the quarters and their due days."""
    c.activity("A", places=[c.PADANG, c.SUTERA], dpa=900)
    c.report("A", "50", quarter=3, dated="2026-10-10")
    finding = c.stored("unreported", as_of="2027-01-16")
    assert c.printed(finding) == {
        "key": "unreported/A",
        "severity": 3,
        "amount": 900,
        "agencies": ["DPUPR"],
        "places": [c.SUTERA, c.PADANG],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["due"] == [
        {"quarter": 2, "due": "2026-07-15"},
        {"quarter": 4, "due": "2027-01-15"},
    ]


@pytest.mark.parametrize(
    ("as_of", "severity"),
    [
        ("2026-04-15", {}),
        ("2026-04-16", {"A": 2}),
        ("2026-07-15", {"A": 2}),
        ("2026-07-16", {"A": 3}),
        ("2026-10-15", {"A": 3}),
        ("2026-10-16", {"A": 4}),
        ("2027-01-15", {"A": 4}),
        ("2027-01-16", {"A": 5}),
        ("2030-01-01", {"A": 5}),
    ],
)
def test_a_report_is_late_after_its_due_day(as_of: str, severity: dict[str, int]) -> None:
    """Fifteen days after the quarter: on that day it is not late yet."""
    c.activity("A", first="2026-01-01", last="2026-12-31", dpa=1)
    assert c.severities("unreported", as_of=as_of) == severity


def test_one_day_touches_a_quarter() -> None:
    """Quarters that the period in the year touches, all of them due."""
    cases = [
        ("2026-03-31", "2026-06-30", 3),
        ("2026-04-01", "2026-06-30", 2),
        ("2026-04-01", "2026-07-01", 3),
        ("2026-06-30", "2026-10-01", 4),
        ("2025-03-01", "2026-01-01", 2),
        ("2026-12-31", "2027-09-30", 2),
        ("2025-12-31", "2027-01-01", 5),
    ]
    for number, (first, last, _severity) in enumerate(cases):
        c.activity(f"C{number}", first=first, last=last, dpa=1)
    assert c.severities("unreported", as_of="2027-02-01") == {
        f"C{number}": severity for number, (_first, _last, severity) in enumerate(cases)
    }


def test_which_report_is_one() -> None:
    """Submitted, of the quarter, dated by the day; "nothing was done" is a report."""
    no: list[dict[str, Any]] = [{}, {"physical": "0"}, {"dated": c.AS_OF}]
    yes: list[dict[str, Any]] = [
        {"status": "draft"},
        {"dated": "2026-08-02"},
        {"quarter": 1},
        {"quarter": 3},
        {"year": 2025},
        {"year": 2027},
    ]
    for number, changes in enumerate(yes + no):
        c.activity(f"C{number}", dpa=1)
        c.report(f"C{number}", **{"physical": "10"} | changes)
    assert set(c.severities("unreported")) == {f"C{number}" for number in range(len(yes))}


def test_of_which_activities() -> None:
    """Counted, active in the year and funded; another activity's report does not help."""
    c.activity("YES", dpa=1)
    c.activity("DONE", dpa=1)
    c.activity("SUPPORTING", output=c.SUPPORTING, places=[], dpa=1)
    c.activity("POOR")
    c.line("POOR", 1, c.PROPOSED)
    c.activity("BEFORE", first="2025-01-01", last="2025-12-31", dpa=1)
    c.activity("AFTER", first="2027-01-01", last="2027-12-31", dpa=1)
    for status in ("submitted", *c.DEAD):
        c.activity(status, status=status, dpa=1)
    c.report("DONE", "1")
    assert c.severities("unreported") == {"YES": 2, "SUPPORTING": 2}
