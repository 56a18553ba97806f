"""Narrowing the list of findings; the same filter serves page, part of a page and export."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Lower
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from convergence.dashboards.areas import places_of
from convergence.models import Finding, Kind
from convergence.querysets import FindingQuerySet
from core.formats import pretty_name, severity_word
from stakeholders.models import Agency
from territory.models import Area, Island, Place

UNSETTLED = "unsettled"
ALL = "all"
STATES = [
    (UNSETTLED, _("Unsettled (open or discussed)")),
    *Finding.State.choices,
    (ALL, _("All, closed ones too")),
]


def severities() -> list[tuple[str, str]]:
    """Choices of "at least"; the words in the reader's language."""
    return [(str(value), f"{value} · {severity_word(value)}") for value in range(5, 0, -1)]


def agencies() -> list[tuple[str, str]]:
    """Agencies by name."""
    rows = Agency.objects.order_by(Lower("name"), "name").values_list("code", "name")
    return list(rows)


def areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts, villages and islands of the managed area by name, a group each."""
    managed = Place.objects.managed()
    districts = Area.objects.filter(pk__in=managed.values("district"))
    villages = Area.objects.filter(pk__in=managed.values("village"))
    islands = Island.objects.filter(pk__in=managed.values("island"))
    return [
        (str(title), _named(records))
        for title, records in (
            (_("Districts"), districts),
            (_("Villages"), villages),
            (_("Islands"), islands),
        )
    ]


def _named(records: Any) -> list[tuple[str, str]]:
    rows = records.order_by(Lower("name"), "name").values_list("code", "name")
    return [(code, pretty_name(name)) for code, name in rows]


class AreaChoice:
    """The list of places to choose from; read from the database only when it is shown."""

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen

    @cached_property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Districts, villages, islands."""
        return areas()

    @cached_property
    def extra(self) -> str:
        """What is chosen and not in the list: a regency, a province, a single place."""
        listed = {code for _title, choices in self.groups for code, _name in choices}
        return "" if self.chosen in listed else self.chosen


class FindingFilter(filters.FilterSet):  # type: ignore[misc]
    """Kind, state, severity, agency, area, words. Without a state: what is not settled yet."""

    q = filters.CharFilter(label=_("Words"), method="with_words")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All kinds"))
    state = filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=None, method="in_state"
    )
    severity = filters.ChoiceFilter(
        label=_("Severity at least"), choices=severities, lookup_expr="gte", empty_label=_("Any")
    )
    agency = filters.ChoiceFilter(
        label=_("Agency"), choices=agencies, empty_label=_("All agencies"), method="of_agency"
    )
    area = filters.CharFilter(label=_("Place"), method="in_area")
    case = filters.CharFilter(field_name="case_key")

    class Meta:
        model = Finding
        fields: list[str] = []

    def __init__(self, data: QueryDict | None, **kwargs: Any) -> None:
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        asked.setdefault("state", UNSETTLED)
        super().__init__(asked, **kwargs)

    def in_state(self, found: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """One state, the unsettled ones, or all."""
        if value == ALL:
            return found
        return found.unsettled() if value == UNSETTLED else found.filter(state=value)

    def of_agency(self, found: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """Those that concern an agency."""
        return found.filter(agencies__contains=[value])

    def in_area(self, found: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """Those with a place in an area of any level, on an island, or at one place."""
        codes = list(places_of(value).values_list("code", flat=True))
        return found.filter(places__overlap=codes)

    def with_words(self, found: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """Every word somewhere in the key or in the evidence."""
        found = found.annotate(proof=Cast("evidence", TextField()))
        for word in value.split():
            found = found.filter(Q(key__icontains=word) | Q(proof__icontains=word))
        return found
