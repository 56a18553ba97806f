"""Sectors and outputs, the same for every agency; sources and stages of money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import CodeField
from core.locking import Versioned
from core.records import code_constraint, tracked


class FundingSource(models.TextChoices):
    """Where money comes from [sumber dana]; the values are the workbook's own."""

    APBD_KAB = "apbd_kab", _("Regency budget (APBD)")
    APBD_PROV = "apbd_prov", _("Provincial budget (APBD)")
    APBN = "apbn", _("National budget (APBN)")
    DAK = "dak", _("Special allocation fund (DAK)")
    DANA_DESA = "dana_desa", _("Village fund")
    CSR = "csr", _("Company contribution (CSR)")
    HIBAH = "hibah", _("Grant")
    LAINNYA = "lainnya", _("Other source")


class Stage(models.IntegerChoices):
    """How far a budget line has come [tahap], in order (METHOD.md section 2)."""

    INDICATIVE = 1, _("Indicative")
    PROPOSED = 2, _("Proposed (RKA)")
    ENACTED = 3, _("Enacted (DPA/DIPA)")
    REVISED = 4, _("Revised (DPPA)")


@tracked()
class Sector(Versioned):
    """A theme of the landscape plan [bidang]."""

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        constraints = [code_constraint("sector_code")]

    def __str__(self) -> str:
        return self.name


@tracked()
class Output(Versioned):
    """What is delivered [keluaran]. Supporting ones overlap everywhere and meet no need."""

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=300)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="outputs")
    unit = models.CharField(_("unit"), max_length=100)
    supporting = models.BooleanField(_("supporting"), default=False)

    class Meta:
        constraints = [code_constraint("output_code")]

    def __str__(self) -> str:
        return self.name
