"""The map's data: coast, islands and villages with their index."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse

from convergence.dashboards.areas import Part, Spot, figures, parts, spot_of
from convergence.models import AreaFigure
from core import formats
from territory.maps import coastline
from territory.models import Area, Island, Place

Feature = dict[str, Any]


def features(year: int) -> dict[str, Any]:
    """GeoJSON: `coast` without figures, then villages and islands that lead to their pages."""
    villages = list(Area.objects.filter(pk__in=Place.objects.managed().values("village")).by_name())
    islands = list(
        Island.objects.filter(pk__in=Place.objects.managed().values("island")).order_by("code")
    )
    codes = [*(village.code for village in villages), *(island.code for island in islands)]
    found = figures(year, codes)
    coast = coastline()["features"]
    shapes = _shapes(islands, coast, found)
    return {
        "type": "FeatureCollection",
        "features": [
            *(
                {"type": "Feature", "properties": {}, "geometry": piece["geometry"]}
                for piece in coast
                if not piece["properties"].get("islands")
            ),
            *_some(_village(year, village, found) for village in villages),
            *_some(_island(year, island, found, shapes) for island in islands),
        ],
    }


def table(year: int) -> list[Part]:
    """The same as rows: islands and villages that have figures, by name."""
    rows = AreaFigure.objects.filter(year=year, level__in=["village", "island"])
    codes = [row.code for row in rows]
    records: list[Area | Island] = [
        *Area.objects.filter(code__in=codes),
        *Island.objects.filter(code__in=codes),
    ]
    records.sort(key=lambda record: (record.name.lower(), record.name))
    return parts(year, [spot_of(record) for record in records])


def _some(features: Any) -> list[Feature]:
    return [feature for feature in features if feature]


def _shapes(
    islands: list[Island], coast: list[Feature], found: dict[str, AreaFigure]
) -> dict[str, Any]:
    """Each island's outline: its own, or its piece of the shipped coast.

    A piece may hold several islands. It is drawn once, for the one that has figures (or the
    first), and the others are points: two drawn over one another would hide the figure.
    """
    pieces = {code: piece for piece in coast for code in piece["properties"].get("islands", ())}
    owners: dict[str, Island] = {}
    shapes: dict[str, Any] = {}
    for island in islands:
        shape = island.outline or pieces.get(island.code, {}).get("geometry")
        key = json.dumps(shape)
        if shape and (
            key not in owners or (island.code in found and owners[key].code not in found)
        ):
            shapes.pop(owners[key].code if key in owners else "", None)
            owners[key], shapes[island.code] = island, shape
    return shapes


def _village(year: int, village: Area, found: dict[str, AreaFigure]) -> Feature | None:
    geometry = village.outline or _point(village.latitude, village.longitude)
    spot = Spot(village.code, "village", formats.pretty_name(village.name))
    return _feature(year, spot, geometry, found) if geometry else None


def _island(
    year: int, island: Island, found: dict[str, AreaFigure], shapes: dict[str, Any]
) -> Feature | None:
    geometry = shapes.get(island.code) or _point(island.latitude, island.longitude)
    spot = Spot(island.code, "island", island.name)
    return _feature(year, spot, geometry, found) if geometry else None


def _point(latitude: float | None, longitude: float | None) -> Any:
    if latitude is None or longitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _feature(year: int, spot: Spot, geometry: Any, found: dict[str, AreaFigure]) -> Feature:
    figure = found.get(spot.code)
    index = figure.index if figure else None
    return {
        "type": "Feature",
        "properties": {
            "name": spot.name,
            "level": spot.level,
            "kind": spot.level_name,
            "index": "" if index is None else formats.number(index, 1),
            "step": formats.step(None if index is None else index / 100),
            "url": reverse("convergence:area", args=[year, spot.code]),
            "known": figure is not None,
        },
        "geometry": geometry,
    }
