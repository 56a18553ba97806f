"""The first page: where do we stand, what money, what is stuck, what next."""

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils import timezone

from convergence.models import Dirty, Finding, Judgement, PlaceMoney
from core.formats import rupiah
from core.models import Job
from territory.models import ManagedArea
from tests.pages import cast
from tests.pages.reading import get, links, said, text

HOME = "/2026/"


def test_the_figures_of_the_managed_area(regent, stage):
    page = text(get(regent, HOME))

    assert "Kabupaten Kayong Utara" in page
    # 5·3 + 3·1 + 2·0 + 2·0 of weights 12, in quarters; D = 300 of 1,700.000001 million
    assert "= 100 · C 37,5% · (1 − D 17,65%)" in page
    assert "30,9" in page
    assert "1 Agustus 2026" in page


def test_money_ties_out(regent, stage):
    response = get(regent, HOME)

    money = response.context["money"]
    assert money.total == money.located + money.not_located == 1_850_000_001
    assert money.total == PlaceMoney.objects.filter(year=2026).aggregate(s=Sum("amount"))["s"]
    assert money.not_located == 150_000_000
    assert sum(sector.amount for sector in money.sectors) == money.total
    assert f'title="{rupiah(1_850_000_001)}"' in response.content.decode()  # exact on hover


def test_kinds_with_counts_and_amounts(regent, stage):
    response = get(regent, HOME)

    for table in (response.context["gaps"], response.context["overlaps"]):
        for line in table.lines:
            found = Finding.objects.filter(year=2026, kind=line.kind.value)
            assert line.count == found.count()
            assert line.amount == found.aggregate(s=Sum("amount"))["s"]
            assert f"/2026/findings/?kind={line.kind.value}" in links(response)
        assert table.count == sum(line.count for line in table.lines)
        assert table.amount == sum(line.amount for line in table.lines)
    counts = response.context["gaps"].count + response.context["overlaps"].count
    assert counts == Finding.objects.filter(year=2026).unsettled().count()


def test_settled_findings_are_not_stuck(regent, stage):
    Finding.objects.filter(kind="same_output").update(state="closed")

    assert get(regent, HOME).context["overlaps"].lines == []


def test_the_next_step_is_the_most_severe(regent, stage):
    response = get(regent, HOME)

    worst = response.context["worst"]
    assert worst.severity == max(Finding.objects.values_list("severity", flat=True))
    assert f"/2026/findings/?severity={worst.severity}" in links(response)


def test_the_door_leads_to_this_year(regent, stage):
    Judgement.objects.create(
        year=timezone.localdate().year + 1, as_of=dt.date(2026, 1, 1), finished=timezone.now(),
        findings=0, seconds=0,
    )  # fmt: skip
    Judgement.objects.get_or_create(
        year=timezone.localdate().year,
        defaults={
            "as_of": dt.date(2026, 1, 1), "finished": timezone.now(), "findings": 0, "seconds": 0
        },
    )  # fmt: skip

    assert regent.get("/").url == f"/{timezone.localdate().year}/"


def test_the_door_leads_to_what_is_judged(regent, stage):
    Judgement.objects.all().update(year=2019)

    assert regent.get("/").url == "/2019/"


def test_years_can_be_switched(regent, stage):
    Judgement.objects.create(
        year=2025, as_of=cast.AS_OF, finished=timezone.now(), findings=0, seconds=0
    )

    assert {"/2025/", "/2026/"} <= set(links(get(regent, HOME)))


@pytest.mark.parametrize("why", ["mark", "job"])
def test_says_that_figures_are_being_computed(regent, stage, why):
    Dirty.objects.all().delete()
    busy = said("New figures are being computed")
    assert busy not in text(get(regent, HOME))

    if why == "mark":
        Dirty.objects.create(source="planning_need", at=timezone.now())
    else:
        Job.objects.create(kind="judge", state=Job.State.RUNNING)

    assert busy in text(get(regent, HOME))


def test_offers_to_reload_once_they_are_computed(regent, stage):
    Dirty.objects.all().delete()

    part = get(regent, "/2026/freshness")

    assert said("New figures are ready: reload") in text(part)
    assert "hx-trigger" not in part.content.decode()  # nobody asks again


def test_several_managed_areas_are_listed(regent, stage):
    ManagedArea.objects.all().delete()
    for code in ("61.11.01", "61.11.06"):
        ManagedArea.objects.create(code=code)

    response = get(regent, HOME)

    assert [part.spot.name for part in response.context["managed"]] == [
        "Kepulauan Karimata",
        "Sukadana",
    ]
    assert "/2026/area/61.11.06/" in links(response)


def test_an_empty_database_says_what_to_do(regent):
    page = text(get(regent, HOME))

    assert said("The year %(year)s has not been judged yet.") % {"year": 2026} in page


def test_a_year_that_nobody_has(regent, stage):
    assert regent.get("/3026/").status_code == 404
    assert get(regent, "/2027/").context["freshness"].judgement is None
