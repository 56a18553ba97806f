"""The map's data and its table."""

import json

from territory.models import Area
from tests.pages.reading import get, links, said, text


def test_islands_and_villages_lead_to_their_pages(regent, stage):
    data = get(regent, "/2026/map.json").json()

    spots = {f["properties"]["name"]: f for f in data["features"] if f["properties"]}
    karimata = spots["Pulau Karimata"]
    assert karimata["properties"]["url"] == "/2026/area/61.11.40034/"
    assert karimata["properties"]["index"] != ""
    assert karimata["properties"]["step"] == 2  # between 20 and 40
    assert karimata["geometry"]["type"] == "Polygon"  # on the shipped coastline
    assert get(regent, karimata["properties"]["url"])


def test_the_coast_is_there_without_figures(regent, stage):
    features = get(regent, "/2026/map.json").json()["features"]

    assert any(f["properties"] == {} and f["geometry"]["type"] == "Polygon" for f in features)


def test_a_village_is_a_point_or_an_outline(regent, stage):
    outline = {"type": "Polygon", "coordinates": [[[109, -1], [110, -1], [110, -2], [109, -1]]]}
    Area.objects.filter(code="61.11.01.2001").update(latitude=-1.24, longitude=109.95)
    Area.objects.filter(code="61.11.06.2001").update(outline=outline)

    data = get(regent, "/2026/map.json").json()

    spots = {f["properties"].get("name"): f["geometry"] for f in data["features"]}
    assert spots["Sutera"] == {"type": "Point", "coordinates": [109.95, -1.24]}
    assert spots["Pelapis"] == outline
    assert "Betok Jaya" not in spots  # neither is known of it


def test_no_data_is_step_0(regent, stage):
    data = get(regent, "/2027/map.json").json()

    steps = {f["properties"]["step"] for f in data["features"] if f["properties"]}
    assert steps == {0}


def test_the_table_says_the_same(regent, stage):
    response = get(regent, "/2026/map")
    data = get(regent, "/2026/map.json").json()

    addresses = set(links(response))
    for feature in data["features"]:
        if feature["properties"].get("known"):
            assert feature["properties"]["url"] in addresses
            assert feature["properties"]["index"] in text(response)


def test_an_empty_database(regent):
    assert said("No island or village has figures in this year: record needs or activities first.")
    page = text(get(regent, "/2026/map"))
    assert (
        said("No island or village has figures in this year: record needs or activities first.")
        in page
    )
    assert json.loads(get(regent, "/2026/map.json").content)["type"] == "FeatureCollection"
