"""`undersupply`: something meets the need, by less than 0.9 of its target (METHOD.md section 5)."""

from __future__ import annotations

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_undersupply() -> None:
    """As severe as it weighs; proved by the need and the activities that meet it."""
    c.need("N", output="AIR-01", target="10", weight=2)
    c.mandate("DPUPR")
    c.mandate("BPPW")
    c.activity("B", agency="DKP", volume="3")
    c.activity("A", volume="2.5")
    finding = c.stored("undersupply")
    assert c.printed(finding) == {
        "key": f"undersupply/N/{c.BETOK}",
        "severity": 2,
        "amount": 0,
        "agencies": ["BPPW", "DPUPR"],
        "places": [c.BETOK],
        "members": [],
        "records": ["need/N", "activity/A", "activity/B"],
    }
    assert finding.evidence["numbers"] == {"supply": 5.5, "target": 10}
    assert [(a["code"], a["volume"]) for a in finding.evidence["activities"]] == [
        ("A", 2.5),
        ("B", 3),
    ]


@pytest.mark.parametrize(
    ("volume", "found"),
    [("9", False), ("8.999999999999999", True), ("9.000000000000001", False), ("0", True)],
)
def test_nine_tenths_exactly_are_enough(volume: str, found: bool) -> None:
    """Less than 0.9, to the last of fifteen decimals; a volume of nothing is a match too."""
    c.need(output="AIR-01", target="10")
    c.activity(volume=volume)
    assert bool(c.found("undersupply")) is found


def test_without_a_target_or_an_activity_there_is_none() -> None:
    """An unmet need is not an undersupply as well."""
    c.need("OPEN", output="AIR-01")
    c.need("UNMET", output="AIR-02", target="10")
    c.activity(volume="0.1")
    assert c.found("undersupply") == []
    assert set(c.severities("unmet_need")) == {f"UNMET/{c.BETOK}"}


def test_target_and_volume_are_split_over_their_places() -> None:
    """A third is a third: no rounding makes an exact nine tenths less."""
    three = [c.SUTERA, c.BETOK, c.PADANG]
    c.need(output="AIR-01", target="1", places=three)
    c.activity(volume="0.9", places=three)
    assert c.found("undersupply") == []
    c.need("MORE", output="AIR-01", target="1.000000000000001", places=three)
    c.mandate("BPPW", area="61.11.06")
    c.mandate("DKP", area="61.11.01")
    assert [(one["places"], one["agencies"]) for one in c.found("undersupply")] == [
        ([c.SUTERA], ["DKP"]),
        ([c.BETOK], ["BPPW"]),
        ([c.PADANG], ["BPPW"]),
    ]


def test_halves_and_thirds_add_up_exactly() -> None:
    """Two activities over different numbers of places: 1/2 + 4/3 + 5/6 + 1/3 = 3."""
    c.need(output="AIR-01", target="3", weight=1)
    c.activity("HALF", volume="1", places=[c.BETOK, c.PADANG])
    c.activity("THIRD", volume="4", places=[c.BETOK, c.PADANG, c.SUTERA])
    c.activity("WHOLE", volume="0.866666666666666", places=[c.BETOK])
    assert set(c.severities("undersupply")) == {f"N/{c.BETOK}"}  # 2.699999999999999333
    c.activity("CRUMB", volume="0.000000000000001", places=[c.BETOK])
    assert c.found("undersupply") == []  # 2.700000000000000333


def test_supply_is_of_live_activities_and_of_what_was_delivered() -> None:
    """Submitted counts, a draft does not, a fulfilled volume stays."""
    c.need(output="AIR-01", target="10")
    c.activity("V", volume="4")
    c.activity("S", volume="3", status="submitted")
    for status in c.DEAD:
        c.activity(status, volume="100", status=status)
    assert len(c.found("undersupply")) == 1
    c.delivered(volume="2")
    assert c.found("undersupply") == []
