"""`budget_drop`: a quarter or more below the sum of the earliest stage (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_budget_drop() -> None:
    """At stake is the difference; all sources of the earliest stage are its first sum."""
    c.activity("A", status="submitted")
    c.line("A", 600, c.INDICATIVE, "apbn")
    c.line("A", 400, c.INDICATIVE, "apbd_kab")
    c.line("A", 550, c.PROPOSED, "apbn")
    finding = c.stored("budget_drop") if c.found("budget_drop") else None
    assert finding is None  # 950 of 1,000
    c.line("A", 450, c.ENACTED, "apbn")  # and the regency's source is dropped
    finding = c.stored("budget_drop")
    assert c.printed(finding) == {
        "key": "budget_drop/A",
        "severity": 4,
        "amount": 550,
        "agencies": ["DPUPR"],
        "places": [c.BETOK],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["numbers"] == {"first_sum": 1000, "effective": 450}
    lines = finding.evidence["lines"]
    assert [line["amount"] for line in lines if line["effective"]] == [450]
    assert len(lines) == 4


def test_a_quarter_and_a_half_exactly() -> None:
    """25 % is a drop, 50 % a severe one; a rupiah less is not."""
    left = {"Q": (1000, 750), "Q-": (1000, 751), "H": (1000, 500), "H-": (1000, 501)}
    left |= {"THIRD": (3, 2), "ODD": (7, 6), "ALL": (1, 0), "NONE": (0, 0), "UP": (10, 12)}
    left |= {"BIG": (4_000_000_000_000_001, 3_000_000_000_000_001)}
    codes = {name: name.replace("-", "_") for name in left}
    for name, (first, now) in left.items():
        c.activity(codes[name])
        c.line(codes[name], first, c.PROPOSED)
        c.line(codes[name], now, c.ENACTED)
    assert c.severities("budget_drop") == {"Q": 3, "H": 4, "H_": 3, "THIRD": 3, "ALL": 4}
    assert c.amounts("budget_drop") == {"Q": 250, "H": 500, "H_": 499, "THIRD": 1, "ALL": 1}


def test_the_earliest_stage_is_that_of_all_sources() -> None:
    """A source that first appears later adds to what is left, not to the first sum."""
    c.activity("A")
    c.line("A", 100, c.INDICATIVE, "apbn")
    c.line("A", 40, c.ENACTED, "apbn")
    assert c.amounts("budget_drop") == {"A": 60}
    c.line("A", 36, c.REVISED, "csr")
    assert c.amounts("budget_drop") == {}


def test_of_which_activities() -> None:
    """Live and active in the year."""
    yes: list[dict[str, Any]] = [
        {},
        {"status": "submitted"},
        {"output": c.SUPPORTING},
        {"places": []},
        {"first": "2025-01-01", "last": "2026-01-01"},
        {"first": "2026-12-31", "last": "2027-01-01"},
    ]
    no: list[dict[str, Any]] = [
        *({"status": status} for status in c.DEAD),
        {"first": "2025-01-01", "last": "2025-12-31"},
        {"first": "2027-01-01", "last": "2027-12-31"},
    ]
    c.which("budget_drop", yes + no, dpa=10)
    for number in range(len(yes + no)):
        c.line(f"C{number}", 100, c.INDICATIVE)
    assert set(c.amounts("budget_drop")) == {f"C{number}" for number in range(len(yes))}


def test_only_lines_of_the_year() -> None:
    """Last year's proposal is not this year's first stage."""
    c.activity("A")
    c.line("A", 100, c.INDICATIVE, year=2025)
    c.line("A", 10, c.ENACTED)
    c.line("A", 1, c.REVISED, year=2027)
    assert c.found("budget_drop") == []
