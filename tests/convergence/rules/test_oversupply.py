"""`oversupply`: more than 1.1 of a need's target is supplied (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_oversupply() -> None:
    """At stake are the shares of the live activities that match, and theirs are the agencies."""
    c.need("N", output="AIR-01", target="10", weight=5)
    c.activity("B", agency="BPPW", volume="9", places=[c.BETOK, c.PADANG])
    c.line("B", 401, c.PROPOSED)
    c.activity("A", volume="7.5", status="submitted", dpa=300)
    finding = c.stored("oversupply")
    assert c.printed(finding) == {
        "key": f"oversupply/N/{c.BETOK}",
        "severity": 3,
        "amount": 501,
        "agencies": ["BPPW", "DPUPR"],
        "places": [c.BETOK],
        "members": ["A", "B"],
        "records": ["need/N", "activity/A", "activity/B"],
    }
    assert finding.evidence["numbers"] == {"supply": 12, "target": 10}


@pytest.mark.parametrize(
    ("volume", "found"),
    [("11", False), ("11.000000000000001", True), ("10.999999999999999", False)],
)
def test_eleven_tenths_exactly_are_not_too_much(volume: str, found: bool) -> None:
    """More than 1.1, to the last of fifteen decimals."""
    c.need(output="AIR-01", target="10")
    c.activity(volume=volume)
    assert bool(c.found("oversupply")) is found


def test_target_and_volume_are_split_over_their_places() -> None:
    """A third of 1.1 is exactly 1.1 of a third."""
    three = [c.SUTERA, c.BETOK, c.PADANG]
    c.need(output="AIR-01", target="1", places=three)
    c.activity(volume="1.1", places=three)
    assert c.found("oversupply") == []
    c.need("LESS", output="AIR-01", target="0.999999999999999", places=three)
    assert set(c.severities("oversupply")) == {f"LESS/{place}" for place in three}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "draft"}, False),
        ({"output": "AIR-02"}, False),
        ({"places": [c.PADANG]}, False),
        ({"places": [c.PADANG, c.BETOK, c.SUTERA]}, False),
        ({"first": "2027-01-01", "last": "2027-12-31"}, False),
    ],
)
def test_what_supplies(changes: dict[str, Any], found: bool) -> None:
    """Volume shares of the live activities that match."""
    c.need(output="AIR-01", target="4")
    c.activity("A", volume="3")
    c.activity("B", **{"volume": "3"} | changes)
    assert bool(c.found("oversupply")) is found


def test_what_was_delivered_supplies_but_is_not_at_stake() -> None:
    """It is spent; where nothing else is planned nobody is concerned any more."""
    c.need(output="AIR-01", target="10")
    c.delivered(volume="8", agency="BPPW", dpa=900)
    c.activity("A", volume="4", dpa=70)
    c.activity("B", volume="1", dpa=5)
    (one,) = c.found("oversupply")
    assert (one["amount"], one["agencies"]) == (75, ["DPUPR"])
    c.need("FEW", output="AIR-01", target="5", places=[c.PADANG])
    c.delivered("DONE", volume="6", places=[c.PADANG])
    few = next(one for one in c.found("oversupply") if one["places"] == [c.PADANG])
    assert (few["amount"], few["agencies"], few["severity"]) == (0, [], 3)


def test_without_a_target_nothing_is_too_much() -> None:
    """And nothing without an activity."""
    c.need("OPEN")
    c.need("EMPTY", output="AIR-02", target="1")
    c.activity(volume="1000000")
    assert c.found("oversupply") == []
