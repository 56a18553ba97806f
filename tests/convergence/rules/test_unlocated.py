"""`unlocated`: live, active, no place, not supporting (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unlocated() -> None:
    """At stake is the effective budget, whatever the stage."""
    c.activity("A", places=[], status="submitted")
    c.line("A", 250, c.INDICATIVE)
    finding = c.stored("unlocated")
    assert c.printed(finding) == {
        "key": "unlocated/A",
        "severity": 2,
        "amount": 250,
        "agencies": ["DPUPR"],
        "places": [],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["lines"][0]["amount"] == 250


def test_of_which_activities() -> None:
    """Each condition by itself; an unpopulated place is a place."""
    yes: list[dict[str, Any]] = [
        {"places": []},
        {"places": [], "first": "2025-01-01", "last": "2026-01-01"},
        {"places": [], "first": "2026-12-31", "last": "2027-12-31"},
    ]
    no: list[dict[str, Any]] = [
        {"places": [c.ROCK]},
        {"places": [], "output": c.SUPPORTING},
        *({"places": [], "status": status} for status in c.DEAD),
        {"places": [], "first": "2025-01-01", "last": "2025-12-31"},
        {"places": [], "first": "2027-01-01", "last": "2027-12-31"},
    ]
    assert c.which("unlocated", yes + no) == yes


def test_a_place_that_is_no_longer_managed_is_no_place() -> None:
    """Only places inside the managed area have activities; what is left of one counts."""
    c.activity("AWAY", places=[c.NEIGHBOUR])
    c.activity("BOTH", places=[c.NEIGHBOUR, c.BETOK])
    assert set(c.severities("unlocated")) == {"AWAY"}
