"""Reading the cells of one column: what repeats is read and checked once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exchange.workbook.cells import Reading, RefList, check_odd, is_blank
from exchange.workbook.records import ABSENT
from exchange.workbook.rows import Cell
from exchange.workbook.sheets import Column, Sheet

MEMO = 10_000  # values of a column that are kept for rows that repeat them
BLANK = _("“%(header)s” must not be empty.")


class BrokenZone(Exception):
    """A list names a zone whose own row is refused: nothing to say here, and nothing to read."""


class ColumnReader:
    """Cells of one column to values, by its kind and by the model field's own rules."""

    def __init__(self, sheet: Sheet, column: Column, reading: Reading) -> None:
        self.field = column.field
        self._column = column
        self._reading = reading
        is_plain = not (column.is_list or sheet.field(column).is_relation)
        self._clean = sheet.field(column).clean if is_plain else None
        self._empty = sheet.empty_value(column) if column.optional else ABSENT
        self._memo: dict[Cell, tuple[Any, list[ValidationError]]] = {}
        self._blank = ValidationError(BLANK, "blank", {"header": column.header})

    def read(self, cell: Cell | None) -> tuple[Any, list[ValidationError] | None]:
        """The value, and None or why it cannot be had."""
        if cell is None or is_blank(cell):
            if self._empty is ABSENT:
                return None, [self._blank]
            return self._empty, None
        found = self._memo.get(cell)
        if found is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            found = self._memo[cell] = self._read(cell)
        value, errors = found
        return (value, None) if value is not ABSENT else (None, errors)

    def _read(self, cell: Cell) -> tuple[Any, list[ValidationError]]:
        try:
            check_odd(cell)
            value = self._column.kind.read(cell, self._reading)
            if self._clean is not None:
                value = self._clean(value, None)
            elif self._column.is_list and not isinstance(self._column.kind, RefList):
                value = tuple(sorted(value))
            if value == ():  # only separators
                return self._empty, [self._blank]
        except BrokenZone:
            return ABSENT, []
        except ValidationError as error:
            return ABSENT, error.error_list
        return value, []
