"""`no_clearance`: in a restricted zone without its authority's word (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from convergence.models import Finding
from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_no_clearance() -> None:
    """At stake are the shares in the zone; concerns agency and authority, at those places."""
    c.zone("Z", places=[c.PADANG, c.BETOK, c.ROCK])
    c.activity("A", places=[c.PADANG, c.BETOK, c.SUTERA], dpa=1000)
    c.clearance("2026-04-01", "2026-11-29")
    finding = c.stored("no_clearance")
    assert c.printed(finding) == {
        "key": "no_clearance/A/Z",
        "severity": 5,
        "amount": 666,  # the remaining rupiah is Sutera's
        "agencies": ["BKSDA", "DPUPR"],
        "places": [c.BETOK, c.PADANG],
        "members": [],
        "records": ["activity/A", "zone/Z"],
    }
    assert finding.evidence["zones"] == [
        {"code": "Z", "name": "Kawasan Z", "authority": "BKSDA"}
    ]  # fmt: skip
    assert finding.evidence["clearances"][0]["valid_to"] == "2026-11-29"
    assert finding.evidence["numbers"] == {
        "period_first": "2026-04-01", "period_last": "2026-11-30",
    }  # fmt: skip


def test_agencies_are_sorted() -> None:
    """By code point, whichever is the authority."""
    c.zone(authority="ESDM")
    c.activity(agency="BPPW")
    assert c.found("no_clearance")[0]["agencies"] == ["BPPW", "ESDM"]


def test_every_day_lies_within_a_clearance() -> None:
    """Adjacent ones join; one whose last day lies before its first covers none."""
    cleared = [
        [("2026-04-01", "2026-11-30")],
        [("2025-01-01", "2027-12-31")],
        [("2026-07-01", "2026-11-30"), ("2026-04-01", "2026-06-30")],
        [("2026-04-01", "2026-08-31"), ("2026-06-01", "2026-11-30")],
        [("2026-11-30", "2026-04-01"), ("2026-04-01", "2026-11-30")],
    ]
    open_: list[list[tuple[str, str]]] = [
        [],
        [("2026-04-02", "2026-11-30")],
        [("2026-04-01", "2026-11-29")],
        [("2026-04-01", "2026-06-30"), ("2026-07-02", "2026-11-30")],
        [("2026-11-30", "2026-04-01")],
        [("2025-04-01", "2025-11-30")],
    ]
    c.zone()
    for number, spans in enumerate(open_ + cleared):
        c.activity(f"C{number}")
        for first, last in spans:
            c.clearance(first, last, f"C{number}")
    assert set(c.amounts("no_clearance")) == {f"C{number}/Z" for number in range(len(open_))}


def test_a_clearance_is_of_one_activity_and_zone() -> None:
    """Another's does not help."""
    c.zone("Z")
    c.zone("Y")
    c.activity("A")
    c.activity("B")
    c.clearance("2026-04-01", "2026-11-30", "A", "Y")
    c.clearance("2026-04-01", "2026-11-30", "B", "Z")
    c.clearance("2026-04-01", "2026-06-30", "A", "Z")
    c.keep()
    proof = dict(Finding.objects.filter(kind="no_clearance").values_list("key", "evidence"))
    days = {key: [one["valid_to"] for one in proof[key]["clearances"]] for key in proof}
    assert days == {"no_clearance/A/Z": ["2026-06-30"], "no_clearance/B/Y": []}


def test_only_the_years_part_needs_one() -> None:
    """An activity of three years is cleared for each by itself; the leap day counts."""
    c.zone()
    c.activity(first="2026-06-01", last="2028-06-30")
    c.clearance("2027-01-01", "2027-12-31")
    c.clearance("2028-01-01", "2028-02-28")
    c.clearance("2028-03-01", "2028-06-30")
    assert [bool(c.found("no_clearance", year)) for year in (2026, 2027, 2028)] == [
        True, False, True,
    ]  # fmt: skip
    c.clearance("2028-02-29", "2028-02-29")
    assert c.found("no_clearance", 2028) == []


def test_which_sectors_a_zone_restricts() -> None:
    """Those that it names; all where it names none. Supporting outputs need a word too."""
    c.zone("ALL")
    c.zone("TWO", sectors=["TRP", "ENR"])
    c.zone("PADANG", sectors=["AIR"], places=[c.PADANG])
    c.activity("PIPES", output="AIR-01")
    c.activity("SOLAR", output="ENR-01")
    c.activity("TRAVEL", output=c.SUPPORTING)
    assert set(c.amounts("no_clearance")) == {"PIPES/ALL", "SOLAR/ALL", "SOLAR/TWO", "TRAVEL/ALL"}


def test_of_which_activities() -> None:
    """Live, active in the year, a place in the zone, not the authority's own."""
    c.zone()
    yes: list[dict[str, Any]] = [
        {"status": "submitted"},
        {"first": "2025-01-01", "last": "2026-01-01"},
        {"first": "2026-12-31", "last": "2027-01-01"},
    ]
    no: list[dict[str, Any]] = [
        *({"status": status} for status in c.DEAD),
        {"agency": "BKSDA"},
        {"places": [c.PADANG]},
        {"places": []},
        {"first": "2025-01-01", "last": "2025-12-31"},
        {"first": "2027-01-01", "last": "2027-12-31"},
    ]
    assert c.which("no_clearance", yes + no) == yes


def test_at_stake_is_what_lies_in_the_zone() -> None:
    """Lines that name a place of the zone, and its part of the rest."""
    c.zone(places=[c.BETOK])
    c.activity(places=[c.SUTERA, c.BETOK])
    c.line("A", 101, c.PROPOSED)
    c.line("A", 30, c.PROPOSED, at=c.BETOK)
    c.line("A", 500, c.PROPOSED, at=c.SUTERA)
    assert c.amounts("no_clearance") == {"A/Z": 80}
