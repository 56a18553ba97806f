"""The form of a quarterly report; the rules are the model's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.drafts import Difference, who_changed
from core.formats import number, rupiah
from monitoring.models import Report
from programs.fields import AmountField, DayField, QuantityField, SaysBlank

FIELDS = ("physical", "realised", "dated", "status")


class ReportForm(SaysBlank, forms.ModelForm[Report]):
    """How far the whole activity is, and what was spent of the year's money."""

    physical = QuantityField(
        label=_("Physical progress (%)"),
        help_text=_(
            "Of the whole activity since its first day, 0 to 100. Nothing done yet is 0, and is a"
            " report too."
        ),
    )
    realised = AmountField(
        label=_("Realised amount (Rp)"),
        help_text=_("All that was spent since 1 January of this year, not in the quarter alone."),
    )
    dated = DayField(label=_("Date of the report"), help_text=_("The day on which this was so."))

    class Meta:
        model = Report
        fields = ["physical", "realised", "dated", "status"]
        labels = {"status": _("Status")}
        help_texts = {"status": _("A draft is not counted: only what is sent is a report.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_%s"

    def differences(self, stored: Report, version: int) -> Iterator[Difference]:
        """Where what was sent is other than what is stored now."""
        events = apps.get_model("monitoring", "ReportEvent")._default_manager
        base = events.filter(pgh_obj_id=stored.pk, version=version).order_by("-pgh_id").first()
        fresh = ReportForm(instance=stored)
        for name in FIELDS:
            mine, theirs = getattr(self.instance, name), getattr(stored, name)
            if mine != theirs:
                yield Difference(
                    name=name,
                    label=str(self.fields[name].label),
                    mine=in_words(self.instance, name),
                    theirs=in_words(stored, name),
                    values={name: [str(fresh[name].value())]},
                    changed_by=who_changed(getattr(base, name), mine, theirs) if base else "both",
                )


def in_words(report: Report, name: str) -> str:
    """A value of a report as one reads it."""
    value = getattr(report, name)
    if name == "realised":
        return rupiah(value)
    if name == "physical":
        return f"{number(value)}%"
    return date_format(value, "j F Y") if name == "dated" else report.get_status_display()
