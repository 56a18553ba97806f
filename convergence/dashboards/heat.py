"""The heat map: village × sector or island × sector, in one of three measures.

Sums tie out: of coverage the sums of weights, of money the amounts. A finding of several villages
shows in each of their rows; the foot of the table takes the repeats off again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from catalogue.models import Sector
from convergence.dashboards import subjects
from convergence.dashboards.areas import LEVELS, Spot
from convergence.models import Finding, NeedLevel, PlaceMoney
from core import formats
from territory.models import Place

Measure = Literal["coverage", "findings", "money"]
Value = Decimal | int | None
ACROSS = ""  # the column of findings that belong to no single sector
NOWHERE = ""  # the row of what has no place
MAINLAND = "-"


@dataclass
class Sums:
    """A cell before it is shown: of coverage Σ weight·score over Σ weight, else a plain sum."""

    top: Decimal = Decimal(0)
    weight: int = 0

    def add(self, other: Sums) -> None:
        """Sums of sums are sums: this is why rows and columns tie out."""
        self.top += other.top
        self.weight += other.weight

    def value(self, measure: Measure) -> Value:
        """What the cell says; None where there is nothing to say anything about."""
        if measure == "coverage":
            return self.top / self.weight if self.weight else None
        return int(self.top) or None


Grid = dict[tuple[str, str], Sums]  # (row code, sector code) → sums


@dataclass(frozen=True)
class Cell:
    """A value with its step on the scale (0: no data), in words, and exactly where that differs."""

    value: Value
    step: int
    text: str
    exact: str = ""


def shown(measure: Measure, value: Value, bounds: Sequence[int] = ()) -> Cell:
    """A value as its cell shows it. A table has thousands: worded here, not in the template."""
    step = _step(measure, value, bounds)
    if value is None:
        return Cell(None, 0, "")
    if measure == "coverage":
        return Cell(value, step, formats.whole_percent(Decimal(value)))
    if measure == "money":
        exact = formats.rupiah(int(value))
        return Cell(value, step, formats.rupiah_in_words(int(value)), exact)
    return Cell(value, step, formats.number(value))


@dataclass(frozen=True)
class Row:
    """A village or island; `spot` is None for what is no area of its own."""

    name: str
    spot: Spot | None
    inside: str
    cells: list[Cell]
    total: Cell
    weight: int


@dataclass
class Heat:
    """The table that the page shows."""

    measure: Measure
    columns: list[tuple[str, str]]
    rows: list[Row] = field(default_factory=list)
    column_totals: list[Cell] = field(default_factory=list)
    total: Cell = field(default_factory=lambda: Cell(None, 0, ""))
    weight: int = 0
    repeats: int = 0
    hidden: int = 0
    legend: list[str] = field(default_factory=list)

    @property
    def distinct(self) -> int:
        """How many findings there are, when none is counted twice."""
        return int(self.total.value or 0) - self.repeats


def default_measure(year: int) -> Measure:
    """Coverage where there are needs; data without needs (procurement) has money."""
    return "coverage" if NeedLevel.objects.filter(year=year).exists() else "money"


def heat(
    year: int, *, by: Literal["village", "island"], measure: Measure, sort: str, everything: bool
) -> Heat:
    """The heat map. `sort`: `name`, `total` or a sector's code (largest first)."""
    places = list(
        Place.objects.managed().select_related("village__parent", "island").order_by("code")
    )
    row_of = {place.code: _row_code(place, by) for place in places}
    grid, repeats = _grid(year, measure, row_of)
    columns = _columns(grid)
    table = Heat(measure, columns, repeats=repeats)
    bounds = _bounds(measure, (sums.value(measure) for sums in grid.values()))
    table.legend = legend(measure, bounds)
    rows = [
        _row(name, spot, inside, code, grid, columns, measure, bounds)
        for code, (name, spot, inside) in _labels(places, by).items()
    ]
    known = [row for row in rows if row.total.value is not None]
    table.rows = _sorted(rows if everything else known, columns, sort)
    table.hidden = len(rows) - len(table.rows)
    _total(table, grid, columns)
    return table


def _row_code(place: Place, by: Literal["village", "island"]) -> str:
    if by == "village":
        return place.village.code
    return place.island.code if place.island else MAINLAND


def _labels(
    places: list[Place], by: Literal["village", "island"]
) -> dict[str, tuple[str, Spot | None, str]]:
    """Every row that there can be: (name, where it leads, what it lies in)."""
    labels: dict[str, tuple[str, Spot | None, str]] = {}
    for place in places:
        code = _row_code(place, by)
        if by == "village":
            name = formats.pretty_name(place.village.name)
            inside = formats.pretty_name(place.village.parent.name if place.village.parent else "")
            labels[code] = (name, Spot(code, LEVELS.VILLAGE, name), inside)
        elif place.island:
            name = place.island.name
            inside = place.village.name
            if code in labels:
                inside = f"{labels[code][2]}, {inside}"
            labels[code] = (name, Spot(code, LEVELS.ISLAND, name), inside)
        else:
            labels[code] = (_("Mainland"), None, "")
    labels[NOWHERE] = (_("Not located"), None, "")
    return labels


def _grid(year: int, measure: Measure, row_of: dict[str, str]) -> tuple[Grid, int]:
    if measure == "coverage":
        return _coverage(year, row_of), 0
    if measure == "money":
        return _money(year, row_of), 0
    return _findings(year, row_of)


