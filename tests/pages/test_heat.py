"""The heat map: its sums tie out, in every measure and along both sides."""

import csv
import io

from django.db.models import F, Sum

from convergence.models import AreaFigure, Finding, NeedLevel, PlaceMoney
from tests.pages.reading import get, links, rows, said, text

VILLAGES = "/2026/heat/village"
ISLANDS = "/2026/heat/island"


def test_coverage_of_villages(regent, stage):
    response = get(regent, VILLAGES)

    heat = response.context["heat"]
    assert heat.measure == "coverage"
    assert [row.name for row in heat.rows] == ["Betok Jaya", "Padang"]
    assert [cell.text for cell in heat.rows[0].cells] == ["75%", "25%", "0%"]
    assert "/2026/area/61.11.06.2002/" in links(response)
    assert text(response).count("75%") == 2  # the cell and its column's total


def test_coverage_ties_out_with_the_figures(regent, stage):
    heat = get(regent, VILLAGES).context["heat"]

    figures = {figure.code: figure for figure in AreaFigure.objects.filter(year=2026)}
    for row in heat.rows:
        assert round(row.total.value, 4) == figures[row.spot.code].coverage
        assert row.weight == figures[row.spot.code].weight
    assert round(heat.total.value, 4) == figures["61.11"].coverage
    assert heat.weight == sum(row.weight for row in heat.rows) == figures["61.11"].weight
    for (code, _name), total in zip(heat.columns, heat.column_totals, strict=True):
        sums = NeedLevel.objects.filter(need__sector__code=code).aggregate(
            top=Sum(F("weight") * F("score")), weight=Sum("weight")
        )
        assert total.value == sums["top"] / sums["weight"]


def test_money_ties_out(regent, stage):
    for address in (VILLAGES, ISLANDS):
        heat = get(regent, f"{address}?measure=money").context["heat"]

        total = PlaceMoney.objects.filter(year=2026).aggregate(s=Sum("amount"))["s"]
        assert heat.total.value == total
        assert sum(row.total.value for row in heat.rows) == total
        assert sum(column.value or 0 for column in heat.column_totals) == total
        for row in heat.rows:
            assert row.total.value == sum(cell.value or 0 for cell in row.cells)
        assert heat.rows[-1].name == said("Not located")


def test_islands_with_the_mainland(regent, stage):
    heat = get(regent, f"{ISLANDS}?measure=money").context["heat"]

    assert [row.name for row in heat.rows] == [
        "Pulau Karimata", "Pulau Pelapis", "Pulau Serutu", said("Mainland"), said("Not located"),
    ]  # fmt: skip
    assert heat.rows[0].inside == "Betok Jaya, Padang"


def test_findings_count_once_in_all(regent, stage):
    Finding.objects.filter(key="budget_drop/KG-5").update(state="discussed")
    heat = get(regent, f"{VILLAGES}?measure=findings").context["heat"]

    unsettled = Finding.objects.filter(year=2026).unsettled()
    assert heat.distinct == unsettled.count()
    assert heat.repeats > 0  # KG-5 lies in three villages
    for row in heat.rows[:-1]:
        prefix = f"{row.spot.code}@"
        there = [f for f in unsettled if any(place.startswith(prefix) for place in f.places)]
        assert row.total.value == len(there)
    assert heat.total.value == sum(row.total.value for row in heat.rows)


def test_accepted_and_closed_findings_are_not_counted(regent, stage):
    Finding.objects.update(state="closed")

    assert get(regent, f"{VILLAGES}?measure=findings").context["heat"].columns == []


def test_without_needs_money_is_shown(regent, stage):
    NeedLevel.objects.all().delete()

    assert get(regent, VILLAGES).context["heat"].measure == "money"


def test_sorted_by_a_column(regent, stage):
    heat = get(regent, f"{VILLAGES}?measure=money&sort=TRP").context["heat"]

    column = [code for code, _name in heat.columns].index("TRP")
    amounts = [row.cells[column].value or 0 for row in heat.rows if row.spot]
    assert amounts == sorted(amounts, reverse=True)


def test_rows_without_data_are_named_and_can_be_shown(regent, stage):
    response = get(regent, VILLAGES)
    assert response.context["heat"].hidden == 3  # Pelapis, Sutera, not located

    names = [row.name for row in get(regent, f"{VILLAGES}?all=1").context["heat"].rows]

    assert {"Pelapis", "Sutera"} <= set(names)


def test_as_a_file(regent, stage):
    response = get(regent, f"{VILLAGES}?measure=money&format=csv")

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[0][0] == said("Name")
    assert sum(int(line[-1]) for line in lines[1:-1]) == int(lines[-1][-1]) == 1_850_000_001


def test_no_data_is_hatched_not_pale(regent, stage):
    table = get(regent, f"{VILLAGES}?all=1").content.decode()

    assert f'<td class="s0"><i>{said("no data")}</i></td>' in table
    assert len(rows(get(regent, VILLAGES), "heat")) == 2 + 2  # head, two villages, total


def test_an_empty_database(regent):
    for address in (VILLAGES, ISLANDS, f"{VILLAGES}?measure=findings"):
        assert said("There is nothing to show here yet.") in text(get(regent, address))


def test_an_unknown_measure_or_order_is_the_usual_one(regent, stage):
    heat = get(regent, f"{VILLAGES}?measure=weather&sort=NOPE").context["heat"]

    assert heat.measure == "coverage"
    assert [row.name for row in heat.rows] == ["Betok Jaya", "Padang"]
