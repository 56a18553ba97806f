"""Reading one sheet: its header, its rows in batches, and what is to be said about its cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from exchange.workbook.batch import Batch
from exchange.workbook.cells import Ref, is_blank
from exchange.workbook.checks import chunks
from exchange.workbook.columns import ColumnReader
from exchange.workbook.issues import Issues
from exchange.workbook.records import ABSENT, Entry, Everything, Record
from exchange.workbook.rows import Cell, Merge, Odd, Row, SheetRows, column_letters
from exchange.workbook.sheets import SHEETS, Column, Sheet, plain_name

if TYPE_CHECKING:
    from exchange.workbook.intake import Intake

STEP = 2_000  # rows between two signs of progress


class SheetIntake:
    """One sheet as it was read."""

    def __init__(self, intake: Intake, sheet: Sheet) -> None:
        self.intake = intake
        self.sheet = sheet
        self.order = SHEETS.index(sheet)
        self.seen: dict[Any, int] = {}  # key → row, for every row of the file
        self.entries: dict[int, Entry] = {}  # id → what is to be written
        self.broken: set[int] = set()
        self.broken_codes: set[str] = set()
        self.unchanged = 0
        self._next = itertools.count(-1, -1)
        self._letters: dict[str, int] = {}  # field → column of the file
        self._headed: set[int] = set()
        self._nameless: set[int] = set()
        self._reported_columns: set[str] = set()
        self._readers = [ColumnReader(sheet, column, intake.reading) for column in sheet.columns]
        self.refs = [
            (position, column, column.kind)
            for position, column in enumerate(sheet.columns)
            if isinstance(column.kind, Ref)
        ]
        # Arguments in the order of the model's fields are the fast way to make an instance.
        fields = sheet.model._meta.concrete_fields
        self._arguments = [
            (position, None if position is not None else field.get_default())
            for position, field in zip(sheet.arguments, fields, strict=True)
        ]
        self._pk_argument = fields.index(sheet.model._meta.pk)
        self._cached_lists = [
            (position, column) for position, column in enumerate(sheet.columns) if column.cached_as
        ]
        self.key_positions = [sheet.positions[name] for name in sheet.key]

    @property
    def new(self) -> int:
        """How many records the file brings in."""
        return sum(entry.before is None for entry in self.entries.values())

    @property
    def changed(self) -> int:
        """How many stored records the file changes."""
        return len(self.entries) - self.new

    def value(self, entry: Entry, name: str) -> Any:
        """A field's value after the import."""
        return entry.after[self.sheet.positions[name]]

    def value_before(self, entry: Entry, name: str) -> Any:
        """A field's stored value; None in a new record."""
        return None if entry.before is None else entry.before[self.sheet.positions[name]]

    # -- saying something ------------------------------------------------------------------------

    def error(
        self, number: int, name: str, code: str, message: str | StrPromise, /, **params: Any
    ) -> None:
        """Refuse the cell of a field in a row."""
        self._say(self.intake.errors, number, name, code, message, params)

    def warn(
        self, number: int, name: str, code: str, message: str | StrPromise, /, **params: Any
    ) -> None:
        """Warn about the cell of a field in a row."""
        self._say(self.intake.warnings, number, name, code, message, params)

    def _say(
        self,
        issues: Issues,
        number: int,
        name: str,
        code: str,
        message: str | StrPromise,
        params: Mapping[str, Any],
    ) -> None:
        column = self._letters.get(name, self._letters.get(self.sheet.key[0], 0))
        text = str(message) % params if params else str(message)
        issues.add(self.order, self.sheet.name, number, column, code=code, message=text)

    def say_errors(self, number: int, name: str, errors: Iterable[ValidationError]) -> None:
        """Refuse a cell for every reason that there is."""
        for error in errors:
            for message in error.messages:
                self.error(number, name, error.code or "invalid", message)

    # -- the stream ------------------------------------------------------------------------------

    def read(self, rows: SheetRows) -> None:
        """Take in every row, in batches."""
        stream = iter(rows)
        header = next(stream, None)
        if header is not None and self._read_header(header):
            batches = (Batch(self, records) for records in chunks(self._records(stream)))
            # Where a row may name one below it, every row gets its id before one is judged.
            groups = [list(batches)] if self.sheet.refers_to_itself else ([one] for one in batches)
            for group in groups:
                for batch in group:
                    batch.match()
                for batch in group:
                    batch.judge()
        self._check_merges(rows.merges)
        self._warn_nameless()

    def _read_header(self, header: Row) -> bool:
        """Find the columns; whether rows can be read by them."""
        by_name = {plain_name(column.header): column for column in self.sheet.columns}
        issues = self.intake.errors, self.intake.warnings
        if header.number == 1:
            for index, cell in sorted(header.cells.items()):
                self._read_header_cell(index, cell, by_name)
        missing = [
            self.sheet.columns[position].header
            for position in self.key_positions
            if not self.sheet.columns[position].optional
            and self.sheet.columns[position].field not in self._letters
        ]
        if missing:
            message = _(
                "Row 1 lacks the header %(headers)s, by which rows are matched. Headers stand in"
                " row 1."
            ) % {"headers": ", ".join(missing)}
            issues[0].add(self.order, self.sheet.name, 1, 0, code="key_column", message=message)
        return not missing

    def _read_header_cell(self, index: int, cell: Cell, by_name: Mapping[str, Column]) -> None:
        if is_blank(cell):
            return
        self._headed.add(index)
        name = cell.text if isinstance(cell, Odd) else str(cell)
        column = by_name.get(plain_name(name))
        if column is None:
            message = _("The column “%(header)s” is not known and was ignored.")
            self.intake.warnings.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="unknown_column",
                message=message % {"header": name},
            )
        elif column.field in self._letters:
            message = _("The column “%(header)s” stands twice (also in %(cell)s). Remove one.")
            first = f"{column_letters(self._letters[column.field])}1"
            self.intake.errors.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="doubled_column",
                message=message % {"header": column.header, "cell": first},
            )
        else:
            self._letters[column.field] = index

    def _records(self, rows: Iterator[Row]) -> Iterator[Record]:
        """Every row that is not empty, its cells read."""
        present = [
            (position, self._letters[reader.field], reader)
            for position, reader in enumerate(self._readers)
            if reader.field in self._letters
        ]
        template = [
            self.sheet.empty_value(column)
            if column.optional and column.field in self.sheet.key
            else ABSENT
            for column in self.sheet.columns
        ]
        for count, row in enumerate(rows, 1):
            cells = row.cells
            if all(
                (cell := cells.get(index)) is None or is_blank(cell)
                for _position, index, _reader in present
            ):
                continue
            self._nameless |= cells.keys() - self._headed
            values = template.copy()
            faulty: set[str] = set()
            for position, index, reader in present:
                value, errors = reader.read(cells.get(index))
                values[position] = value
                if errors is not None:
                    faulty.add(reader.field)
                    self.say_errors(row.number, reader.field, errors)
            if count % STEP == 0:
                self.intake.progress(self.sheet.name, count)
            yield Record(row.number, values, faulty)

    def _check_merges(self, merges: Iterable[Merge]) -> None:
        """A value in a merged cell belongs to the first of its cells only; the rest look empty."""
        columns = set(self._letters.values())
        for merge in merges:
            if merge.bottom > 1 and columns.intersection(range(merge.left, merge.right + 1)):
                message = _("The cells %(cells)s are merged. Unmerge them and fill in each one.")
                self.intake.errors.add(
                    self.order,
                    self.sheet.name,
                    merge.top,
                    merge.left,
                    code="merged",
                    message=message % {"cells": merge.reference},
                )

    def _warn_nameless(self) -> None:
        """Columns that hold something and have no header."""
        for index in sorted(self._nameless):
            message = _("Column %(column)s has no header in row 1 and was ignored.")
            self.intake.warnings.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="nameless_column",
                message=message % {"column": column_letters(index)},
            )

    def report_column(self, number: int, column: Column) -> None:
        """A required column is missing, and a new record wants it: said once."""
        if column.field not in self._reported_columns:
            self._reported_columns.add(column.field)
            message = _(
                "The column “%(header)s” is missing; the new record in row %(row)s needs it."
            ) % {"header": column.header, "row": number}
            self.intake.errors.add(
                self.order, self.sheet.name, 1, 0, code="missing_column", message=message
            )

    # -- what a batch asks -----------------------------------------------------------------------

    def build(self, pk: int, values: Sequence[Any]) -> models.Model:
        """An instance with these values, not saved."""
        arguments = [
            default if position is None else values[position]
            for position, default in self._arguments
        ]
        arguments[self._pk_argument] = pk
        instance = self.sheet.model(*arguments)
        for position, column in self._cached_lists:
            value = values[position]
            places = Everything() if value is None else frozenset(value)
            instance.__dict__[column.cached_as] = places
        return instance

    def key_of(self, values: Sequence[Any]) -> Any:
        """What a record is matched by: its code, or a tuple."""
        if len(self.key_positions) == 1:
            return values[self.key_positions[0]]
        return tuple(values[position] for position in self.key_positions)

    def next_pk(self) -> int:
        """An id for a record that is not stored."""
        return next(self._next)