def _coverage(year: int, row_of: dict[str, str]) -> Grid:
    """Needs' levels, weighted (METHOD.md section 4)."""
    grid: Grid = defaultdict(Sums)
    rows = (
        NeedLevel.objects.filter(year=year)
        .values_list("place__code", "need__sector__code")
        .annotate(top=Sum(F("weight") * F("score")), total_weight=Sum("weight"))
    )
    for place, sector, top, weight in rows:
        if place in row_of:
            grid[row_of[place], sector].add(Sums(top, weight))
    return grid


def _money(year: int, row_of: dict[str, str]) -> Grid:
    """Live activities' effective budgets; what has no place has its own row."""
    grid: Grid = defaultdict(Sums)
    rows = (
        PlaceMoney.objects.filter(year=year)
        .values_list("place__code", "sector__code")
        .annotate(total=Sum("amount"))
    )
    for place, sector, total in rows:
        grid[row_of.get(place, NOWHERE) if place else NOWHERE, sector].add(Sums(Decimal(total)))
    return grid


def _findings(year: int, row_of: dict[str, str]) -> tuple[Grid, int]:
    """Unsettled findings, each once in each of its rows; and how many times too many that is."""
    grid: Grid = defaultdict(Sums)
    found = list(Finding.objects.of(year).unsettled().values_list("kind", "key", "places"))
    sectors = subjects.sectors([(kind, key) for kind, key, _places in found])
    repeats = 0
    for _kind, key, places in found:
        rows = {row_of[place] for place in places if place in row_of} or {NOWHERE}
        repeats += len(rows) - 1
        for row in rows:
            grid[row, sectors.get(key, ACROSS)].add(Sums(Decimal(1)))
    return grid, repeats


def _columns(grid: Grid) -> list[tuple[str, str]]:
    """Sectors that have anything, by name; what is of no single sector last."""
    present = {sector for _row, sector in grid}
    columns = [
        (sector.code, sector.name)
        for sector in Sector.objects.order_by("name")
        if sector.code in present
    ]
    columns.sort(key=lambda column: (column[1].lower(), column[1]))
    return [*columns, (ACROSS, _("Several or none"))] if ACROSS in present else columns


def _row(
    name: str, spot: Spot | None, inside: str, code: str, grid: Grid,
    columns: list[tuple[str, str]], measure: Measure, bounds: list[int],
) -> Row:  # fmt: skip
    total = Sums()
    cells = []
    for sector, _name in columns:
        sums = grid.get((code, sector), Sums())
        total.add(sums)
        cells.append(shown(measure, sums.value(measure), bounds))
    return Row(name, spot, inside, cells, shown(measure, total.value(measure)), total.weight)


def _step(measure: Measure, value: Value, bounds: Sequence[int]) -> int:
    """Coverage has fixed steps of a fifth; counts and sums are put into five groups by size."""
    if value is None:
        return 0
    if measure == "coverage":
        return formats.step(Decimal(value))
    return 1 + sum(value > bound for bound in bounds)


def _bounds(measure: Measure, values: Iterable[Value]) -> list[int]:
    """Upper bounds of the first four steps of five, each with a like number of cells."""
    known = sorted({int(value) for value in values if value is not None})
    if measure == "coverage" or not known:
        return []
    if len(known) <= 5:
        return known[:-1]
    return [known[len(known) * step // 5 - 1] for step in range(1, 5)]


def legend(measure: Measure, bounds: list[int]) -> list[str]:
    """What each step of the scale stands for, in words."""
    if measure == "coverage":
        return [f"{step * 20}–{step * 20 + 20}%" for step in range(5)]
    words = formats.rupiah_in_words if measure == "money" else formats.number
    texts = [f"≤ {words(bound)}" for bound in bounds]
    return [*texts, f"> {words(bounds[-1])}"] if bounds else []


def _sorted(rows: list[Row], columns: list[tuple[str, str]], sort: str) -> list[Row]:
    """By name, or by a column, the largest first; what is no area comes last."""
    codes = [code for code, _name in columns]

    def key(row: Row) -> tuple[bool, Decimal, str, str]:
        if row.spot is None:  # mainland, not located: in this order in every language
            return True, Decimal(0), "", ""
        value: Value = None
        if sort == "total":
            value = row.total.value
        elif sort in codes:
            value = row.cells[codes.index(sort)].value
        size = Decimal(-1) if value is None else Decimal(value)
        return False, -size, row.name.lower(), row.name

    return sorted(rows, key=key)


def _total(table: Heat, grid: Grid, columns: list[tuple[str, str]]) -> None:
    """The foot of the table, from the grid itself: hidden rows are in it too."""
    everything = Sums()
    for sector, _name in columns:
        column = Sums()
        for (_row, cell_sector), sums in grid.items():
            if cell_sector == sector:
                column.add(sums)
        everything.add(column)
        table.column_totals.append(shown(table.measure, column.value(table.measure)))
    table.total = shown(table.measure, everything.value(table.measure))
    table.weight = everything.weight


def export(table: Heat) -> tuple[list[str], list[list[str | int]]]:
    """(header, rows) for a spreadsheet: exact values, an empty cell where there is no data."""
    header = [_("Name"), _("Lies in"), *(name for _code, name in table.columns), _("Total")]
    rows = [
        [row.name, row.inside, *(_exact(cell) for cell in (*row.cells, row.total))]
        for row in table.rows
    ]
    return header, [*rows, [_("Total"), "", *map(_exact, (*table.column_totals, table.total))]]


def _exact(cell: Cell) -> str | int:
    if cell.value is None:
        return ""
    return cell.value if isinstance(cell.value, int) else str(round(cell.value, 8))
