"""`spent_ahead`: money runs 25 points ahead of the work (METHOD.md section 5)."""

from __future__ import annotations

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_spent_ahead() -> None:
    """At stake is what was spent."""
    c.activity("A", places=[c.PADANG, c.SUTERA], dpa=1000)
    c.report("A", "40.25", realised=800)
    finding = c.stored("spent_ahead")
    assert c.printed(finding) == {
        "key": "spent_ahead/A",
        "severity": 4,
        "amount": 800,
        "agencies": ["DPUPR"],
        "places": [c.SUTERA, c.PADANG],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["reports"][0]["realised"] == 800
    assert finding.evidence["numbers"] == {"spent": 80.0, "physical": 40.25}


def test_25_points_exactly() -> None:
    """On exact numbers: a rupiah or the last decimal less is not ahead."""
    cases = {
        "AT": (1000, 650, "40"),
        "RUPIAH": (1000, 649, "40"),
        "DECIMAL": (1000, 650, "40.000000000000001"),
        "THIRD": (3, 1, "8.333333333333333"),
        "THIRD_": (3, 1, "8.333333333333334"),
        "OVER": (100, 130, "100"),
        "BIG": (4_000_000_000_000_000, 1_000_000_000_000_000, "0"),
        "BIG_": (4_000_000_000_000_000, 999_999_999_999_999, "0"),
        "BEHIND": (1000, 100, "90"),
    }
    for code, (dpa, realised, physical) in cases.items():
        c.activity(code, dpa=dpa)
        c.report(code, physical, realised=realised)
    assert c.amounts("spent_ahead") == {
        "AT": 650, "THIRD": 1, "OVER": 130, "BIG": 1_000_000_000_000_000,
    }  # fmt: skip


def test_first_and_last_day_lie_in_the_year() -> None:
    """Progress is of the whole activity and money of the year: only then can they be compared."""
    days = {
        "WITHIN": ("2026-01-01", "2026-12-31"),
        "BEFORE": ("2025-12-31", "2026-12-31"),
        "AFTER": ("2026-01-01", "2027-01-01"),
        "PAST": ("2025-01-01", "2025-12-31"),
    }
    for code, (first, last) in days.items():
        c.activity(code, first=first, last=last, dpa=10)
        c.report(code, "0", realised=10)
    assert c.amounts("spent_ahead") == {"WITHIN": 10}


def test_of_which_activities() -> None:
    """Counted and funded, with a report in the year."""
    for status in ("submitted", "verified", *c.DEAD):
        c.activity(status, status=status, dpa=10)
        c.report(status, "0", realised=10)
    c.activity("POOR")
    c.line("POOR", 10, c.PROPOSED)
    c.report("POOR", "0", realised=10)
    c.activity("ZERO", dpa=0)
    c.report("ZERO", "0", realised=10)
    c.activity("SILENT", dpa=10)
    c.report("SILENT", "0", realised=10, year=2025, dated="2025-07-10")
    c.activity("SUPPORTING", output=c.SUPPORTING, places=[], dpa=10)
    c.report("SUPPORTING", "0", realised=10)
    assert set(c.amounts("spent_ahead")) == {"verified", "SUPPORTING"}


def test_the_latest_report_of_the_year_speaks() -> None:
    """The work may catch up; a draft or one dated later says nothing."""
    c.activity("A", first="2026-01-01", last="2026-12-31", dpa=100)
    c.report("A", "0", realised=50, quarter=1, dated="2026-04-10")
    assert c.amounts("spent_ahead") == {"A": 50}
    c.report("A", "60", realised=70, quarter=2)
    c.report("A", "60", realised=90, quarter=3, status="draft")
    c.report("A", "60", realised=95, quarter=4, dated="2026-08-02")
    assert c.amounts("spent_ahead") == {}


def test_measured_by_the_effective_budget() -> None:
    """What was dropped or superseded is not there to be spent."""
    c.activity("A")
    c.line("A", 900, c.PROPOSED)
    c.line("A", 100, c.ENACTED)
    c.line("A", 900, c.PROPOSED, "csr")
    c.report("A", "0", realised=25)
    assert c.amounts("spent_ahead") == {"A": 25}
