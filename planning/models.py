"""What is needed where, which zones bind, and what the agencies promised together."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Output, Sector
from core.fields import CodeField, QuantityField, RupiahField, YearField
from core.locking import Versioned
from core.records import code_constraint, tracked
from stakeholders.models import Agency
from territory.models import Place


class OverYears(models.Model):
    """A record that is of every fiscal year between its first and its last."""

    first_year = YearField(_("first year"))
    last_year = YearField(_("last year"))

    class Meta:
        abstract = True

    def clean(self) -> None:
        """The last year is not before the first."""
        super().clean()
        if self.first_year and self.last_year and self.last_year < self.first_year:
            message = _("The last year is before the first.")
            raise ValidationError({"last_year": ValidationError(message, code="years")})


def years_constraint(name: str) -> models.CheckConstraint:
    """The database's own guard of the order of years."""
    return models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name=name)


@tracked()
class Need(OverYears, Versioned):
    """Something a place lacks [kebutuhan]: one need at each of its places."""

    code = CodeField(_("code"), unique=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="needs")
    output = models.ForeignKey(Output, models.PROTECT, null=True, blank=True, related_name="needs")
    weight = models.SmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    target = QuantityField(_("target"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    places: models.ManyToManyField[Place, Any] = models.ManyToManyField(
        Place, through="NeedPlace", related_name="needs"
    )

    class Meta:
        constraints = [
            code_constraint("need_code"),
            years_constraint("need_years"),
            models.CheckConstraint(condition=Q(weight__range=(1, 5)), name="need_weight"),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__gt=0, output__isnull=False),
                name="need_target",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Output of the same sector; a target above 0 and only with an output."""
        errors: dict[str, Any] = {}
        try:
            super().clean()
        except ValidationError as error:
            error.update_error_dict(errors)
        wanted = self.sector_id  # none where a form or a cell could not read it
        if self.output is not None and wanted is not None and self.output.sector_id != wanted:
            errors["output"] = ValidationError(
                _("The output %(output)s belongs to another sector."),
                code="sector",
                params={"output": self.output.code},
            )
        if self.target is not None and self.output is None:
            errors["target"] = ValidationError(_("A target needs an output."), code="target")
        elif self.target is not None and self.target <= 0:
            errors["target"] = ValidationError(_("A target is above 0."), code="target")
        if errors:
            raise ValidationError(errors)


@tracked()
class NeedPlace(models.Model):
    """A need at one place."""

    need = models.ForeignKey(Need, models.CASCADE)
    place = models.ForeignKey(Place, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "place"], name="need_place_once")]

    def __str__(self) -> str:
        return f"{self.need_id}@{self.place_id}"


@tracked()
class Zone(Versioned):
    """A conservation or forest zone [kawasan]; restricts its sectors, or all when none is named."""

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100)
    authority = models.ForeignKey(Agency, models.PROTECT, related_name="zones")
    sectors: models.ManyToManyField[Sector, Any] = models.ManyToManyField(
        Sector, through="ZoneSector", related_name="zones"
    )
    places: models.ManyToManyField[Place, Any] = models.ManyToManyField(
        Place, through="ZonePlace", related_name="zones"
    )

    class Meta:
        constraints = [code_constraint("zone_code")]

    def __str__(self) -> str:
        return self.name


@tracked()
class ZoneSector(models.Model):
    """A sector that a zone restricts."""

    zone = models.ForeignKey(Zone, models.CASCADE)
    sector = models.ForeignKey(Sector, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "sector"], name="zone_sector_once")]

    def __str__(self) -> str:
        return f"{self.zone_id}·{self.sector_id}"


@tracked()
class ZonePlace(models.Model):
    """A place that a zone covers."""

    zone = models.ForeignKey(Zone, models.CASCADE)
    place = models.ForeignKey(Place, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "place"], name="zone_place_once")]

    def __str__(self) -> str:
        return f"{self.zone_id}@{self.place_id}"


@tracked()
class ActionItem(OverYears, Versioned):
    """An item of the joint action plan [butir rencana aksi]."""

    code = CodeField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=500)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="action_items")
    output = models.ForeignKey(
        Output, models.PROTECT, null=True, blank=True, related_name="action_items"
    )
    amount = RupiahField(_("indicative amount"))
    commitment_due = models.DateField(_("commitment due"))
    places: models.ManyToManyField[Place, Any] = models.ManyToManyField(
        Place, through="ActionItemPlace", related_name="action_items"
    )

    class Meta:
        constraints = [
            code_constraint("action_item_code"),
            years_constraint("action_item_years"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="action_item_amount"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class ActionItemPlace(models.Model):
    """An action item at one place."""

    item = models.ForeignKey(ActionItem, models.CASCADE)
    place = models.ForeignKey(Place, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="action_item_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}@{self.place_id}"


@tracked()
class Commitment(Versioned):
    """What an agency promised for an action item [komitmen], and the document that proves it."""

    item = models.ForeignKey(ActionItem, models.PROTECT, related_name="commitments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="commitments")
    dated = models.DateField(_("date"))
    document = models.CharField(_("document"), max_length=100, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    document_date = models.DateField(_("document date"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "agency", "document", "document_number"], name="commitment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.agency}"
