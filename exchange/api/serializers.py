"""What the API says of a record. Names of fields are kept: a partner's program reads them.

Codes are the ids; amounts are whole rupiah as integers; days are ISO; volumes and percentages of
people are exact, so they come as text; places are in METHOD.md's notation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from budgets.models import BudgetLine
from catalogue.models import Stage
from convergence.models import AreaFigure, Finding
from monitoring.models import Report
from programs.models import Activity

STAGES = {stage.value: stage.name.lower() for stage in Stage}
NOTATION = _("In the notation of places: village@island, on the mainland village@-.")


def plain(value: Decimal) -> str:
    """An exact number without the zeros that the column adds: `1250.5`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@extend_schema_field({"type": "string", "format": "decimal"})
class ExactField(serializers.Field):  # type: ignore[type-arg]
    """An exact number as text."""

    def to_representation(self, value: Any) -> str:
        """Without trailing zeros."""
        return plain(value)


class StageField(serializers.ChoiceField):
    """A stage by its name, which says more than its number."""

    def to_representation(self, value: Any) -> str:
        """`enacted` for 3."""
        return STAGES[value]


class BudgetLineSerializer(serializers.ModelSerializer[BudgetLine]):
    """A sum of one source at one stage."""

    stage = StageField(
        choices=[(name, Stage(value).label) for value, name in STAGES.items()],
        help_text=_("indicative < proposed (RKA) < enacted (DPA/DIPA) < revised (DPPA)."),
    )
    place = serializers.CharField(
        source="place.code", default=None, allow_null=True, help_text=NOTATION
    )

    class Meta:
        model = BudgetLine
        fields = ["code", "year", "source", "stage", "amount", "place"]


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A quarter's report."""

    physical = ExactField(help_text=_("Progress of the whole activity since its first day, 0–100."))

    class Meta:
        model = Report
        fields = ["year", "quarter", "physical", "realised", "dated", "status"]
        extra_kwargs = {
            "realised": {"help_text": _("Rupiah, cumulative within the year.")},
        }


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """An activity with its places, budget lines and reports."""

    agency = serializers.CharField(source="agency.code", help_text=_("Code of the agency."))
    output = serializers.CharField(source="output.code", help_text=_("Code of the output."))
    sector = serializers.CharField(source="output.sector.code", help_text=_("Code of the sector."))
    unit = serializers.CharField(source="output.unit", help_text=_("Of the volume."))
    volume = ExactField(help_text=_("An exact number, as text."))
    action_item = serializers.CharField(
        source="action_item.code",
        default=None,
        allow_null=True,
        help_text=_("Code of the item of the joint action plan."),
    )
    places = serializers.SlugRelatedField(  # type: ignore[var-annotated]
        "code", many=True, read_only=True, help_text=NOTATION
    )
    changed = serializers.DateTimeField(
        help_text=_("When it, its places, its lines or its reports were last changed.")
    )
    lines = BudgetLineSerializer(many=True)
    reports = ReportSerializer(many=True)

    class Meta:
        model = Activity
        fields = [
            "code", "agency", "title", "output", "sector", "volume", "unit", "first_day",
            "last_day", "status", "programme", "action_item", "places", "origin_system",
            "origin_code", "version", "changed", "lines", "reports",
        ]  # fmt: skip


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A gap or an overlap with its proof."""

    agencies = serializers.ListField(child=serializers.CharField(), help_text=_("Their codes."))
    places = serializers.ListField(child=serializers.CharField(), help_text=NOTATION)
    members = serializers.ListField(
        child=serializers.CharField(), help_text=_("Codes of the activities of an overlap.")
    )
    case = serializers.CharField(
        source="case_key", help_text=_("Findings with the same proof are one case.")
    )
    as_of = serializers.DateField(help_text=_("The day of the judgement that this belongs to."))

    class Meta:
        model = Finding
        fields = [
            "id", "year", "kind", "key", "severity", "amount", "agencies", "places", "members",
            "state", "verdict", "reason", "case", "raised", "changed", "as_of", "evidence",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": _("Stays the same for as long as the installation lives.")},
            "key": {"help_text": _("Stays the same from run to run; one finding a year and key.")},
            "amount": {"help_text": _("Amount at stake, whole rupiah.")},
            "evidence": {"help_text": _("The records that prove it, as they were judged.")},
        }


@extend_schema_field(OpenApiTypes.DOUBLE)
class FigureField(serializers.DecimalField):
    """A rounded figure as a number; null where there is none."""


def figure(digits: int, places: int, *, null: bool = True) -> FigureField:
    """A figure of so many decimals."""
    return FigureField(
        max_digits=digits, decimal_places=places, coerce_to_string=False, allow_null=null
    )


class FigureSerializer(serializers.ModelSerializer[AreaFigure]):
    """An area's figures and the parts that they are made of."""

    index = figure(4, 1)
    coverage = figure(5, 4)
    duplication = figure(5, 4, null=False)
    participation = figure(5, 4)
    reporting = figure(5, 4)
    as_of = serializers.DateField(help_text=_("The day of the judgement that this belongs to."))

    class Meta:
        model = AreaFigure
        fields = [
            "year", "code", "level", "index", "coverage", "duplication", "participation",
            "reporting", "needs", "weight", "duplicated", "amount", "pairs", "pairs_met",
            "reports_due", "reports_made", "as_of",
        ]  # fmt: skip
