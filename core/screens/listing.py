"""The list of a screen: narrowed, ordered, added up, as a page or as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, Sum
from django.http import QueryDict
from django_stubs_ext import StrOrPromise

from core.screens.declared import Choice, Column, Records, Screen


@dataclass(frozen=True)
class Head:
    """The head of a column: its name, and the order that a click on it asks for."""

    label: StrOrPromise
    sort: str
    state: str  # `ascending`, `descending` or nothing, as aria-sort has it
    numeric: bool


@dataclass(frozen=True)
class Asked:
    """A filter as it is shown: its choices and what is chosen."""

    choice: Choice
    options: list[tuple[str, StrOrPromise]]
    chosen: str


class Listing:
    """A screen's records as an address asks for them."""

    def __init__(self, screen: Screen, asked: QueryDict) -> None:
        self.screen = screen
        self.words = asked.get("q", "").strip()
        self.sort = asked.get("sort", "")
        self.filters = [self._filter(choice, asked) for choice in screen.choices]

    @staticmethod
    def _filter(choice: Choice, asked: QueryDict) -> Asked:
        options = list(choice.choices())
        chosen = asked.get(choice.name, "")
        return Asked(choice, options, chosen if chosen in {value for value, _ in options} else "")

    def records(self) -> Records:
        """Those that are left over, in order."""
        found = self.screen.all()
        for one in self.filters:
            if one.chosen:
                found = one.choice.narrow(found, one.chosen)
        for word in self.words.split():
            tests = (Q(**{f"{name}__icontains": word}) for name in self.screen.search)
            found = found.filter(reduce(or_, tests))
        return found.order_by(*self._order())

    def _order(self) -> list[str]:
        known = {column.sort for column in self.screen.columns if column.sort}
        chosen = [self.sort] if self.sort.removeprefix("-") in known else []
        return [*chosen, *self.screen.order]

    def heads(self) -> list[Head]:
        """The heads of the columns."""
        return [self._head(column) for column in self.screen.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column.label, "", "", column.numeric)
        first = self._order()[0]
        state = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(first, "")
        turned = f"-{column.sort}" if state == "ascending" else column.sort
        return Head(column.label, turned, state, column.numeric)

    def totals(self) -> list[Any]:
        """A sum for each column that has one, over all pages; None for the others."""
        wanted = {f"total_{column.total}": Sum(column.total) for column in self._summed()}
        sums = self.records().order_by().aggregate(**wanted) if wanted else {}
        return [
            (sums[f"total_{column.total}"] or 0) if column.total else None
            for column in self.screen.columns
        ]

    def _summed(self) -> list[Column]:
        return [column for column in self.screen.columns if column.total]

    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.words or any(one.chosen for one in self.filters))


def cells(columns: Sequence[Column], record: Any) -> list[tuple[Column, Any]]:
    """What each column says of a record."""
    return [(column, column.show(record)) for column in columns]
