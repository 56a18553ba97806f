"""The page of an area of any level, or of an island."""

import pytest
from django.db.models import Sum

from convergence.models import AreaFigure, Finding, PlaceMoney
from territory.models import ManagedArea
from tests.pages.reading import get, links, said, text

KARIMATA = "/2026/area/61.11.40034/"
BETOK_JAYA = "/2026/area/61.11.06.2002/"


def test_an_island_with_its_needs_activities_and_findings(regent, stage):
    response = get(regent, KARIMATA)

    page = text(response)
    assert "Pulau Karimata" in page
    assert [need.level for need in response.context["needs"]] == [3, 1, 0, 0]
    assert "Pembangunan air pipa Betok Jaya" in page
    assert "Dinas Pekerjaan Umum" in page
    assert "40%" in page  # the latest report
    assert response.context["findings_count"] > 0


def test_the_way_to_it(regent, stage):
    addresses = links(get(regent, BETOK_JAYA))
    for code in ("61", "61.11", "61.11.06"):
        assert f"/2026/area/{code}/" in addresses

    # An island of two villages lies under the regency, and names both.
    region = get(regent, KARIMATA).context["region"]
    assert [spot.code for spot in region.trail] == ["61", "61.11"]
    assert [spot.name for spot in region.villages] == ["Betok Jaya", "Padang"]
    # One of a single village lies under it.
    serutu = get(regent, "/2026/area/61.11.40082/").context["region"]
    assert serutu.trail[-1].name == "Betok Jaya"


@pytest.mark.parametrize("figure", ["61", "61.11", "61.11.06", "61.11.06.2002", "61.11.40034"])
def test_shares_sum_up_to_the_area(regent, stage, figure):
    context = get(regent, f"/2026/area/{figure}/").context

    amount = AreaFigure.objects.get(year=2026, code=figure).amount
    assert context["activities_total"] == amount
    assert sum(line.share for line in context["activities"]) == amount


def test_remaining_rupiah_go_to_the_first_place(regent, stage):
    """500,000,001 in three places: METHOD.md section 2."""
    shares = {
        code: get(regent, f"/2026/area/{code}/").context["activities_total"]
        for code in ("61.11.01.2001", "61.11.06.2001", "61.11.40082")
    }

    assert shares == {
        "61.11.01.2001": 166_666_667, "61.11.06.2001": 166_666_667, "61.11.40082": 166_666_667
    }  # fmt: skip
    located = PlaceMoney.objects.filter(place__isnull=False).aggregate(s=Sum("amount"))["s"]
    assert located == 1_700_000_001


def test_findings_there(regent, stage):
    context = get(regent, BETOK_JAYA).context

    there = [
        finding
        for finding in Finding.objects.filter(year=2026).unsettled()
        if any(place.startswith("61.11.06.2002@") for place in finding.places)
    ]
    assert context["findings_count"] == len(there)
    assert context["findings_amount"] == sum(finding.amount for finding in there)


def test_says_what_is_outside_the_managed_area(regent, stage):
    note = said(
        "Only the part of it that is judged here is shown: the managed area does not cover all of"
        " it."
    )
    assert note in text(get(regent, "/2026/area/61/"))
    assert note not in text(get(regent, "/2026/area/61.11.06/"))

    ManagedArea.objects.all().delete()
    ManagedArea.objects.create(code="61.11.06.2002")
    assert note in text(get(regent, "/2026/area/61.11.06/"))


def test_what_lies_in_it(regent, stage):
    regency = get(regent, "/2026/area/61.11/").context["parts"]
    assert [part.spot.name for part in regency] == ["Kepulauan Karimata", "Sukadana"]
    district = get(regent, "/2026/area/61.11.06/").context["parts"]
    assert [part.spot.name for part in district] == ["Betok Jaya", "Padang", "Pelapis"]
    village = get(regent, BETOK_JAYA).context["parts"]
    assert [part.spot.name for part in village] == ["Pulau Karimata", "Pulau Serutu"]


def test_nothing_there_says_what_to_do(regent, stage):
    page = text(get(regent, "/2027/area/61.11.01.2001/"))

    assert said("No finding is open here.") in page
    assert (
        said(
            "No needs are recorded here for this year. The planning agency records them"
            " (sheet Kebutuhan)."
        )
        in page
    )


def test_an_unknown_code(regent, stage):
    assert regent.get("/2026/area/99.99/").status_code == 404
