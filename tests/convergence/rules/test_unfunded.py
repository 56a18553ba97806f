"""`unfunded`: counted, active, not funded, once the year has begun (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unfunded() -> None:
    """At stake is what is proposed; concerns the activity's agency and places."""
    c.activity("A", places=[c.PADANG, c.SUTERA])
    c.line("A", 700, c.PROPOSED)
    finding = c.stored("unfunded")
    assert c.printed(finding) == {
        "key": "unfunded/A",
        "severity": 3,
        "amount": 700,
        "agencies": ["DPUPR"],
        "places": [c.SUTERA, c.PADANG],
        "members": [],
        "records": ["activity/A"],
    }
    assert finding.evidence["activities"][0]["funded"] is False
    assert [(line["stage"], line["amount"]) for line in finding.evidence["lines"]] == [(2, 700)]


@pytest.mark.parametrize(("as_of", "found"), [("2025-12-31", False), ("2026-01-01", True)])
def test_from_the_first_day_of_the_year(as_of: str, found: bool) -> None:
    """Before the year begins nothing needs to be enacted."""
    c.activity()
    assert bool(c.found("unfunded", as_of=as_of)) is found


def test_of_which_activities() -> None:
    """Counted and with a day in the year, whatever it delivers and wherever."""
    yes: list[dict[str, Any]] = [
        {"output": c.SUPPORTING},
        {"places": []},
        {"first": "2025-01-01", "last": "2026-01-01"},
        {"first": "2026-12-31", "last": "2027-06-01"},
    ]
    no: list[dict[str, Any]] = [
        *({"status": status} for status in ("submitted", *c.DEAD)),
        {"first": "2025-01-01", "last": "2025-12-31"},
        {"first": "2027-01-01", "last": "2027-06-01"},
    ]
    assert c.which("unfunded", yes + no) == yes


def test_what_funds() -> None:
    """A source enacted or revised in the year whose latest stage has a sum above 0."""
    for code in ("DPA", "DPPA", "ONE", "ZERO", "CUT", "LATE", "NONE"):
        c.activity(code)
    c.line("DPA", 5)
    c.line("DPPA", 5, c.REVISED)
    c.line("ONE", 0)
    c.line("ONE", 1)
    c.line("ZERO", 0)
    c.line("ZERO", 9, c.PROPOSED, "apbn")  # dropped, as the other was enacted
    c.line("CUT", 9)
    c.line("CUT", 0, c.REVISED)
    c.line("LATE", 9, year=2025)
    c.line("LATE", 9, year=2027)
    assert c.amounts("unfunded") == {"ZERO": 0, "CUT": 0, "LATE": 0, "NONE": 0}


def test_as_severe_as_the_weightiest_need_that_it_matches() -> None:
    """Of the year's needs, at any of its places; 3 without one."""
    c.activity("A", places=[c.BETOK, c.PADANG])
    c.activity("ALONE", output="ENR-01")
    c.need("N2", weight=2)
    c.need("NEXT", weight=5, first=2027)
    c.need("OTHER", weight=5, sector="TRP")
    c.need("WELL", weight=5, output="AIR-02")
    assert c.severities("unfunded") == {"A": 2, "ALONE": 3}
    c.need("N1", weight=1)
    assert c.severities("unfunded")["A"] == 2
    c.need("N4", weight=4, places=[c.PADANG])
    assert c.severities("unfunded")["A"] == 4
