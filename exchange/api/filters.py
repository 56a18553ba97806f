"""What the lists of the API can be narrowed by. Several values are separated by commas."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from convergence.dashboards.areas import places_of
from convergence.models import AreaFigure, Finding, Kind
from convergence.querysets import FindingQuerySet
from exchange.api import changes
from exchange.api.paging import Pages
from programs.models import Activity, ActivityPlace
from programs.querysets import ActivityQuerySet

SEVERAL = gettext_lazy("One or several, separated by commas.")
AREA = gettext_lazy(
    "Code of a province, regency, district, village or island, or one place; everything inside it."
)
SINCE = gettext_lazy(
    "Changed at this moment or after it (ISO 8601). A long import dates its changes by its"
    " beginning: ask from an hour before the last answer on."
)


class StrictBackend(DjangoFilterBackend):  # type: ignore[misc]
    """Refuses a parameter that it does not know: a slip would look like an answer."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """As declared, and nothing else."""
        known = {*view.filterset_class.base_filters, *Pages.parameters()}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            sentence = _("There is no such parameter. Known are: %(known)s.")
            listed = sentence % {"known": ", ".join(sorted(known))}
            raise ValidationError({name: [listed] for name in unknown})
        return super().filter_queryset(request, queryset, view)


class CodesFilter(filters.BaseInFilter, filters.CharFilter):  # type: ignore[misc]
    """Any of some codes."""


class ChoicesFilter(filters.BaseInFilter, filters.ChoiceFilter):  # type: ignore[misc]
    """Any of some words."""


@extend_schema_field(OpenApiTypes.INT)
class YearFilter(filters.NumberFilter):  # type: ignore[misc]
    """A fiscal year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1900, max_value=2999, decimal_places=0, **kwargs)


class ActivityFilter(filters.FilterSet):  # type: ignore[misc]
    """Agency, status, year, sector, output, area, changed_since."""

    agency = CodesFilter(field_name="agency__code", lookup_expr="in", help_text=SEVERAL)
    status = ChoicesFilter(choices=Activity.Status.choices, lookup_expr="in", help_text=SEVERAL)
    year = YearFilter(
        method="active_in", help_text=gettext_lazy("Activities with a day in this fiscal year.")
    )
    sector = CodesFilter(field_name="output__sector__code", lookup_expr="in", help_text=SEVERAL)
    output = CodesFilter(field_name="output__code", lookup_expr="in", help_text=SEVERAL)
    area = filters.CharFilter(method="in_area", help_text=AREA)
    changed_since = filters.IsoDateTimeFilter(method="since", help_text=SINCE)

    class Meta:
        model = Activity
        fields: list[str] = []

    def active_in(self, found: ActivityQuerySet, name: str, value: Any) -> ActivityQuerySet:
        """METHOD.md section 1."""
        return found.active_in(int(value))

    def in_area(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Those with a place inside."""
        there = ActivityPlace.objects.filter(place__in=places_of(value)).values("activity")
        return found.filter(pk__in=there)

    def since(self, found: QuerySet[Activity], name: str, value: dt.datetime) -> QuerySet[Activity]:
        """Those that a partner does not know yet."""
        return changes.changed_since(found, value)


class FindingFilter(filters.FilterSet):  # type: ignore[misc]
    """Year, key, kind, state, severity, agency, area, changed_since."""

    year = YearFilter(field_name="year")
    key = filters.CharFilter(
        field_name="key", help_text=gettext_lazy("The whole key; one finding a year and key.")
    )
    kind = ChoicesFilter(choices=Kind.choices, lookup_expr="in", help_text=SEVERAL)
    state = ChoicesFilter(
        choices=Finding.State.choices,
        lookup_expr="in",
        help_text=gettext_lazy(
            "One or several, separated by commas. Without it (and without a key): all that hold,"
            " which is all but the closed ones."
        ),
    )
    severity = filters.NumberFilter(min_value=1, max_value=5, decimal_places=0)
    severity__gte = filters.NumberFilter(
        field_name="severity",
        lookup_expr="gte",
        min_value=1,
        max_value=5,
        decimal_places=0,
        help_text=gettext_lazy("This severity or a higher one."),
    )
    agency = CodesFilter(field_name="agencies", lookup_expr="overlap", help_text=SEVERAL)
    area = filters.CharFilter(method="in_area", help_text=AREA)
    changed_since = filters.IsoDateTimeFilter(
        field_name="changed", lookup_expr="gte", help_text=SINCE
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def in_area(self, found: FindingQuerySet, name: str, value: str) -> FindingQuerySet:
        """Those with a place inside."""
        codes = list(places_of(value).values_list("code", flat=True))
        return found.filter(places__overlap=codes)


class FigureFilter(filters.FilterSet):  # type: ignore[misc]
    """Year, level, code."""

    year = YearFilter(field_name="year")
    level = ChoicesFilter(choices=AreaFigure.Level.choices, lookup_expr="in", help_text=SEVERAL)
    code = CodesFilter(lookup_expr="in", help_text=SEVERAL)

    class Meta:
        model = AreaFigure
        fields: list[str] = []
