"""Sectors and outputs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Output, Sector
from core.screens import Choice, Column, Screen, ScreenForm, register

CODE_HELP = gettext_lazy(
    "Letters A–Z, digits, dot, hyphen, underscore; it stays, because workbooks refer to it."
)


def sectors() -> Iterable[tuple[str, str]]:
    """Sectors by name, to choose from."""
    return list(Sector.objects.order_by(Lower("name")).values_list("code", "name"))


class SectorForm(ScreenForm):
    """A sector."""

    class Meta:
        model = Sector
        fields = ["code", "name"]
        labels = {"code": gettext_lazy("Code"), "name": gettext_lazy("Name")}
        help_texts = {
            "code": CODE_HELP,
            "name": gettext_lazy("A theme of the landscape plan, such as clean water."),
        }


class OutputForm(ScreenForm):
    """An output."""

    class Meta:
        model = Output
        fields = ["code", "name", "sector", "unit", "supporting"]
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Name"),
            "sector": gettext_lazy("Sector"),
            "unit": gettext_lazy("Unit"),
            "supporting": gettext_lazy("Supporting"),
        }
        help_texts = {
            "code": CODE_HELP,
            "name": gettext_lazy("What is delivered, the same for every agency, such as a jetty."),
            "sector": gettext_lazy("The theme that it belongs to."),
            "unit": gettext_lazy("What a volume is counted in, such as unit, km or household."),
            "supporting": gettext_lazy(
                "Travel, meetings, office costs: they overlap everywhere and meet no need."
            ),
        }


register(
    Screen(
        slug="sectors",
        model=Sector,
        title=gettext_lazy("Sectors"),
        lead=gettext_lazy("The themes of the landscape plan, the same for every agency."),
        add=gettext_lazy("Add a sector"),
        empty=gettext_lazy("No sector is recorded. Add one, or import the sheet Bidang."),
        form=SectorForm,
        records=lambda found: found.annotate(
            outputs_count=Count("outputs", distinct=True), needs_count=Count("needs", distinct=True)
        ),
        columns=[
            Column(gettext_lazy("Name"), lambda one: one.name, sort="name"),
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(
                gettext_lazy("Outputs"),
                lambda one: one.outputs_count,
                sort="outputs_count",
                total="outputs_count",
                numeric=True,
            ),
            Column(
                gettext_lazy("Needs"),
                lambda one: one.needs_count,
                sort="needs_count",
                total="needs_count",
                numeric=True,
            ),
        ],
        search=["name", "code"],
        order=["name", "code"],
    ),
    Screen(
        slug="outputs",
        model=Output,
        title=gettext_lazy("Outputs"),
        lead=gettext_lazy("What is delivered: one list for every agency, so that plans meet."),
        add=gettext_lazy("Add an output"),
        empty=gettext_lazy("No output is recorded. Add one, or import the sheet Keluaran."),
        form=OutputForm,
        records=lambda found: found.select_related("sector").annotate(
            activities_count=Count("activities", distinct=True)
        ),
        columns=[
            Column(gettext_lazy("Name"), lambda one: one.name, sort="name"),
            Column(gettext_lazy("Code"), lambda one: one.code, sort="code"),
            Column(gettext_lazy("Sector"), lambda one: one.sector.name, sort="sector__name"),
            Column(gettext_lazy("Unit"), lambda one: one.unit, sort="unit"),
            Column(
                gettext_lazy("Supporting"),
                lambda one: _("yes") if one.supporting else _("no"),
                sort="supporting",
            ),
            Column(
                gettext_lazy("Activities"),
                lambda one: one.activities_count,
                sort="activities_count",
                total="activities_count",
                numeric=True,
            ),
        ],
        search=["name", "code", "unit"],
        order=["name", "code"],
        choices=[
            Choice(
                name="sector",
                label=gettext_lazy("Sector"),
                choices=sectors,
                narrow=lambda found, value: found.filter(sector__code=value),
                everything=gettext_lazy("All sectors"),
            ),
            Choice(
                name="supporting",
                label=gettext_lazy("Supporting"),
                choices=lambda: [("yes", _("yes")), ("no", _("no"))],
                narrow=lambda found, value: found.filter(supporting=value == "yes"),
                everything=gettext_lazy("All"),
            ),
        ],
    ),
)
