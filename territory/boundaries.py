"""Reads outlines from GeoJSON (CONTRACT.md section 2, `load_boundaries`) and says what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from territory.reading import UNREADABLE, Problem, RefusedError, open_text, unreadable

Polygons = list[Any]
KINDS = ("Polygon", "MultiPolygon")


@dataclass
class Outlines:
    """The outlines of a file, by the code that they belong to, each as a list of polygons."""

    areas: dict[str, Polygons] = field(default_factory=dict)
    islands: dict[str, Polygons] = field(default_factory=dict)
    nameless: int = 0

    def rows(self) -> list[tuple[str, str, str]]:
        """(kind, code, geometry as JSON), as they are staged."""
        return [
            (kind, code, json.dumps(_geometry(polygons)))
            for kind, outlines in (("area", self.areas), ("island", self.islands))
            for code, polygons in outlines.items()
        ]


def read_outlines(path: Path) -> Outlines:
    """The outlines of a GeoJSON file; several features of one code are one outline of many parts.

    Raises RefusedError with every mistake of the file.
    """
    problems: list[Problem] = []
    outlines = Outlines()
    for number, feature in enumerate(_features(path), start=1):
        try:
            _add(outlines, feature)
        except ValueError as error:
            message = _("feature %(number)s: %(reason)s") % {"number": number, "reason": error}
            problems.append(Problem(path.name, None, message))
    if not problems and not outlines.areas and not outlines.islands:
        message = _("no feature names a village (properties.code) or islands (properties.islands).")
        problems.append(Problem(path.name, None, message))
    if problems:
        raise RefusedError(problems)
    return outlines


def _features(path: Path) -> list[Any]:
    try:
        with open_text(path) as text:
            data = json.load(text)
    except json.JSONDecodeError as error:
        message = _("this is no JSON: %(reason)s.") % {"reason": error.msg}
        raise RefusedError([Problem(path.name, error.lineno, message)]) from error
    except RecursionError as error:
        message = _("this is no GeoJSON: it is nested too deeply.")
        raise RefusedError([Problem(path.name, None, message)]) from error
    except UNREADABLE as error:
        raise RefusedError([Problem(path.name, None, unreadable(error))]) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        message = _("this is no GeoJSON of type FeatureCollection.")
        raise RefusedError([Problem(path.name, None, message)])
    return features


def _add(outlines: Outlines, feature: Any) -> None:
    """Adds a feature under each of its codes. Raises ValueError with the reason."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise ValueError(_("it has no properties."))
    code, islands = properties.get("code"), properties.get("islands", [])
    if code is not None and not isinstance(code, str):
        raise ValueError(_('properties.code must be a text, such as "61.11.06.2002".'))
    if not isinstance(islands, list) or not all(isinstance(one, str) for one in islands):
        raise ValueError(_("properties.islands must be a list of island codes."))
    polygons = _polygons(feature.get("geometry"))
    if code:
        outlines.areas.setdefault(code, []).extend(polygons)
    for island in islands:
        outlines.islands.setdefault(island, []).extend(polygons)
    outlines.nameless += not (code or islands)


def _polygons(geometry: Any) -> Polygons:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in KINDS:
        raise ValueError(_("its geometry must be a Polygon or a MultiPolygon."))
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise ValueError(_("its geometry has no coordinates."))
    return [_rings(polygon) for polygon in polygons]


def _rings(polygon: Any) -> list[Any]:
    if not isinstance(polygon, list) or not polygon:
        raise ValueError(_("its geometry has no coordinates."))
    rings = []
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError(_("a ring must be closed: four points or more, the last the first."))
        rings.append([_point(point) for point in ring])
    return rings


def _point(point: Any) -> list[float]:
    """Longitude and latitude; a height is dropped, since a map has no use for it."""
    is_pair = isinstance(point, list) and len(point) >= 2
    if not is_pair or not all(_is_number(value) for value in point[:2]):
        raise ValueError(_("a point must be two numbers: longitude and latitude."))
    longitude, latitude = point[:2]
    # Written so that "not a number" is refused too.
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(
            _("%(longitude)s, %(latitude)s is no longitude and latitude in degrees.")
            % {"longitude": longitude, "latitude": latitude}
        )
    return [longitude, latitude]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _geometry(polygons: Polygons) -> dict[str, Any]:
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}
