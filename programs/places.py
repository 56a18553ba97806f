"""Places as people choose them: a tree of areas and islands, a search, and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from core.formats import pretty_name
from planning.models import ZonePlace
from territory.models import Area, Island, Place
from territory.notation import Gazetteer, parse_places
from territory.querysets import PlaceQuerySet

TREE_LIMIT = 600  # places that a page can list; beyond, the search and the notation remain
RESULTS = 12


@dataclass(frozen=True)
class Branch:
    """A village with its places: (place id, name of the part)."""

    name: str
    places: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a search finds: a name, what it is, and the places that it means."""

    name: str
    kind: str
    places: list[int]


def part_name(place: Place) -> str:
    """The island, or that it is the mainland."""
    return pretty_name(place.island.name) if place.island else _("mainland")


def full_name(place: Place) -> str:
    """`Betok Jaya · Pulau Karimata`."""
    return f"{pretty_name(place.village.name)} · {part_name(place)}"


def names_of(places: Iterable[int]) -> dict[int, str]:
    """Names of places by id, in one query."""
    wanted = Place.objects.filter(pk__in=set(places)).select_related("village", "island")
    return {place.pk: full_name(place) for place in wanted}


def tree() -> list[tuple[str, list[Branch]]]:
    """Districts with their villages and places; one query. Empty where there are too many."""
    managed = Place.objects.managed().in_order().select_related("village", "island", "district")
    listed = list(managed[: TREE_LIMIT + 1])
    if len(listed) > TREE_LIMIT:
        return []
    districts: dict[str, dict[str, Branch]] = {}
    for place in listed:
        villages = districts.setdefault(pretty_name(place.district.name), {})
        village = villages.setdefault(place.village.code, Branch(pretty_name(place.village.name)))
        village.places.append((place.pk, part_name(place)))
    return [(name, list(villages.values())) for name, villages in districts.items()]


def search(words: str) -> list[Found]:
    """Islands, villages and districts whose name holds the words, as in "kari"."""
    words = words.strip()
    if len(words) < 2:
        return []
    managed = Place.objects.managed()
    gazetteer = Gazetteer.load()
    islands = Island.objects.filter(name__icontains=words, places__in=managed).distinct()
    areas = Area.objects.filter(
        Q(pk__in=managed.values("village")) | Q(pk__in=managed.values("district")),
        name__icontains=words,
    )
    found = [
        Found(pretty_name(one.name), _("Island"), parse_places(f"@{one.code}", gazetteer))
        for one in islands.order_by("name")[:RESULTS]
    ] + [
        Found(pretty_name(one.name), one.get_level_display(), parse_places(one.code, gazetteer))
        for one in areas.order_by("-level", "name")[:RESULTS]
    ]
    start = words.lower()
    return sorted(found, key=lambda one: start not in one.name.lower().split())[:RESULTS]


def zones() -> dict[str, list[int]]:
    """The places of each zone by its code, for `#CODE` in a list of places."""
    found: dict[str, list[int]] = {}
    for code, place in ZonePlace.objects.values_list("zone__code", "place_id"):
        found.setdefault(code, []).append(place)
    return found


def places_in(code: str) -> PlaceQuerySet:
    """Places of an area of any level, of an island, or the one place of this code."""
    inside = Q(village__code=code) | Q(village__code__startswith=f"{code}.")
    return Place.objects.filter(inside | Q(island__code=code) | Q(code=code))


def choices() -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """Districts, villages and islands of the managed area by name, for a filter."""
    managed = Place.objects.managed()
    groups = (
        (_("Districts"), Area.objects.filter(pk__in=managed.values("district"))),
        (_("Villages"), Area.objects.filter(pk__in=managed.values("village"))),
        (_("Islands"), Island.objects.filter(pk__in=managed.values("island"))),
    )
    return [
        (
            title,
            sorted(
                ((code, pretty_name(name)) for code, name in records.values_list("code", "name")),
                key=lambda one: one[1].lower(),
            ),
        )
        for title, records in groups
    ]
