"""What is refused of needs, zones, action items and commitments, by the database and in words."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.models import Output, Sector
from planning.models import (
    ActionItem,
    ActionItemPlace,
    Commitment,
    Need,
    NeedPlace,
    Zone,
    ZonePlace,
    ZoneSector,
)
from stakeholders.models import Agency
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def need(**changes: Any) -> Need:
    """A need with an output and a target, not saved."""
    values = {
        "code": "NEW",
        "sector": Sector.objects.get(code="AIR"),
        "output": Output.objects.get(code="AIR-01"),
        "weight": 3,
        "target": 10,
        "first_year": 2026,
        "last_year": 2026,
    }
    return Need(**(values | changes))


def zone(code: str) -> Zone:
    """A zone, not saved."""
    return Zone(code=code, name="X", kind="X", authority=Agency.objects.get(code="BKSDA"))


def item(**changes: Any) -> ActionItem:
    """An action item, not saved."""
    values = {
        "code": "NEW",
        "title": "X",
        "agency": Agency.objects.get(code="DPUPR"),
        "first_year": 2026,
        "last_year": 2026,
        "amount": 0,
        "commitment_due": "2026-06-30",
    }
    return ActionItem(**(values | changes))


def commitment(**changes: Any) -> Commitment:
    """The commitment of the cast once more, not saved."""
    values = {
        "item": ActionItem.objects.get(code="I"),
        "agency": Agency.objects.get(code="DPUPR"),
        "dated": "2026-06-16",
        "document": "Renja",
        "document_number": "12/2026",
    }
    return Commitment(**(values | changes))


def betok() -> Any:
    """A place at which every record of the cast is."""
    return c.place(c.BETOK)


TWICE = ("__all__", "unique_together")
CASES: Cases = {
    "need_code": (lambda: need(code="a b"), "code", "code"),
    "need_years": (lambda: need(last_year=2025), "last_year", "years"),
    "need_weight": (lambda: need(weight=6), "weight", "max_value"),
    "need_target": (lambda: need(output=None), "target", "target"),
    "need_place_once": (
        lambda: NeedPlace(need=Need.objects.get(code="N"), place=betok()), *TWICE,
    ),
    "zone_code": (lambda: zone("a b"), "code", "code"),
    "zone_place_once": (lambda: ZonePlace(zone=Zone.objects.get(), place=betok()), *TWICE),
    "zone_sector_once": (
        lambda: ZoneSector(zone=Zone.objects.get(), sector=Sector.objects.get(code="AIR")), *TWICE,
    ),
    "action_item_code": (lambda: item(code="a b"), "code", "code"),
    "action_item_years": (lambda: item(last_year=2025), "last_year", "years"),
    "action_item_amount": (lambda: item(amount=-1), "amount", "min_value"),
    "action_item_place_once": (
        lambda: ActionItemPlace(item=ActionItem.objects.get(), place=betok()), *TWICE,
    ),
    "commitment_once": (commitment, *TWICE),
}  # fmt: skip


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    """The fixed cast, with a need, a zone, and an action item that is committed to."""
    c.populate()
    c.need()
    c.zone(sectors=["AIR"])
    c.item()
    c.commitment()


@pytest.mark.parametrize("constraint", CASES)
def test_refused(constraint: str) -> None:
    """In words first, and by the database whoever writes."""
    assert_refused(CASES, constraint)


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(CASES) == constraints_of("planning")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"weight": 0}, "weight", "min_value"),
        ({"target": 0}, "target", "target"),
        ({"target": -1}, "target", "target"),
        ({"first_year": 1899}, "first_year", "min_value"),
        ({"last_year": 3000}, "last_year", "max_value"),
        ({"code": "N"}, "code", "unique"),
    ],
)
def test_needs_at_their_edges(changes: dict[str, Any], field: str, code: str) -> None:
    """Weight 1 to 5, a target above 0, years that can be."""
    assert words(need(**changes)) == {field: [code]}


def test_what_is_fine() -> None:
    """The edges themselves."""
    need(weight=1).full_clean()
    need(weight=5, target="0.000000000000001").full_clean()
    need(output=None, target=None).full_clean()
    item(amount=0, last_year=2999).full_clean()
    commitment(document_number="13/2026").full_clean()
    commitment(agency=Agency.objects.get(code="BPPW")).full_clean()


def test_a_needs_output_is_of_its_sector() -> None:
    """Said in words; the database cannot look into another table."""
    assert words(need(sector=Sector.objects.get(code="ENR"))) == {"output": ["sector"]}
