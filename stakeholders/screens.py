"""Agencies and their mandates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.screens import CODE_HELP, sectors
from core.formats import pretty_name
from core.screens import Choice, Column, Screen, ScreenForm, register
from stakeholders.models import Agency, Mandate
from territory.models import Area


def agencies() -> Iterable[tuple[str, str]]:
    """Agencies by name, to choose from."""
    return list(Agency.objects.order_by(Lower("name")).values_list("code", "name"))


class AgencyForm(ScreenForm):
    """An agency."""

    class Meta:
        model = Agency
        fields = ["code", "name", "kind", "parent"]
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Name"),
            "kind": gettext_lazy("Kind"),
            "parent": gettext_lazy("Belongs to"),
        }
        help_texts = {
            "code": CODE_HELP,
            "name": gettext_lazy("In full, as on its letterhead."),
            "kind": gettext_lazy("What it is a part of."),
            "parent": gettext_lazy("The agency above it; may stay empty."),
        }


class AreaCode(forms.CharField):
    """An area by its code, so that nobody scrolls through thousands; its name is shown."""

    def prepare_value(self, value: Any) -> Any:
        """The code of a stored area."""
        if isinstance(value, int):
            return Area.objects.filter(pk=value).values_list("code", flat=True).first() or ""
        return value

    def clean(self, value: Any) -> Any:
        """The area, or None. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        found = Area.objects.filter(code=text).first()
        if found is None:
            sentence = _("There is no area with the code %(code)s.")
            raise ValidationError(sentence, code="area", params={"code": text})
        return found

    def resolve(self, text: str) -> str:
        """Its name."""
        if not text.strip():
            return _("everywhere")
        found = Area.objects.filter(code=text.strip()).first()
        if found is None:
            return _("There is no area with the code %(code)s.") % {"code": text}
        return f"{found.get_level_display()} {pretty_name(found.name)}"


class MandateForm(ScreenForm):
    """A mandate."""

    area = AreaCode(
        label=gettext_lazy("Area"),
        required=False,
        help_text=gettext_lazy(
            "Code of a village, district, regency or province, such as 61.11.06; empty: everywhere."
        ),
    )

    class Meta:
        model = Mandate
        fields = ["agency", "sector", "area"]
        labels = {"agency": gettext_lazy("Agency"), "sector": gettext_lazy("Sector")}
        help_texts = {
            "agency": gettext_lazy("Who is responsible."),
            "sector": gettext_lazy("For which theme of the landscape plan."),
        }


register(
    Screen(
        slug="agencies",
        model=Agency,
        title=gettext_lazy("Agencies"),
        lead=gettext_lazy("Offices, ministries, units, village governments and partners."),
        add=gettext_lazy("Add an agency"),
        empty=gettext_lazy("No agency is recorded. Add one, or import the sheet Pemangku."),
        form=AgencyForm,
        records=lambda found: found.select_related("parent").annotate(
            mandates_count=Count("mandates", distinct=True),
            activities_count=Count("activities", distinct=True),
        ),
        columns=[
            Column(gettext_lazy("Name"), lambda one: one.name, sort="name"),
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(gettext_lazy("Kind"), lambda one: one.get_kind_display(), sort="kind"),
            Column(
                gettext_lazy("Belongs to"),
                lambda one: one.parent.name if one.parent else "–",
                sort="parent__name",
            ),
            Column(
                gettext_lazy("Mandates"),
                lambda one: one.mandates_count,
                sort="mandates_count",
                total="mandates_count",
                numeric=True,
            ),
            Column(
                gettext_lazy("Activities"),
                lambda one: one.activities_count,
                sort="activities_count",
                total="activities_count",
                numeric=True,
            ),
        ],
        search=["name", "code"],
        order=["name", "code"],
        choices=[
            Choice(
                name="kind",
                label=gettext_lazy("Kind"),
                choices=lambda: Agency.Kind.choices,
                narrow=lambda found, value: found.filter(kind=value),
                everything=gettext_lazy("All kinds"),
            ),
        ],
    ),
    Screen(
        slug="mandates",
        model=Mandate,
        title=gettext_lazy("Mandates"),
        lead=gettext_lazy("Which agency is responsible for which sector, and where."),
        add=gettext_lazy("Add a mandate"),
        empty=gettext_lazy("No mandate is recorded. Add one, or import the sheet Kewenangan."),
        form=MandateForm,
        records=lambda found: found.select_related("agency", "sector", "area"),
        columns=[
            Column(gettext_lazy("Agency"), lambda one: one.agency.name, sort="agency__name"),
            Column(gettext_lazy("Sector"), lambda one: one.sector.name, sort="sector__name"),
            Column(
                gettext_lazy("Area"),
                lambda one: pretty_name(one.area.name) if one.area else _("everywhere"),
                sort="area__code",
            ),
        ],
        search=["agency__name", "agency__code", "sector__name", "area__name", "area__code"],
        order=["agency__name", "sector__name", "area__code", "pk"],
        choices=[
            Choice(
                name="agency",
                label=gettext_lazy("Agency"),
                choices=agencies,
                narrow=lambda found, value: found.filter(agency__code=value),
                everything=gettext_lazy("All agencies"),
            ),
            Choice(
                name="sector",
                label=gettext_lazy("Sector"),
                choices=sectors,
                narrow=lambda found, value: found.filter(sector__code=value),
                everything=gettext_lazy("All sectors"),
            ),
        ],
    ),
)
