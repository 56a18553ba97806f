"""Narrowing the list of activities."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Output, Sector
from programs.models import Activity, ActivityPlace
from programs.places import places_in
from programs.querysets import ActivityQuerySet
from stakeholders.models import Agency

OWN = "own"
ORDERS = {
    "changed": _("Last entered first"),
    "title": _("Title"),
    "code": _("Code"),
    "agency": _("Agency"),
    "first_day": _("First day"),
    "status": _("Status"),
}
SORTS = {
    "changed": ("-pk",),
    "title": ("title", "pk"),
    "code": ("code",),
    "agency": ("agency__name", "code"),
    "first_day": ("first_day", "code"),
    "status": ("status", "code"),
}


def years() -> list[tuple[str, str]]:
    """Fiscal years around this one."""
    now = timezone.localdate().year
    return [(str(year), str(year)) for year in range(now + 3, now - 5, -1)]


def agencies() -> list[tuple[str, str]]:
    """Agencies by name."""
    return list(Agency.objects.order_by("name").values_list("code", "name"))


def works() -> list[tuple[str, Any]]:
    """Sectors, and their outputs below them."""
    groups: list[tuple[str, Any]] = []
    outputs = list(Output.objects.order_by("name").values_list("sector_id", "code", "name"))
    for pk, code, name in Sector.objects.order_by("name").values_list("pk", "code", "name"):
        inside = [(f"o:{output}", title) for sector, output, title in outputs if sector == pk]
        groups.append((name, [(f"s:{code}", _("All of it: %s") % name), *inside]))
    return groups


class ActivityFilter(filters.FilterSet):  # type: ignore[misc]
    """Agency (one's own, until another is chosen), status, year, output, place, words."""

    q = filters.CharFilter(label=_("Words"), method="with_words")
    agency = filters.ChoiceFilter(
        label=_("Agency"), choices=agencies, method="of_agency", empty_label=_("All agencies")
    )
    status = filters.ChoiceFilter(
        label=_("Status"), choices=Activity.Status.choices, empty_label=_("All states")
    )
    year = filters.ChoiceFilter(
        label=_("Fiscal year"), choices=years, method="in_year", empty_label=_("All years")
    )
    output = filters.ChoiceFilter(
        label=_("Sector or output"), choices=works, method="of_output", empty_label=_("All")
    )
    area = filters.CharFilter(label=_("Place"), method="in_area")

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, data: QueryDict | None, *, user: User, **kwargs: Any) -> None:
        self.user = user
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        if user.agency_ids:
            asked.setdefault("agency", OWN)
        super().__init__(asked, **kwargs)
        if user.agency_ids:
            choices = self.filters["agency"].field.choices
            self.form.fields["agency"].choices = [
                *list(choices)[:1], (OWN, _("My own agency")), *list(choices)[1:]
            ]  # fmt: skip

    def of_agency(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Those of one agency, or of the person's own."""
        if value == OWN:
            return found.filter(agency__in=self.user.agency_ids)
        return found.filter(agency__code=value)

    def in_year(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Those with a day in the fiscal year."""
        return found.active_in(int(value))

    def of_output(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Those of a sector or of one output."""
        kind, _mark, code = value.partition(":")
        if kind == "s":
            return found.filter(output__sector__code=code)
        return found.filter(output__code=code)

    def in_area(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Those with a place in an area of any level or on an island."""
        there = ActivityPlace.objects.filter(activity=OuterRef("pk"), place__in=places_in(value))
        return found.filter(Exists(there))

    def with_words(self, found: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Every word somewhere in title, code or programme."""
        for word in value.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(code__icontains=word) | Q(programme__icontains=word)
            )
        return found
