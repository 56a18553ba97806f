"""Agencies and their mandates."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Sector
from core.fields import CodeField
from core.locking import Versioned
from core.records import code_constraint, tracked
from territory.models import Area


@tracked()
class Agency(Versioned):
    """An office, ministry, unit, village government or partner [pemangku]."""

    class Kind(models.TextChoices):
        PEMDA = "pemda", _("Regency office")
        PROVINSI = "provinsi", _("Provincial office")
        KEMENTERIAN = "kementerian", _("Ministry")
        UPT_PUSAT = "upt_pusat", _("Technical unit of a ministry")
        DESA = "desa", _("Village government")
        MITRA = "mitra", _("Partner")

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            code_constraint("agency_code"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["pemda", "provinsi", "kementerian", "upt_pusat", "desa", "mitra"]
                ),
                name="agency_kind",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_parent_not_self"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An agency is not its own parent."""
        super().clean()
        if self.parent is not None and self.parent.code == self.code:
            message = _("An agency is not its own parent.")
            raise ValidationError({"parent": ValidationError(message, code="parent")})


@tracked()
class Mandate(Versioned):
    """That an agency is responsible for a sector [kewenangan], everywhere or in one area."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="mandates")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="mandates")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="mandates")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "sector", "area"], nulls_distinct=False, name="mandate_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.sector}"
