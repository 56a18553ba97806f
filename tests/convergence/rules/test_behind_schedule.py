"""`behind_schedule`: progress lags behind the days gone by 25 or more (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")

# A hundred days, of which fifty have gone at the end of June.
HUNDRED: dict[str, Any] = {"first": "2026-05-12", "last": "2026-08-19"}


def test_behind_schedule() -> None:
    """At stake is what is not spent; the proof names the report and the days."""
    c.activity("A", **HUNDRED, dpa=900)
    c.report("A", "20.5", realised=200)
    finding = c.stored("behind_schedule")
    assert c.printed(finding) == {
        "key": "behind_schedule/A",
        "severity": 3,
        "amount": 700,
        "agencies": ["DPUPR"],
        "places": [c.BETOK],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["reports"] == [
        {"year": 2026, "quarter": 2, "physical": 20.5, "realised": 200, "dated": "2026-07-10"}
    ]
    assert finding.evidence["numbers"] == {
        "days_gone": 50, "days": 100, "expected": 50.0, "physical": 20.5,
    }  # fmt: skip


def test_a_lag_of_25_and_of_50_exactly() -> None:
    """Neither is rounded: the last of fifteen decimals decides."""
    done = {"L25": "25", "L25-": "25.000000000000001", "L50": "0", "L50-": "0.000000000000001"}
    done |= {"ON": "50", "AHEAD": "80"}
    for code, physical in done.items():
        c.activity(code, **HUNDRED, dpa=1)
        c.report(code, physical)
    assert c.severities("behind_schedule") == {"L25": 3, "L50": 5, "L50-": 3}


def test_expected() -> None:
    """Days from the first up to the quarter's last, none below 0, at most all, of all days."""
    cases = [
        ("2026-01-01", "2026-12-31", 2, "24.589", "24.590"),  # 181 of 365 days: 49.5890 %
        ("2026-01-01", "2026-12-31", 4, "75", "75.1"),
        ("2025-07-01", "2027-06-30", 1, "12.5", "12.6"),  # 274 of 730 days: 37.53 %
        ("2026-04-01", "2026-05-31", 2, "75", "75.1"),  # ended: all of its days
        ("2026-04-01", "2026-04-01", 2, "75", "75.1"),  # one day
        ("2026-03-31", "2026-04-01", 1, "25", "25.1"),  # the first of two
    ]
    for number, (first, last, quarter, behind, enough) in enumerate(cases):
        for code, physical in ((f"B{number}", behind), (f"E{number}", enough)):
            c.activity(code, first=first, last=last, dpa=1)
            c.report(code, physical, quarter=quarter)
    c.activity("EARLY", first="2026-05-01", last="2026-05-31", dpa=1)
    c.report("EARLY", "0", quarter=1)  # of a quarter before it began
    behind_ = c.severities("behind_schedule", as_of="2027-02-01")
    assert set(behind_) == {f"B{number}" for number in range(len(cases))}


def test_a_leap_year_has_a_day_more() -> None:
    """182 of 366 days are 49.7268 %."""
    for code, physical in (("B", "24.726"), ("E", "24.727")):
        c.activity(code, first="2028-01-01", last="2028-12-31")
        c.line(code, 1, year=2028)
        c.report(code, physical, year=2028, dated="2028-07-01")
    assert c.severities("behind_schedule", 2028, "2028-08-01") == {"B": 3}


def test_the_latest_report_of_the_year_speaks() -> None:
    """Not an earlier quarter's, another year's, a draft, or one dated later."""
    c.activity("A", first="2025-10-01", last="2026-12-31", dpa=100)
    c.report("A", "0", quarter=4, year=2025, dated="2026-01-10")
    assert c.found("behind_schedule") == []  # none of the year yet
    c.report("A", "0", realised=10, quarter=1, dated="2026-04-10")
    assert c.amounts("behind_schedule") == {"A": 90}
    c.report("A", "60", realised=40, quarter=2)
    c.report("A", "0", quarter=3, status="draft")
    c.report("A", "0", quarter=4, dated="2026-08-02")
    assert c.found("behind_schedule") == []


def test_at_stake_is_never_less_than_nothing() -> None:
    """More may be spent than there is."""
    for code, realised in (("LESS", 99), ("ALL", 100), ("MORE", 101)):
        c.activity(code, **HUNDRED, dpa=100)
        c.report(code, "0", realised=realised)
    assert c.amounts("behind_schedule") == {"LESS": 1, "ALL": 0, "MORE": 0}


def test_of_which_activities() -> None:
    """Counted, active in the year and funded."""
    for status in ("submitted", "verified", *c.DEAD):
        c.activity(status, status=status, **HUNDRED, dpa=1)
    c.activity("POOR", **HUNDRED)
    c.line("POOR", 1, c.PROPOSED)
    c.activity("BEFORE", first="2025-05-01", last="2025-12-31", dpa=1)
    c.activity("SUPPORTING", output=c.SUPPORTING, places=[], **HUNDRED, dpa=1)
    for code in ("submitted", "verified", *c.DEAD, "POOR", "BEFORE", "SUPPORTING"):
        c.report(code, "0")
    assert c.severities("behind_schedule") == {"verified": 5, "SUPPORTING": 5}
