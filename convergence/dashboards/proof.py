"""A finding's evidence as tables: known columns under their names, codes with their names.

The rules write evidence as JSON: lists of records (`activities`, `lines`, `needs`, …), lists of
codes, and `numbers`. What is not known here is shown all the same, under its own name.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalogue.models import FundingSource, Stage
from convergence.dashboards import names
from core import formats
from programs.models import Activity

Text = str | Promise

TITLES: dict[str, Text] = {
    "activities": gettext_lazy("Activities"),
    "lines": gettext_lazy("Budget lines"),
    "needs": gettext_lazy("Needs"),
    "reports": gettext_lazy("Quarterly reports"),
    "due": gettext_lazy("Missing quarterly reports"),
    "zones": gettext_lazy("Zones"),
    "clearances": gettext_lazy("Clearances"),
    "items": gettext_lazy("Action items"),
    "commitments": gettext_lazy("Commitments"),
    "islands": gettext_lazy("Islands"),
    "agencies": gettext_lazy("Agencies"),
    "words": gettext_lazy("Shared words of the titles"),
    "numbers": gettext_lazy("Numbers"),
}
# Said where a list that is itself the proof is empty.
EMPTY: dict[str, Text] = {
    "clearances": gettext_lazy("No clearance is recorded."),
    "commitments": gettext_lazy("No commitment is recorded."),
}
# Columns in the order in which they are read: what, whose, where, when, how far, how much.
LABELS: dict[str, Text] = {
    "title": gettext_lazy("Title"),
    "name": gettext_lazy("Name"),
    "code": gettext_lazy("Code"),
    "number": gettext_lazy("Number"),
    "document": gettext_lazy("Document"),
    "document_date": gettext_lazy("Document date"),
    "year": gettext_lazy("Year"),
    "quarter": gettext_lazy("Quarter"),
    "agency": gettext_lazy("Agency"),
    "authority": gettext_lazy("Authority"),
    "output": gettext_lazy("Output"),
    "sector": gettext_lazy("Sector"),
    "place": gettext_lazy("Place"),
    "status": gettext_lazy("Status"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_to": gettext_lazy("Valid to"),
    "first_year": gettext_lazy("First year"),
    "last_year": gettext_lazy("Last year"),
    "dated": gettext_lazy("Date"),
    "due": gettext_lazy("Due day"),
    "source": gettext_lazy("Funding source"),
    "stage": gettext_lazy("Stage"),
    "funded": gettext_lazy("Funded"),
    "effective": gettext_lazy("In the effective budget"),
    "level": gettext_lazy("Level"),
    "weight": gettext_lazy("Weight"),
    "target": gettext_lazy("Target here"),
    "volume": gettext_lazy("Volume here"),
    "physical": gettext_lazy("Physical progress"),
    "realised": gettext_lazy("Realised amount"),
    "amount": gettext_lazy("Amount"),
    "share": gettext_lazy("Share at the place"),
    "populated_source": gettext_lazy("Source of own count"),
    "populated_on": gettext_lazy("Date of own count"),
}
# Said under another column instead of in one of its own: a table of ten columns is not read.
UNDER = {"title": ("code", "output"), "name": ("code",), "output": ("code",)}
# Two days are one period.
PERIODS: dict[str, tuple[str, Text]] = {
    "first_day": ("last_day", gettext_lazy("Period")),
    "valid_from": ("valid_to", gettext_lazy("Valid")),
    "first_year": ("last_year", gettext_lazy("Years")),
}
NUMBERS: dict[str, Text] = {
    "total": gettext_lazy("Sum of all members at the place"),
    "largest": gettext_lazy("Largest sum of one agency"),
    "lower": gettext_lazy("Sum of the first agency"),
    "higher": gettext_lazy("Sum of the second agency"),
    "first_sum": gettext_lazy("First budget of the year"),
    "effective": gettext_lazy("Effective budget"),
    "realised": gettext_lazy("Realised amount"),
    "supply": gettext_lazy("Planned volume"),
    "target": gettext_lazy("Target"),
    "days_gone": gettext_lazy("Days gone"),
    "days": gettext_lazy("Days in all"),
    "expected": gettext_lazy("Expected progress"),
    "spent": gettext_lazy("Spent share of the budget"),
    "physical": gettext_lazy("Physical progress"),
    "period_first": gettext_lazy("First day in the year"),
    "period_last": gettext_lazy("Last day in the year"),
}
LEVELS: list[Text] = [
    pgettext_lazy("level of a need", "None"),
    pgettext_lazy("level of a need", "Planned"),
    pgettext_lazy("level of a need", "Funded"),
    pgettext_lazy("level of a need", "Under way"),
    pgettext_lazy("level of a need", "Delivered"),
]
RUPIAH = {"amount", "share", "realised", "total", "largest", "lower", "higher", "first_sum"}
PERCENT = {"physical", "expected", "spent"}
PLAIN = {"year", "weight", "quarter"}  # figures without separators
FIGURES = RUPIAH | PERCENT | PLAIN | {"volume", "target", "supply", "days", "days_gone"}
NAMED = {
    "agency": names.agencies,
    "authority": names.agencies,
    "agencies": names.agencies,
    "output": names.outputs,
    "sector": names.sectors,
    "place": names.places,
    "activity": names.activities,
}


@dataclass(frozen=True)
class Value:
    """A cell in words; `figure` stands to the right."""

    text: str
    figure: bool = False
    under: str = ""
    label: Text = ""


@dataclass(frozen=True)
class Table:
    """Records of one kind."""

    title: Text
    columns: list[tuple[Text, bool]]
    rows: list[list[Value]]
    empty: Text


@dataclass(frozen=True)
class Proof:
    """All evidence of a finding in the order in which it is read."""

    tables: list[Table]
    lists: list[tuple[Text, list[str]]]
    numbers: list[tuple[Text, Value]]


class Reader:
    """Turns evidence into words; names are looked up in bulk, a query a kind of record."""

    def __init__(self, evidence: dict[str, Any]) -> None:
        self.evidence = evidence
        self.names = _look_up(evidence)

    def proof(self) -> Proof:
        """The whole of it."""
        order = list(TITLES)
        keys = sorted(
            self.evidence, key=lambda key: (order.index(key) if key in order else 99, key)
        )
        tables = []
        lists: list[tuple[Text, list[str]]] = []
        for key in keys:
            content = self.evidence[key]
            if not isinstance(content, list):
                continue
            if content and not isinstance(content[0], dict):
                lists.append((_title(key), [self.value(key, item).text for item in content]))
            elif content or key in EMPTY:
                tables.append(self._table(key, content))
        numbers = self.evidence.get("numbers") or {}
        known = [name for name in NUMBERS if name in numbers]
        numbers = {name: numbers[name] for name in (*known, *sorted(set(numbers) - set(known)))}
        shown = [
            (NUMBERS.get(name, _words(name)), self.number(name, value))
            for name, value in numbers.items()
        ]
        return Proof(tables, lists, shown)

    def _table(self, key: str, records: list[dict[str, Any]]) -> Table:
        present = {
            name for record in records for name, value in record.items() if value is not None
        }
        head = next((name for name in UNDER if name in present), "")
        under = [name for name in UNDER.get(head, ()) if name in present]
        last = [last for first, (last, _title) in PERIODS.items() if {first, last} <= present]
        known = [name for name in LABELS if name in present]
        if head:
            known = [head, *(name for name in known if name not in {head, *under})]
        columns = [
            (name, self._label(name, present))
            for name in (*known, *sorted(present - set(LABELS)))
            if name not in last
        ]
        return Table(
            _title(key),
            [(label, name in FIGURES) for name, label in columns],
            [
                [
                    self._cell(name, label, record, under if name == head else [], last)
                    for name, label in columns
                ]
                for record in records
            ],
            EMPTY.get(key, ""),
        )

    def _label(self, name: str, present: set[str]) -> Text:
        if name in PERIODS and PERIODS[name][0] in present:
            return PERIODS[name][1]
        return LABELS.get(name, _words(name))

    def _cell(
        self, name: str, label: Text, record: dict[str, Any], under: list[str], last: list[str]
    ) -> Value:
        value = replace(self.value(name, record.get(name)), label=label)
        if name in PERIODS and PERIODS[name][0] in last:
            end = self.value(PERIODS[name][0], record.get(PERIODS[name][0]))
            text = f"{_unbroken(value.text)} – {_unbroken(end.text)}"
            return replace(value, text=text)
        below = " · ".join(self.value(each, record.get(each)).text for each in under)
        return replace(value, under=below)

    def value(self, name: str, value: Any) -> Value:
        """A column's value in words."""
        if value is None or value == "":
            return Value("–", name in FIGURES)
        if isinstance(value, bool):
            return Value(_("yes") if value else _("no"))
        if name in NAMED:
            return Value(self.names[name].get(str(value), str(value)))
        if name in {"source", "stage", "status", "level"}:
            return Value(_choice(name, value))
        return self.number(name, value) if name in FIGURES else Value(_plain(value))

    def number(self, name: str, value: Any) -> Value:
        """A figure with its unit; a day where the rule gives one."""
        exact = _decimal(value)
        if exact is None or name in PLAIN:
            return Value(_plain(value), True)
        if name in RUPIAH or (name == "effective" and not isinstance(value, bool)):
            return Value(formats.rupiah(int(exact)), True)
        if name in PERCENT:
            return Value(f"{formats.number(exact)}%", True)
        return Value(formats.number(exact), True)


