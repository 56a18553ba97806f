"""The managed area, own counts of islands, and the snapshot that the notation reads from."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from territory.actions import managed_codes, override_populated, refresh_places, set_managed
from territory.models import Island, ManagedArea, Place
from territory.notation import Gazetteer, format_places, parse_places
from territory.reading import RefusedError

DAY = dt.date(2026, 5, 1)
pytestmark = pytest.mark.django_db


def test_until_one_is_set_the_managed_area_is_kayong_utara() -> None:
    assert managed_codes() == ["61.11"]


def test_another_managed_area_marks_its_places(kayong_utara: None) -> None:
    assert set_managed(["61.11.06", "61.11.06"])
    assert not set_managed(["61.11.06"])

    assert managed_codes() == ["61.11.06"]
    managed = Place.objects.managed()
    assert set(managed.values_list("district__code", flat=True)) == {"61.11.06"}
    assert managed.count() == Place.objects.filter(district__code="61.11.06").count()


@pytest.mark.parametrize("codes", [[], ["61.11", "61.12"], ["61.1"]])
def test_a_managed_area_that_does_not_exist_is_refused(
    kayong_utara: None, codes: list[str]
) -> None:
    with pytest.raises(RefusedError):
        set_managed(codes)
    assert managed_codes() == ["61.11"]


def test_an_own_count_decides_for_the_islands_places(kayong_utara: None) -> None:
    island = Island.objects.get(code="61.11.40001")
    assert not island.places.filter(populated=True).exists()

    override_populated(island=island, populated=True, source="Sensus desa", on=DAY)
    assert not island.places.filter(populated=False).exists()

    override_populated(island=island, populated=None)
    assert not island.places.filter(populated=True).exists()
    assert island.populated_source == ""


def test_an_own_count_needs_its_source_and_day(kayong_utara: None) -> None:
    island = Island.objects.get(code="61.11.40001")
    with pytest.raises(ValidationError):
        override_populated(island=island, populated=True, source="Sensus desa")


def test_refreshing_touches_only_what_is_no_longer_true(kayong_utara: None) -> None:
    assert refresh_places() == 0
    Place.objects.filter(code="61.11.06.2002@61.11.40034").update(managed=False)
    assert refresh_places() == 1


def test_the_snapshot_reads_what_is_stored(kayong_utara: None) -> None:
    gazetteer = Gazetteer.load()

    karimata = parse_places("61.11.06", gazetteer)
    everything = parse_places("61.11.06", gazetteer, every=True)

    district = Place.objects.filter(district__code="61.11.06")
    assert karimata == list(district.filter(populated=True).in_order().values_list("id", flat=True))
    assert everything == list(district.in_order().values_list("id", flat=True))
    assert format_places(everything, gazetteer, every=True) == "61.11.06"
    assert len(format_places(everything, gazetteer)) < 32_767  # an Excel cell


def test_without_a_stored_managed_area_the_default_is_meant(kayong_utara: None) -> None:
    ManagedArea.objects.all().delete()
    assert refresh_places() == 0
    assert Gazetteer.load().managed_codes == ("61.11",)
