"""What maps are drawn on."""

import json
from functools import cache
from pathlib import Path
from typing import Any

# The areas that are shipped: the regency of Kayong Utara (NOTICE names origin and licence).
SHIPPED = Path(__file__).resolve().parent / "data" / "kayong_utara"
COASTLINE = SHIPPED / "coastline.geojson"


@cache
def coastline() -> dict[str, Any]:
    """The coast around Kayong Utara: a GeoJSON FeatureCollection, read once and not to be changed.

    Each piece has `properties.islands`, the codes of the islands that it holds (none: mainland).
    © OpenStreetMap contributors, ODbL 1.0; the notice belongs beside every map that shows it.
    """
    collection: dict[str, Any] = json.loads(COASTLINE.read_text(encoding="utf-8"))
    return collection
