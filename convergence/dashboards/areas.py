"""An area or island, what it contains, and its figures in a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

from convergence.models import AreaFigure, Finding
from core import formats
from core.formats import pretty_name
from territory.models import Area, Island, ManagedArea, Place

LEVELS = AreaFigure.Level
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Spot:
    """A code, its level and its name: what a link to a place page needs."""

    code: str
    level: str
    name: str

    @property
    def level_name(self) -> str:
        """The level in words."""
        return str(LEVELS(self.level).label)


@dataclass(frozen=True)
class Region:
    """An area or island with the way to it and what lies in it."""

    spot: Spot
    trail: list[Spot]
    villages: list[Spot]
    partly_managed: bool


def spot_of(record: Area | Island) -> Spot:
    """The spot of an area or island."""
    level = record.level if isinstance(record, Area) else LEVELS.ISLAND
    return Spot(record.code, str(level), pretty_name(record.name))


def places_of(code: str) -> QuerySet[Place]:
    """The managed places of an area of any level, of an island, or the one place of that code."""
    if "@" in code:
        return Place.objects.managed().filter(code=code)
    return Place.objects.managed().filter(
        Q(village__code=code) | Q(village__code__startswith=f"{code}.") | Q(island__code=code)
    )


def find(code: str) -> Region | None:
    """The area or island of that code; None where there is none."""
    area = Area.objects.filter(code=code).select_related("parent__parent__parent").first()
    if area is not None:
        return Region(spot_of(area), _ancestors(area), [], not _is_managed(code))
    island = Island.objects.filter(code=code).select_related("regency__parent").first()
    return None if island is None else _island(island)


def _ancestors(area: Area) -> list[Spot]:
    """Province, regency, district above an area; fetched with it."""
    trail: list[Spot] = []
    above = area.parent
    while above is not None:
        trail.insert(0, spot_of(above))
        above = above.parent if len(trail) < 3 else None
    return trail


def _island(island: Island) -> Region:
    """An island lies under its village where it has one only, else under its regency."""
    places = list(
        Place.objects.filter(island=island)
        .select_related("village__parent__parent__parent")
        .order_by(Lower("village__name"), "village__name")
    )
    villages = [spot_of(place.village) for place in places]
    if len(places) == 1:
        trail = [*_ancestors(places[0].village), villages[0]]
    else:
        above = island.regency
        trail = [*_ancestors(above), spot_of(above)] if above else []
    return Region(spot_of(island), trail, villages, any(not place.managed for place in places))


def _is_managed(code: str) -> bool:
    """Whether all of an area is judged here: it is a managed area, or lies in one."""
    managed = ManagedArea.objects.codes()
    return any(code == one or code.startswith(f"{one}.") for one in managed)


def managed_spots() -> list[Spot]:
    """The areas that this installation judges, as far as they are loaded."""
    areas = Area.objects.filter(code__in=ManagedArea.objects.codes()).by_name()
    return [spot_of(area) for area in areas]


def figures(year: int, codes: Iterable[str]) -> dict[str, AreaFigure]:
    """Figures by code (the codes of areas and islands differ)."""
    rows = AreaFigure.objects.filter(year=year, code__in=list(codes))
    return {row.code: row for row in rows}


@dataclass(frozen=True)
class Part:
    """A line of a table of areas: what is there, its figures, and its unsettled findings."""

    spot: Spot
    figure: AreaFigure | None
    findings: int

    @property
    def step(self) -> int:
        """Its index on the five-step scale; 0 is no data."""
        index = self.figure.index if self.figure else None
        return formats.step(None if index is None else index / 100)


def parts_of(year: int, spot: Spot) -> list[Part]:
    """What an area divides into: the next level down; of a village, its islands."""
    inside: Iterable[Area | Island]
    if spot.level == LEVELS.ISLAND:
        inside = _by_name(Area.objects.filter(places__island__code=spot.code, places__managed=True))
    elif spot.level == LEVELS.VILLAGE:
        inside = _by_name(Island.objects.filter(places__village__code=spot.code))
    else:
        managed = {
            LEVELS.PROVINCE: "regency",
            LEVELS.REGENCY: "district",
            LEVELS.DISTRICT: "village",
        }[LEVELS(spot.level)]
        inside = _by_name(
            Area.objects.filter(
                parent__code=spot.code, pk__in=Place.objects.managed().values(managed)
            )
        )
    return parts(year, [spot_of(record) for record in inside])


def _by_name(records: QuerySet[M]) -> QuerySet[M]:
    return records.order_by(Lower("name"), "name").distinct()


def parts(year: int, spots: list[Spot]) -> list[Part]:
    """Lines for these areas, in their order."""
    found = figures(year, [spot.code for spot in spots])
    counts = findings_at(year, {spot.code for spot in spots})
    return [Part(spot, found.get(spot.code), counts.get(spot.code, 0)) for spot in spots]


def findings_at(year: int, codes: set[str]) -> dict[str, int]:
    """Unsettled findings of each area or island; one of several places counts once in each area."""
    counts: dict[str, int] = {}
    for places in Finding.objects.of(year).unsettled().values_list("places", flat=True):
        for code in {code for place in places for code in codes_above(place)} & codes:
            counts[code] = counts.get(code, 0) + 1
    return counts


def codes_above(place: str) -> list[str]:
    """Codes of all that a place lies in: province, regency, district, village, island."""
    village, _, island = place.partition("@")
    parts = village.split(".")
    above = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return above if island in {"", "-"} else [*above, island]