def _look_up(evidence: dict[str, Any]) -> dict[str, names.Names]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in _leaves(evidence):
        if name in NAMED and isinstance(value, str):
            wanted[name].add(value)
    by_reader: dict[Any, set[str]] = defaultdict(set)
    for name, codes in wanted.items():
        by_reader[NAMED[name]] |= codes
    found = {reader: reader(codes) for reader, codes in by_reader.items()}
    return {name: found[NAMED[name]] for name in wanted}


def _leaves(evidence: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """(name, value) of every column, and (key, code) of every list of codes."""
    for key, content in evidence.items():
        for item in content if isinstance(content, list) else []:
            if isinstance(item, dict):
                yield from item.items()
            else:
                yield key, item


def _choice(name: str, value: Any) -> str:
    if name == "source" and value in FundingSource.values:
        return str(FundingSource(value).label)
    if name == "status" and value in Activity.Status.values:
        return str(Activity.Status(value).label)
    if name == "stage" and value in Stage.values:
        return str(Stage(value).label)
    if name == "level" and isinstance(value, int) and 0 <= value <= 4:
        return f"{value} · {LEVELS[value]}"
    return _plain(value)


def _title(key: str) -> Text:
    return TITLES.get(key, _words(key))


def _words(name: str) -> str:
    """A name that is not known yet, made readable."""
    return name.replace("_", " ").capitalize()


def _unbroken(text: str) -> str:
    """A day that does not fall apart at the end of a line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _plain(value: Any) -> str:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date_format(dt.date.fromisoformat(value), "j M Y")
        except ValueError:
            return value
    return str(value)


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
