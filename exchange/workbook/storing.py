"""Writing what an intake found: only rows that are new or changed, in batches, history included.

The caller holds the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F

from core.locking import Versioned
from exchange.workbook.cells import Ref
from exchange.workbook.checks import chunks
from exchange.workbook.intake import Intake, Progress
from exchange.workbook.records import Entry
from exchange.workbook.sheet_intake import SheetIntake
from exchange.workbook.sheets import AnyModel, Column

# From so many rows of a sheet on, what the planner knew of the table is of no use.
MANY = 5_000


def _tables(sheet: SheetIntake) -> list[str]:
    """The tables that a sheet's rows were written to: its own, and those of its lists."""
    pairs = [sheet.sheet.pairs(column)[0] for column in sheet.sheet.columns if column.is_list]
    return [model._meta.db_table for model in (sheet.sheet.model, *pairs)]


class Storing:
    """Writes the sheets of an intake in their order, and remembers the ids that they got."""

    def __init__(self, intake: Intake, progress: Progress) -> None:
        self._intake = intake
        self._progress = progress
        self._ids: dict[AnyModel, dict[int, int]] = {}

    def write(self) -> None:
        """Write everything. Database errors are the caller's."""
        for sheet in self._intake.sheets.values():
            self._write_sheet(sheet)
        self._count_again()

    def _count_again(self) -> None:
        """Let the planner know the new sizes: the judgement that follows joins all of it."""
        tables = [
            table
            for sheet in self._intake.sheets.values()
            if len(sheet.entries) >= MANY
            for table in _tables(sheet)
        ]
        if tables:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))

    def _write_sheet(self, sheet: SheetIntake) -> None:
        new = [pk for pk, entry in sheet.entries.items() if entry.before is None]
        changed = [pk for pk, entry in sheet.entries.items() if entry.before is not None]
        model = sheet.sheet.model
        # Ids are taken before the rows are written: a row may name one that comes after it.
        self._ids[model] = dict(zip(new, _take_ids(model, len(new)), strict=True))
        _free_origins(sheet)
        written = 0
        for pks in chunks(new):
            model._default_manager.bulk_create(self._instances(sheet, pks))
            self._add_pairs(sheet, {pk: ((), sheet.entries[pk]) for pk in pks})
            written += len(pks)
            self._progress(sheet.sheet.name, written)
        for pks in chunks(changed):
            self._update(sheet, pks)
            written += len(pks)
            self._progress(sheet.sheet.name, written)

    def _update(self, sheet: SheetIntake, pks: list[int]) -> None:
        plain = [
            column.field
            for position, column in enumerate(sheet.sheet.columns)
            if not column.is_list and any(_differs(sheet.entries[pk], position) for pk in pks)
        ]
        touched = [pk for pk in pks if self._is_touched(sheet, pk)]
        self._count_versions(sheet, set(pks).difference(touched))
        if touched:
            # One statement for thousands of rows; `bulk_update` would be a CASE for each value.
            sheet.sheet.model._default_manager.bulk_create(
                self._instances(sheet, touched),
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=plain,
            )
        self._remove_pairs(sheet, pks)
        self._add_pairs(
            sheet, {pk: (sheet.entries[pk].before or (), sheet.entries[pk]) for pk in pks}
        )

    def _count_versions(self, sheet: SheetIntake, pks: set[int]) -> None:
        """The database counts changes of a record's own row; of its lists alone, we do."""
        model = sheet.sheet.model
        if pks and issubclass(model, Versioned):
            model._default_manager.filter(pk__in=pks).update(version=F("version") + 1)

    def _is_touched(self, sheet: SheetIntake, pk: int) -> bool:
        """Whether more than its lists changed."""
        return any(
            not column.is_list and _differs(sheet.entries[pk], position)
            for position, column in enumerate(sheet.sheet.columns)
        )

    def _instances(self, sheet: SheetIntake, pks: Iterable[int]) -> list[models.Model]:
        refs = [
            (position, column.kind.model)
            for position, column in enumerate(sheet.sheet.columns)
            if isinstance(column.kind, Ref) and not column.is_list
        ]
        found = []
        for pk in pks:
            values = list(sheet.entries[pk].after)
            for position, model in refs:
                if values[position] is not None:
                    values[position] = self._real(model, values[position])
            found.append(sheet.build(self._real(sheet.sheet.model, pk), values))
        return found

    def _real(self, model: AnyModel, pk: int) -> int:
        return pk if pk > 0 else self._ids[model][pk]

    # -- lists -----------------------------------------------------------------------------------

    def _add_pairs(self, sheet: SheetIntake, rows: dict[int, tuple[Sequence[Any], Entry]]) -> None:
        for position, column in _list_columns(sheet):
            through, ours, listed = sheet.sheet.pairs(column)
            other = sheet.sheet.field(column).related_model
            pairs = [
                through(
                    **{
                        f"{ours}_id": self._real(sheet.sheet.model, pk),
                        f"{listed}_id": self._real(other, value),
                    }
                )
                for pk, (before, entry) in rows.items()
                for value in _added(entry.after[position], before[position] if before else ())
            ]
            for chunk in chunks(pairs):
                through._default_manager.bulk_create(chunk)

    def _remove_pairs(self, sheet: SheetIntake, pks: list[int]) -> None:
        for position, column in _list_columns(sheet):
            through, ours, listed = sheet.sheet.pairs(column)
            gone = {
                (pk, value)
                for pk in pks
                for value in _added(
                    (sheet.entries[pk].before or ())[position], sheet.entries[pk].after[position]
                )
            }
            if gone:
                pairs = through._default_manager.filter(**{f"{ours}__in": {pk for pk, _ in gone}})
                ids = [
                    id
                    for id, pk, value in pairs.values_list("pk", f"{ours}_id", f"{listed}_id")
                    if (pk, value) in gone
                ]
                for chunk in chunks(ids):
                    through._default_manager.filter(pk__in=chunk).delete()


def _list_columns(sheet: SheetIntake) -> list[tuple[int, Column]]:
    return [
        (position, column) for position, column in enumerate(sheet.sheet.columns) if column.is_list
    ]


def _added(values: Sequence[int], others: Sequence[int]) -> list[int]:
    """Those of `values` that `others` lacks, in order."""
    known = set(others)
    return [value for value in values if value not in known]


def _differs(entry: Entry, position: int) -> bool:
    return entry.before is not None and entry.after[position] != entry.before[position]


def _take_ids(model: AnyModel, count: int) -> list[int]:
    """So many ids of a model's own sequence."""
    if not count:
        return []
    table = model._meta.db_table
    column = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(table), column, count],
        )
        return [id for (id,) in cursor.fetchall()]


def _free_origins(sheet: SheetIntake) -> None:
    """Two records may exchange their origins: both are let go before either is written.

    Only then; otherwise each of them would leave one more row of history for nothing.
    """
    if "origin_code" not in sheet.sheet.positions:
        return
    positions = sheet.sheet.positions["origin_system"], sheet.sheet.positions["origin_code"]

    def origin(values: Sequence[Any]) -> tuple[str, str]:
        return values[positions[0]], values[positions[1]]

    wanted = {origin(entry.after) for entry in sheet.entries.values()}
    freed = [
        pk
        for pk, entry in sheet.entries.items()
        if entry.before is not None
        and origin(entry.before) != origin(entry.after)
        and origin(entry.before)[0]
        and origin(entry.before) in wanted
    ]
    for chunk in chunks(freed):
        sheet.sheet.model._default_manager.filter(pk__in=chunk).update(
            origin_system="", origin_code=""
        )
