"""Rows on their way from the file to the database, and records as rules look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import models

from exchange.workbook.sheets import SHEET_OF, AnyModel, Column, Sheet

# What a row has where its sheet lacks the column.
ABSENT: Any = object()


class Entry(NamedTuple):
    """A row that is to be written: its number, its values, and those that were stored before."""

    number: int
    after: tuple[Any, ...]
    before: tuple[Any, ...] | None


class Stored(NamedTuple):
    """A record as it is in the database."""

    pk: int
    values: tuple[Any, ...]


class Record:
    """A row on its way through a batch."""

    __slots__ = ("faulty", "instance", "key", "number", "pk", "stored", "values")

    def __init__(self, number: int, values: list[Any], faulty: set[str]) -> None:
        self.number = number
        self.values = values
        self.faulty = faulty  # fields whose value is not known; their errors are already reported
        self.key: Any = None
        self.pk = 0
        self.stored: Stored | None = None
        self.instance: models.Model | None = None


class Everything(frozenset[int]):
    """The places of a record whose own row is refused: nobody is blamed for what they lack."""

    def __contains__(self, _place: object) -> bool:
        return True


def placeholder(model: AnyModel, pk: int | None) -> models.Model:
    """Stands for a record whose own row, or whose code, is refused."""
    instance = model(pk=pk)
    sheet = SHEET_OF.get(model)
    for column in sheet.columns if sheet is not None else ():
        if column.cached_as:
            instance.__dict__[column.cached_as] = Everything()
    return instance


def fill_lists(model: AnyModel, records: Mapping[int, models.Model]) -> None:
    """Give stored records their lists, so that nobody asks for them one by one."""
    sheet = SHEET_OF.get(model)
    for column in sheet.columns if sheet is not None else ():
        if sheet is not None and column.cached_as:
            lists = read_lists(sheet, column, records.keys())
            for pk, record in records.items():
                record.__dict__[column.cached_as] = frozenset(lists.get(pk, ()))


def read_lists(sheet: Sheet, column: Column, pks: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """What a list column holds in these records, as sorted ids."""
    through, ours, listed = sheet.pairs(column)
    pairs = through._default_manager.filter(**{f"{ours}__in": list(pks)})
    found: dict[int, list[int]] = {}
    for pk, other in pairs.values_list(f"{ours}_id", f"{listed}_id"):
        found.setdefault(pk, []).append(other)
    return {pk: tuple(sorted(others)) for pk, others in found.items()}
