"""Islands: whether they are populated, by the ministry's list or by the agency's own count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import pretty_name
from core.screens import Choice, Column, Screen, ScreenForm, register
from territory.actions import override_populated
from territory.models import Area, Island, Place


def yes_or_no(value: bool) -> str:
    """In a word."""
    return _("yes") if value else _("no")


def _own_count(island: Island) -> str:
    """What the agency counted, with source and day."""
    if island.populated_override is None or island.populated_on is None:
        return "–"
    day = date_format(island.populated_on, "j F Y")
    return f"{yes_or_no(island.populated_override)} ({island.populated_source}, {day})"


def _regencies() -> Iterable[tuple[str, str]]:
    found = Area.objects.filter(pk__in=Island.objects.values("regency")).by_name()
    return [(code, pretty_name(name)) for code, name in found.values_list("code", "name")]


class IslandForm(ScreenForm):
    """The own count of an island; the list itself is the ministry's and is loaded, not typed."""

    populated_override = forms.TypedChoiceField(
        label=gettext_lazy("Populated by own count"),
        required=False,
        choices=[
            ("", gettext_lazy("No own count: the ministry's list counts")),
            ("True", gettext_lazy("Yes, people live here")),
            ("False", gettext_lazy("No, nobody lives here")),
        ],
        coerce=lambda value: value == "True",
        empty_value=None,
        help_text=gettext_lazy("What counts for every judgement where it differs from the list."),
    )

    class Meta:
        model = Island
        fields = ["populated_override", "populated_source", "populated_on"]
        widgets = {"populated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels = {
            "populated_source": gettext_lazy("Source"),
            "populated_on": gettext_lazy("Date of the count"),
        }
        help_texts = {
            "populated_source": gettext_lazy("Who counted, or the document that says so."),
            "populated_on": gettext_lazy("The day on which it was counted."),
        }

    def clean(self) -> dict[str, Any]:
        """A count has its source and its day; without one both are left out."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("populated_override") is None:
            return data | {"populated_source": "", "populated_on": None}
        for name, sentence in (
            ("populated_source", _("An own count needs its source.")),
            ("populated_on", _("An own count needs its date.")),
        ):
            if name not in self.errors and not data.get(name):
                self.add_error(name, ValidationError(sentence, code="source"))
        return data

    def save(self, commit: bool = True) -> Any:
        """By the action, which tells the places."""
        override_populated(
            island=self.instance,
            populated=self.cleaned_data["populated_override"],
            source=self.cleaned_data["populated_source"],
            on=self.cleaned_data["populated_on"],
        )
        return self.instance


def _managed(found: Any, value: str) -> Any:
    managed = Place.objects.managed().filter(island__isnull=False).values("island")
    return found.filter(pk__in=managed) if value == "yes" else found.exclude(pk__in=managed)


register(
    Screen(
        slug="islands",
        model=Island,
        title=gettext_lazy("Islands"),
        lead=gettext_lazy("Which islands are populated: by the ministry's list, or by own count."),
        add="",
        empty=gettext_lazy("No island is loaded. Have the areas loaded first (load_areas)."),
        form=IslandForm,
        records=lambda found: found.select_related("regency"),
        columns=[
            Column(gettext_lazy("Name"), lambda one: pretty_name(one.name), sort="name"),
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(
                gettext_lazy("Regency"),
                lambda one: pretty_name(one.regency.name) if one.regency else "–",
                sort="regency__name",
            ),
            Column(
                gettext_lazy("Populated"), lambda one: yes_or_no(one.populated), sort="populated"
            ),
            Column(
                gettext_lazy("By the ministry's list"),
                lambda one: yes_or_no(one.populated_in_list),
                sort="populated_in_list",
            ),
            Column(gettext_lazy("By own count"), _own_count, sort="populated_on"),
        ],
        search=["name", "code"],
        order=["name", "code"],
        choices=[
            Choice(
                name="managed",
                label=gettext_lazy("Managed area"),
                choices=lambda: [("yes", _("inside")), ("no", _("outside"))],
                narrow=_managed,
                everything=gettext_lazy("All islands"),
            ),
            Choice(
                name="populated",
                label=gettext_lazy("Populated"),
                choices=lambda: [
                    ("yes", _("populated")),
                    ("no", _("not populated")),
                    ("own", _("with an own count")),
                ],
                narrow=lambda found, value: (
                    found.exclude(populated_override=None)
                    if value == "own"
                    else found.filter(populated=value == "yes")
                ),
                everything=gettext_lazy("All"),
            ),
            Choice(
                name="regency",
                label=gettext_lazy("Regency"),
                choices=_regencies,
                narrow=lambda found, value: found.filter(regency__code=value),
                everything=gettext_lazy("All regencies"),
            ),
        ],
        can_add=False,
        can_delete=False,
    )
)
