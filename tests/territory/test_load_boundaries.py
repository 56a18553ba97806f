"""Loading outlines for maps (CONTRACT.md section 2, `load_boundaries`)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from territory.actions import load_boundaries
from territory.maps import COASTLINE, coastline
from territory.models import Area, Island

pytestmark = pytest.mark.django_db

SQUARE = [[[109.0, -1.0], [109.1, -1.0], [109.1, -1.1], [109.0, -1.0]]]
OTHER = [[[108.0, -1.0], [108.1, -1.0], [108.1, -1.1], [108.0, -1.0]]]


def feature(coordinates: Any = SQUARE, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def save(tmp_path: Path) -> Any:
    def make(*features: Any) -> Path:
        path = tmp_path / "outlines.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return make


def run(path: Path) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("load_boundaries", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(path: Path) -> str:
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_boundaries", str(path), stdout=io.StringIO(), stderr=err)
    assert caught.value.returncode == 1
    return err.getvalue()


def test_every_village_gets_its_outline(kayong_utara: None, shared: Path) -> None:
    run(shared / "kayong_utara" / "villages.geojson")

    assert not Area.objects.filter(level="village", outline=None).exists()


def test_a_first_start_has_the_coasts_of_the_larger_islands(kayong_utara: None) -> None:
    karimata = Island.objects.get(code="61.11.40034")
    assert karimata.outline["type"] == "Polygon"
    assert Island.objects.exclude(outline=None).count() == 19


def test_the_coastline_is_there_for_the_map() -> None:
    assert coastline()["type"] == "FeatureCollection"
    assert len(coastline()["features"]) == 22
    assert coastline() is coastline()


def test_islands_of_one_piece_share_its_outline(kayong_utara: None, save: Any) -> None:
    run(save(feature(islands=["61.11.40001", "61.11.40002"])))

    for code in ("61.11.40001", "61.11.40002"):
        outline = Island.objects.get(code=code).outline
        assert outline == {"type": "Polygon", "coordinates": SQUARE}


def test_a_village_in_several_features_has_an_outline_of_several_parts(
    kayong_utara: None, save: Any
) -> None:
    run(save(feature(code="61.11.06.2002"), feature([OTHER], "MultiPolygon", code="61.11.06.2002")))

    outline = Area.objects.get(code="61.11.06.2002").outline
    assert outline == {"type": "MultiPolygon", "coordinates": [SQUARE, OTHER]}


def test_the_second_time_nothing_changes(kayong_utara: None, save: Any) -> None:
    again = load_boundaries(file=COASTLINE)
    assert (again.changed, again.unchanged, again.nameless) == (0, 19, 4)

    villages = save(feature(code="61.11.06.2002"))
    assert load_boundaries(file=villages).changed == 1
    assert load_boundaries(file=villages).changed == 0


def test_codes_that_are_not_stored_are_named_and_the_rest_is_loaded(
    kayong_utara: None, save: Any
) -> None:
    _, err = run(save(feature(code="99.01.01.2001"), feature(code="61.11.06.2002")))

    assert "99.01.01.2001" in err
    assert Area.objects.get(code="61.11.06.2002").outline


def test_a_file_of_which_nothing_is_stored_is_refused(kayong_utara: None, save: Any) -> None:
    assert "99.01.01.2001" in refusal(save(feature(code="99.01.01.2001")))


@pytest.mark.parametrize(
    "broken",
    [
        feature(kind="Point", code="61.11.06.2001"),
        feature([], code="61.11.06.2001"),
        feature([[]], code="61.11.06.2001"),
        feature([SQUARE[0][:3]], code="61.11.06.2001"),
        feature([[*SQUARE[0][:3], [0, 0]]], code="61.11.06.2001"),
        feature([[["a", 1], [1, 1], [1, 1], ["a", 1]]], code="61.11.06.2001"),
        feature([[[1, 100], [1, 1], [1, 1], [1, 100]]], code="61.11.06.2001"),
        feature([[[float("nan"), 1], [1, 1], [1, 1], [float("nan"), 1]]], code="61.11.06.2001"),
        feature(code=6111),
        feature(islands="61.11.40001"),
        {"type": "Feature", "properties": {"code": "61.11.06.2001"}, "geometry": None},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        "feature",
    ],
)
def test_one_broken_feature_and_nothing_is_written(
    kayong_utara: None, save: Any, broken: Any
) -> None:
    err = refusal(save(feature(code="61.11.06.2002"), broken))

    assert err.startswith("outlines.geojson: ") and "2" in err
    assert Area.objects.get(code="61.11.06.2002").outline is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "Feature"}', "\xff", "[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(text, encoding="latin-1")
    assert refusal(path).startswith("broken.geojson:")


def test_a_file_without_codes_or_that_is_missing_is_refused(tmp_path: Path, save: Any) -> None:
    assert refusal(save(feature(name="Betok Jaya"))).startswith("outlines.geojson: ")
    assert refusal(tmp_path / "none.geojson").startswith("none.geojson: ")
