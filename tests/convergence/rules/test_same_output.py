"""`same_output`: two agencies deliver the same at one place (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_same_output() -> None:
    """Duplicated is all that is spent there less the largest agency's; all are members."""
    c.activity("B", agency="DPUPR", dpa=900)
    c.activity("A", agency="BPPW", status="submitted", places=[c.BETOK, c.SUTERA])
    c.line("A", 601, c.PROPOSED)
    c.activity("X", agency="DKP", output="TRP-01", dpa=50)
    finding = c.stored("same_output")
    assert c.printed(finding) == {
        "key": f"same_output/{c.BETOK}/AIR-01",
        "severity": 3,
        "amount": 300,
        "agencies": ["BPPW", "DPUPR"],
        "places": [c.BETOK],
        "members": ["A", "B"],
        "records": ["activity/A", "activity/B"],
    }
    assert finding.evidence["numbers"] == {"total": 1200, "largest": 900}
    assert [(a["code"], a["share"]) for a in finding.evidence["activities"]] == [
        ("A", 300),
        ("B", 900),
    ]


def test_the_largest_is_an_agencys_sum() -> None:
    """Three agencies, one of them with two activities that together are the largest."""
    for code, agency, amount in (
        ("A1", "DPUPR", 400), ("A2", "DPUPR", 350), ("B", "BPPW", 500), ("C", "DKP", 25),
    ):  # fmt: skip
        c.activity(code, agency=agency)
        c.line(code, amount, c.PROPOSED)
    (one,) = c.found("same_output")
    assert (one["amount"], one["agencies"]) == (525, ["BPPW", "DKP", "DPUPR"])


@pytest.mark.parametrize(
    ("funded", "severity"),
    [("", 3), ("A1", 3), ("B", 3), ("A1 A2", 3), ("A1 B", 5), ("A1 A2 B", 5)],
)
def test_severe_when_two_agencies_are_funded(funded: str, severity: int) -> None:
    """Two funded members of one agency are not two agencies."""
    for code, agency in (("A1", "DPUPR"), ("A2", "DPUPR"), ("B", "BPPW")):
        c.activity(code, agency=agency, dpa=5 if code in funded.split() else None)
        c.line(code, 5, c.INDICATIVE)
    assert c.severities("same_output") == {f"{c.BETOK}/AIR-01": severity}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "draft"}, False),
        ({"status": "returned"}, False),
        ({"status": "cancelled"}, False),
        ({"agency": "DPUPR"}, False),
        ({"output": "AIR-02"}, False),
        ({"places": [c.PADANG]}, False),
        ({"places": [c.ROCK]}, False),
        ({"places": []}, False),
        ({"places": [c.PADANG, c.BETOK]}, True),
        ({"first": "2025-01-01", "last": "2025-12-31"}, False),
        ({"first": "2025-01-01", "last": "2026-01-01"}, True),
        ({"first": "2026-12-31", "last": "2027-12-31"}, True),
        ({"first": "2027-01-01", "last": "2027-12-31"}, False),
    ],
)
def test_of_which_activities(changes: dict[str, Any], found: bool) -> None:
    """Live and active in the year, at the place, of two agencies."""
    c.activity("A")
    c.activity("B", **{"agency": "BPPW"} | changes)
    assert bool(c.found("same_output")) is found


def test_not_for_a_supporting_output() -> None:
    """Travel overlaps everywhere."""
    c.activity("A", output=c.SUPPORTING)
    c.activity("B", output=c.SUPPORTING, agency="BPPW")
    assert c.found("same_output") == []


def test_one_finding_a_place_and_output() -> None:
    """Not at a place where only one of them is."""
    for agency, places in (("DPUPR", [c.BETOK, c.PADANG, c.SUTERA]), ("BPPW", [c.BETOK, c.PADANG])):
        for output in ("AIR-01", "ENR-01"):
            c.activity(f"{agency}{output}", agency=agency, output=output, places=places)
    assert set(c.severities("same_output")) == {
        f"{place}/{output}" for place in (c.BETOK, c.PADANG) for output in ("AIR-01", "ENR-01")
    }
