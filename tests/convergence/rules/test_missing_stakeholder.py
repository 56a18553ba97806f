"""`missing_stakeholder`: others work on what it is responsible for (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from territory.models import Area
from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_missing_stakeholder() -> None:
    """As severe as the need weighs; concerns the one that is missing."""
    c.need("N", weight=5)
    c.mandate("DPUPR")
    c.mandate("BPPW")
    c.activity("B", agency="DPUPR")
    c.activity("A", agency="DKP")
    finding = c.stored("missing_stakeholder")
    assert c.printed(finding) == {
        "key": f"missing_stakeholder/N/{c.BETOK}/BPPW",
        "severity": 5,
        "amount": 0,
        "agencies": ["BPPW"],
        "places": [c.BETOK],
        "members": [],
        "records": ["agency/BPPW", "need/N"],
    }
    assert finding.evidence["agencies"] == ["BPPW"]
    assert [a["code"] for a in finding.evidence["activities"]] == ["A", "B"]
    assert finding.evidence["needs"][0]["code"] == "N"


@pytest.mark.parametrize(
    ("changes", "present"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "draft"}, False),
        ({"status": "cancelled"}, False),
        ({"output": "AIR-02"}, True),
        ({"output": "ENR-01"}, False),
        ({"output": c.SUPPORTING}, False),
        ({"places": [c.PADANG]}, False),
        ({"first": "2025-01-01", "last": "2025-12-31"}, False),
    ],
)
def test_who_is_there(changes: dict[str, Any], present: bool) -> None:
    """An agency with a live matching activity of its own."""
    c.need()
    c.mandate("BPPW")
    c.activity("A")
    c.activity("B", **{"agency": "BPPW"} | changes)
    assert c.severities("missing_stakeholder") == (
        {} if present else {f"N/{c.BETOK}/BPPW": 4}
    )  # fmt: skip


def test_an_agency_that_has_delivered_is_there_and_others_are_missing() -> None:
    """A need that was fulfilled is worked on; who fulfilled it took part."""
    c.need()
    c.mandate("DPUPR")
    c.mandate("BPPW")
    c.delivered(agency="BPPW")
    assert set(c.severities("missing_stakeholder")) == {f"N/{c.BETOK}/DPUPR"}


def test_nobody_is_missing_where_nobody_works() -> None:
    """Such a need is unmet; one that names an output is everybody's who delivers that."""
    c.need("UNMET", sector="ENR")
    c.mandate("ESDM", "ENR")
    c.need("NAMED", output="AIR-01")
    c.mandate("BPPW")
    c.activity()
    assert c.found("missing_stakeholder") == []


@pytest.mark.parametrize(
    ("area", "covers"),
    [
        (None, True),
        ("61", True),
        ("61.11", True),
        ("61.11.06", True),
        ("61.11.06.2002", True),
        ("61.11.06.2003", False),
        ("61.11.01", False),
        ("61.04", False),
        ("61.1", False),  # begins alike, but not with a dot after it
    ],
)
def test_where_a_mandate_reaches(area: str | None, covers: bool) -> None:
    """Every place whose village code equals the area's or begins with it and a dot."""
    province = Area.objects.get(code="61")
    Area.objects.create(code="61.1", level="regency", name="Kodya", parent=province)
    c.need()
    c.activity()
    c.mandate("BPPW", area=area)
    c.mandate("ESDM", "ENR")
    assert set(c.severities("missing_stakeholder")) == (
        {f"N/{c.BETOK}/BPPW"} if covers else set()
    )  # fmt: skip


def test_two_mandates_of_an_agency_are_one() -> None:
    """For everywhere and for a district: missing once, at each place of the need."""
    c.need(places=[c.BETOK, c.PADANG])
    c.activity(places=[c.BETOK, c.PADANG])
    c.mandate("BPPW")
    c.mandate("BPPW", area="61.11.06")
    assert [one["key"] for one in c.found("missing_stakeholder")] == [
        f"missing_stakeholder/N/{c.BETOK}/BPPW",
        f"missing_stakeholder/N/{c.PADANG}/BPPW",
    ]
