"""Quarterly reports."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import QuantityField, RupiahField, YearField
from core.locking import Versioned
from core.records import tracked
from monitoring.querysets import ReportQuerySet
from programs.models import Activity


@tracked()
class Report(Versioned):
    """One per activity, year and quarter [laporan realisasi] (METHOD.md section 2)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Sent")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="reports")
    year = YearField(_("year"))
    quarter = models.SmallIntegerField(
        _("quarter"), validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    physical = QuantityField(_("physical progress (%)"))
    realised = RupiahField(_("realised amount"))
    dated = models.DateField(_("date"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.SUBMITTED
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "year", "quarter"], name="report_once_a_quarter"
            ),
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="report_quarter"),
            models.CheckConstraint(condition=Q(physical__range=(0, 100)), name="report_physical"),
            models.CheckConstraint(condition=Q(realised__gte=0), name="report_realised"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted"]), name="report_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.year} Q{self.quarter}"

    def clean(self) -> None:
        """Progress lies within 0 and 100."""
        super().clean()
        if self.physical is not None and not 0 <= self.physical <= 100:
            message = _("Progress lies between 0 and 100.")
            raise ValidationError({"physical": ValidationError(message, code="physical")})
