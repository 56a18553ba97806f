"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from territory.models import Area, Island, ManagedArea, Place

pytestmark = pytest.mark.django_db
KARIMATA = "61.11.40034"


def betok() -> Place:
    return Place.objects.get(code=f"61.11.06.2002@{KARIMATA}")


def copy_of(place: Place, code: str) -> Place:
    place.pk, place.code = None, code
    place.save(force_insert=True)
    return place


REFUSED: dict[str, Callable[[], object]] = {
    "an area twice": lambda: Area.objects.create(code="61", level="province", name="X"),
    "a province in another area": lambda: Area.objects.create(
        code="62", level="province", name="X", parent=Area.objects.get(code="61")
    ),
    "a village in no district": lambda: Area.objects.create(
        code="61.11.06.2009", level="village", name="X"
    ),
    "an island twice": lambda: Island.objects.create(
        code=KARIMATA, name="X", regency=Area.objects.get(code="61.11")
    ),
    "an own count without source": lambda: Island.objects.filter(code=KARIMATA).update(
        populated_override=True, populated_on="2026-05-01"
    ),
    "an own count without day": lambda: Island.objects.filter(code=KARIMATA).update(
        populated_override=True, populated_source="Sensus desa"
    ),
    "a managed area twice": lambda: ManagedArea.objects.create(code="61.11"),
    "a place's code twice": lambda: copy_of(
        Place.objects.get(code="61.11.01.2001@-"), betok().code
    ),
    "a village's part on an island twice": lambda: copy_of(betok(), "other"),
    "a village's mainland twice": lambda: copy_of(
        Place.objects.get(code="61.11.01.2001@-"), "other"
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(kayong_utara: None, what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[what]()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM territory_area WHERE code = '61.11.06.2002'",
        "DELETE FROM territory_island WHERE code = '61.11.40034'",
    ],
)
def test_what_a_place_stands_on_cannot_be_deleted(kayong_utara: None, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_codes_are_sorted_by_code_point(kayong_utara: None) -> None:
    codes = list(Place.objects.in_order().values_list("code", flat=True))
    assert codes == sorted(codes)
    village = [code for code in codes if code.startswith("61.11.01.2001@")]
    assert village[0] == "61.11.01.2001@-" and len(village) > 1
