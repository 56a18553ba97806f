"""`unserved_island`: people live there, and nothing counted is done (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from territory.models import Island, Place
from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unserved_island() -> None:
    """Concerns no agency; all of the island's places, whichever village they belong to."""
    finding = c.stored("unserved_island")
    assert c.printed(finding) == {
        "key": f"unserved_island/{c.KARIMATA_ISLAND}",
        "severity": 4,
        "amount": 0,
        "agencies": [],
        "places": [c.BETOK, c.PADANG],
        "members": [],
        "records": [f"island/{c.KARIMATA_ISLAND}"],
    }
    assert finding.evidence["islands"][0]["name"] == "Pulau Karimata"


@pytest.mark.parametrize(
    ("changes", "served"),
    [
        ({}, True),
        ({"places": [c.PADANG]}, True),
        ({"places": [c.ROCK]}, False),
        ({"places": [c.SUTERA]}, False),
        ({"places": [c.SUTERA, c.PADANG]}, True),
        ({"places": []}, False),
        ({"output": c.SUPPORTING}, True),
        ({"status": "submitted"}, False),
        ({"status": "cancelled"}, False),
        ({"first": "2025-01-01", "last": "2025-12-31"}, False),
        ({"first": "2025-01-01", "last": "2026-01-01"}, True),
        ({"first": "2026-12-31", "last": "2027-12-31"}, True),
        ({"first": "2027-01-01", "last": "2027-12-31"}, False),
    ],
)
def test_what_serves(changes: dict[str, Any], served: bool) -> None:
    """A counted activity, active in the year, at any of its places."""
    c.activity(**changes)
    assert bool(c.found("unserved_island")) is not served


def test_what_was_delivered_before_serves_no_more() -> None:
    """It may fulfil a need; on the island nothing is done this year."""
    c.delivered()
    assert len(c.found("unserved_island")) == 1


def test_populated_by_the_list_or_by_an_own_count() -> None:
    """An own count with its source goes before the ministry's list, both ways."""
    own: dict[str, Any] = {"populated_source": "BPS", "populated_on": "2026-01-01"}
    Island.objects.filter(code=c.ROCK_ISLAND).update(populated_override=True, **own)
    assert set(c.severities("unserved_island")) == {c.KARIMATA_ISLAND, c.ROCK_ISLAND}
    Island.objects.filter(code=c.KARIMATA_ISLAND).update(populated_override=False, **own)
    assert set(c.severities("unserved_island")) == {c.ROCK_ISLAND}


def test_the_managed_part_of_an_island() -> None:
    """Only its managed places count; an island without one is not judged."""
    Place.objects.filter(code=c.BETOK).update(managed=False)
    c.activity()  # at Betok Jaya, which is outside now
    assert [one["places"] for one in c.found("unserved_island")] == [[c.PADANG]]
    Place.objects.filter(code=c.PADANG).update(managed=False)
    assert c.found("unserved_island") == []
