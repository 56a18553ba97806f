"""`uncommitted`: overdue, and no commitment of the agency is integrated (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_uncommitted() -> None:
    """At stake is the indicative amount; the proof names what was promised without a document."""
    c.item("I", agency="ESDM", places=[c.PADANG, c.NEIGHBOUR, c.SUTERA], amount=750)
    c.commitment("I", document="", document_number="")
    c.commitment("I", agency="BPPW")
    c.item("J", agency="ESDM")
    c.commitment("J")
    finding = c.stored("uncommitted")
    assert c.printed(finding) == {
        "key": "uncommitted/I",
        "severity": 3,
        "amount": 750,
        "agencies": ["ESDM"],
        "places": [c.SUTERA, c.PADANG],
        "members": [],
        "records": ["item/I"],
    }
    assert finding.evidence["items"][0]["due"] == "2026-06-30"
    assert [one["number"] for one in finding.evidence["commitments"]] == [""]


@pytest.mark.parametrize(("as_of", "found"), [("2026-06-30", False), ("2026-07-01", True)])
def test_overdue_after_the_due_day(as_of: str, found: bool) -> None:
    """On the due day there is time yet."""
    c.item()
    assert bool(c.found("uncommitted", as_of=as_of)) is found


def test_of_the_items_years() -> None:
    """First and last year are within."""
    for code, first, last in (
        ("PAST", 2024, 2025), ("LAST", 2025, 2026), ("FIRST", 2026, 2027), ("NEXT", 2027, 2028),
    ):  # fmt: skip
        c.item(code, first=first, last=last, due="2024-01-01")
    assert set(c.amounts("uncommitted")) == {"FIRST", "LAST"}


@pytest.mark.parametrize(
    ("changes", "integrated"),
    [
        ({}, True),
        ({"dated": c.AS_OF}, True),
        ({"dated": "2026-08-02"}, False),
        ({"document_date": c.AS_OF}, True),
        ({"document_date": "2026-08-02"}, False),
        ({"document_date": None}, False),
        ({"document": ""}, False),
        ({"document_number": ""}, False),
        ({"agency": "BPPW"}, False),
    ],
)
def test_what_is_a_commitment(changes: dict[str, Any], integrated: bool) -> None:
    """The agency's own, with type, number and date of a document; both dated by the day."""
    c.item()
    c.commitment(**changes)
    assert bool(c.found("uncommitted")) is not integrated


def test_one_integrated_commitment_is_enough_and_another_items_is_none() -> None:
    """Of several, one must be whole: halves do not add up."""
    c.item("I")
    c.item("OTHER")
    c.commitment("OTHER")
    c.commitment("I", document_number="", document="RKA")
    c.commitment("I", document="", document_number="7")
    assert set(c.amounts("uncommitted")) == {"I"}
    c.commitment("I")
    assert c.amounts("uncommitted") == {}


def test_an_item_without_a_place_is_judged_too() -> None:
    """It concerns no place then."""
    c.item(places=[])
    assert [one["places"] for one in c.found("uncommitted")] == [[]]
