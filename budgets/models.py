"""Money by stage and source."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budgets.querysets import BudgetLineQuerySet
from catalogue.models import FundingSource, Stage
from core.fields import CodeField, RupiahField, YearField
from core.locking import Versioned
from core.records import FromElsewhere, code_constraint, origin_constraint, tracked
from programs.models import Activity
from territory.models import Place


@tracked()
class BudgetLine(FromElsewhere, Versioned):
    """A sum of one source at one stage for one activity and year [baris anggaran]."""

    code = CodeField(_("code"), unique=True)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="lines")
    year = YearField(_("year"))
    source = models.CharField(_("funding source"), max_length=10, choices=FundingSource.choices)
    stage = models.SmallIntegerField(_("stage"), choices=Stage.choices)
    amount = RupiahField(_("amount"))
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="lines")

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        constraints = [
            code_constraint("budget_line_code"),
            origin_constraint("budget_line_origin"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_line_amount"),
            models.CheckConstraint(condition=Q(stage__range=(1, 4)), name="budget_line_stage"),
            models.CheckConstraint(
                condition=Q(source__in=FundingSource.values), name="budget_line_source"
            ),
        ]
        indexes = [models.Index(fields=["year", "activity"], name="budget_line_year_activity")]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """A line's place is one of its activity's."""
        errors: dict[str, Any] = {}
        try:
            super().clean()
        except ValidationError as error:
            error.update_error_dict(errors)
        activity = self._activity()
        if self.place_id and activity and self.place_id not in activity.place_ids:
            errors["place"] = ValidationError(
                _("The place is not one of the activity's places."), code="place"
            )
        if errors:
            raise ValidationError(errors)

    def _activity(self) -> Activity | None:
        """Its activity, also one that a form has not saved yet; None where none is known."""
        try:
            return self.activity
        except Activity.DoesNotExist:
            return None
