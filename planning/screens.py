"""Needs and zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Sector
from catalogue.screens import CODE_HELP, sectors
from core.formats import number
from core.history import Source
from core.screens import Choice, Column, Screen, ScreenForm, register
from planning.models import Need, Zone, ZonePlace
from stakeholders.screens import agencies
from territory.forms import HELP, PlacesField
from territory.models import Place
from territory.naming import names_of

SHOWN = 3


def zone_places() -> dict[str, list[int]]:
    """The places of each zone by its code, for `#CODE` in a list of places."""
    found: dict[str, list[int]] = {}
    for code, place in ZonePlace.objects.values_list("zone__code", "place_id"):
        found.setdefault(code, []).append(place)
    return found


def all_places(record: Need | Zone) -> str:
    """Every place of a record in words."""
    return "; ".join(names_of(record.places.values_list("pk", flat=True)).values()) or "–"


def years() -> Iterable[tuple[str, str]]:
    """Years in which there are needs."""
    spans = Need.objects.values_list("first_year", "last_year").distinct()
    found = {year for first, last in spans for year in range(first, min(last, first + 50) + 1)}
    return [(str(year), str(year)) for year in sorted(found)]


class NeedForm(ScreenForm):
    """A need with its places."""

    lists = {"places": "places"}

    places = PlacesField(
        label=gettext_lazy("Places"),
        zones=zone_places,
        help_text=HELP,
    )

    class Meta:
        model = Need
        fields = ["code", "sector", "output", "weight", "target", "first_year", "last_year", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "code": gettext_lazy("Code"),
            "sector": gettext_lazy("Sector"),
            "output": gettext_lazy("Output"),
            "weight": gettext_lazy("Weight"),
            "target": gettext_lazy("Target"),
            "first_year": gettext_lazy("First year"),
            "last_year": gettext_lazy("Last year"),
            "note": gettext_lazy("Note"),
        }
        help_texts = {
            "code": CODE_HELP,
            "sector": gettext_lazy("What is lacking, as a theme."),
            "output": gettext_lazy("Only where it must be this output; of the same sector."),
            "weight": gettext_lazy("How much it matters: 1 (little) to 5 (most)."),
            "target": gettext_lazy("How much is needed at all places together; needs an output."),
            "first_year": gettext_lazy("The first fiscal year in which it is needed."),
            "last_year": gettext_lazy("The last fiscal year in which it is needed."),
            "note": gettext_lazy("Where it was heard, and in whose words; may stay empty."),
        }

    field_order = [
        "code", "places", "sector", "output", "weight", "target", "first_year", "last_year", "note",
    ]  # fmt: skip


class ZoneForm(ScreenForm):
    """A zone with its sectors and places."""

    lists = {"sectors": "sectors", "places": "places"}

    sectors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Restricted sectors"),
        queryset=Sector.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: the zone restricts all sectors."),
    )
    places = PlacesField(
        label=gettext_lazy("Places"),
        every=True,
        help_text=HELP,
    )

    class Meta:
        model = Zone
        fields = ["code", "name", "kind", "authority"]
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Name"),
            "kind": gettext_lazy("Kind"),
            "authority": gettext_lazy("Authority"),
        }
        help_texts = {
            "code": CODE_HELP,
            "name": gettext_lazy("As in the decree."),
            "kind": gettext_lazy("Such as marine nature reserve or protection forest."),
            "authority": gettext_lazy("The agency that gives clearances."),
        }


def _in_year(found: Any, value: str) -> Any:
    return found.filter(first_year__lte=int(value), last_year__gte=int(value))


def _output(need: Need) -> str:
    return need.output.name if need.output else _("any of the sector")


def _target(need: Need) -> str:
    if need.target is None or need.output is None:
        return "–"
    return f"{number(need.target)} {need.output.unit}"


register(
    Screen(
        slug="needs",
        model=Need,
        title=gettext_lazy("Needs"),
        lead=gettext_lazy("What the places lack: activities are judged by it."),
        add=gettext_lazy("Add a need"),
        empty=gettext_lazy("No need is recorded. Add one, or import the sheet Kebutuhan."),
        form=NeedForm,
        records=lambda found: found.select_related("sector", "output").annotate(
            places_count=Count("places")
        ),
        columns=[
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(gettext_lazy("Sector"), lambda one: one.sector.name, sort="sector__name"),
            Column(gettext_lazy("Output"), _output, sort="output__name"),
            Column(
                gettext_lazy("Years"),
                lambda one: f"{one.first_year}–{one.last_year}",
                sort="first_year",
            ),
            Column(gettext_lazy("Target"), _target, sort="target", numeric=True),
            Column(
                gettext_lazy("Places"),
                lambda one: one.places_count,
                sort="places_count",
                total="places_count",
                numeric=True,
            ),
            Column(
                gettext_lazy("Weight"),
                lambda one: one.weight,
                sort="weight",
                numeric=True,
            ),
        ],
        facts=[
            Column(gettext_lazy("Where"), all_places),
            Column(gettext_lazy("Note"), lambda one: one.note or "–"),
        ],
        search=["code", "note", "sector__name", "output__name"],
        order=["code"],
        choices=[
            Choice(
                name="sector",
                label=gettext_lazy("Sector"),
                choices=sectors,
                narrow=lambda found, value: found.filter(sector__code=value),
                everything=gettext_lazy("All sectors"),
            ),
            Choice(
                name="year",
                label=gettext_lazy("Year"),
                choices=years,
                narrow=_in_year,
                everything=gettext_lazy("All years"),
            ),
            Choice(
                name="weight",
                label=gettext_lazy("Weight"),
                choices=lambda: [(str(weight), str(weight)) for weight in range(5, 0, -1)],
                narrow=lambda found, value: found.filter(weight=value),
                everything=gettext_lazy("Any"),
            ),
        ],
        histories=[Source("planning.NeedPlaceEvent", "need_id", lambda show: show("place"), {})],
        names={Place: names_of},
    ),
    Screen(
        slug="zones",
        model=Zone,
        title=gettext_lazy("Zones"),
        lead=gettext_lazy("Conservation and forest zones: who decides there, and over what."),
        add=gettext_lazy("Add a zone"),
        empty=gettext_lazy("No zone is recorded. Add one, or import the sheet Kawasan."),
        form=ZoneForm,
        records=lambda found: (
            found.select_related("authority")
            .prefetch_related("sectors")
            .annotate(places_count=Count("places"))
        ),
        columns=[
            Column(gettext_lazy("Name"), lambda one: one.name, sort="name"),
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(gettext_lazy("Kind"), lambda one: one.kind, sort="kind"),
            Column(
                gettext_lazy("Authority"), lambda one: one.authority.name, sort="authority__name"
            ),
            Column(
                gettext_lazy("Restricted sectors"),
                lambda one: (
                    ", ".join(sorted(sector.name for sector in one.sectors.all())) or _("all")
                ),
            ),
            Column(
                gettext_lazy("Places"),
                lambda one: one.places_count,
                sort="places_count",
                total="places_count",
                numeric=True,
            ),
        ],
        facts=[Column(gettext_lazy("Where"), all_places)],
        search=["name", "code", "kind", "authority__name"],
        order=["name", "code"],
        choices=[
            Choice(
                name="authority",
                label=gettext_lazy("Authority"),
                choices=agencies,
                narrow=lambda found, value: found.filter(authority__code=value),
                everything=gettext_lazy("All agencies"),
            ),
        ],
        histories=[
            Source("planning.ZoneSectorEvent", "zone_id", lambda show: show("sector"), {}),
            Source("planning.ZonePlaceEvent", "zone_id", lambda show: show("place"), {}),
        ],
        names={Place: names_of},
    ),
)
