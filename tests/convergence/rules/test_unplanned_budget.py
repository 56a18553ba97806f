"""`unplanned_budget`: funded, and not counted or not active (METHOD.md section 5)."""

from __future__ import annotations

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unplanned_budget() -> None:
    """At stake is the effective budget."""
    c.activity("A", status="submitted", places=[c.PADANG, c.BETOK], agency="ESDM")
    c.line("A", 600)
    c.line("A", 300, source="apbn")
    finding = c.stored("unplanned_budget")
    assert c.printed(finding) == {
        "key": "unplanned_budget/A",
        "severity": 4,
        "amount": 900,
        "agencies": ["ESDM"],
        "places": [c.BETOK, c.PADANG],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["activities"][0]["status"] == "submitted"
    assert {line["source"] for line in finding.evidence["lines"]} == {"apbd_kab", "apbn"}


def test_of_which_status() -> None:
    """Every one but verified."""
    for status in ("submitted", "verified", *c.DEAD):
        c.activity(status, status=status, dpa=9)
    assert set(c.amounts("unplanned_budget")) == {"submitted", *c.DEAD}


def test_of_which_days() -> None:
    """A verified one with no day in the year, even where it begins later."""
    c.activity("ENDED", first="2025-01-01", last="2025-12-31", dpa=1)
    c.activity("ENDS", first="2025-01-01", last="2026-01-01", dpa=1)
    c.activity("BEGINS", first="2026-12-31", last="2027-01-01", dpa=1)
    c.activity("LATER", first="2027-01-01", last="2027-12-31", places=[], dpa=1)
    assert set(c.amounts("unplanned_budget")) == {"ENDED", "LATER"}


def test_of_which_money() -> None:
    """Funded in the year: what is proposed, zero or another year's is not."""
    for code in ("PROPOSED", "ZERO", "OTHER", "NONE", "REVISED"):
        c.activity(code, status="draft")
    c.line("PROPOSED", 9, c.PROPOSED)
    c.line("ZERO", 0)
    c.line("OTHER", 9, year=2025)
    c.line("REVISED", 9, c.REVISED)
    assert c.amounts("unplanned_budget") == {"REVISED": 9}
