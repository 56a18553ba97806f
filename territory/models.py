"""Areas, islands and places; which of them this installation judges (METHOD.md section 1)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import CodeField
from core.locking import Versioned
from core.records import tracked
from territory.querysets import AreaQuerySet, ManagedAreaQuerySet, PlaceQuerySet


class Area(models.Model):
    """A province, regency, district or village, by its Kemendagri code."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        REGENCY = "regency", _("Regency")
        DISTRICT = "district", _("District")
        VILLAGE = "village", _("Village")

    code = CodeField(_("code"), unique=True)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    outline: models.JSONField[Any, Any] = models.JSONField(
        _("outline (GeoJSON geometry)"), null=True, blank=True
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level="province", parent=None)
                | (~Q(level="province") & Q(parent__isnull=False)),
                name="area_parent_by_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Island(Versioned):
    """An island of the ministry's list. `populated` is what counts: the list, or the override."""

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    # Empty for an island that is divided among several regencies, such as 12.00.40004 (Nias).
    regency = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="islands")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    outermost_small = models.BooleanField(_("outermost small island"), default=False)
    populated_in_list = models.BooleanField(_("populated by the ministry's list"), default=False)
    populated_override = models.BooleanField(_("populated by own count"), null=True, blank=True)
    populated_source = models.CharField(_("source of own count"), max_length=200, blank=True)
    populated_on = models.DateField(_("date of own count"), null=True, blank=True)
    populated = models.GeneratedField(
        expression=models.functions.Coalesce("populated_override", "populated_in_list"),
        output_field=models.BooleanField(_("populated")),
        db_persist=True,
    )
    outline: models.JSONField[Any, Any] = models.JSONField(
        _("outline (GeoJSON geometry)"), null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(populated_override=None)
                | (~Q(populated_source="") & Q(populated_on__isnull=False)),
                name="island_override_has_source",
                violation_error_message=_("An own count needs its source and its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ManagedArea(models.Model):
    """An area code that this installation judges [wilayah kerja]; `61.11` while there is none."""

    code = CodeField(_("code"), unique=True)

    objects = ManagedAreaQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """The atom of every judgement: a village's part on one island, or on none (mainland).

    `code` is METHOD.md's notation (`61.11.06.2002@61.11.40034`, mainland `61.11.01.2001@-`), whose
    order by code point is the order of places: village, mainland before islands, island.
    `managed` and `populated` are kept by `territory.actions.refresh_places`, so that every
    judgement reads them without a join.
    """

    code = models.CharField(_("code"), max_length=64, unique=True, db_collation="C")
    village = models.ForeignKey(Area, models.PROTECT, related_name="places")
    island = models.ForeignKey(Island, models.PROTECT, null=True, blank=True, related_name="places")
    district = models.ForeignKey(Area, models.PROTECT, related_name="+")
    regency = models.ForeignKey(Area, models.PROTECT, related_name="+")
    province = models.ForeignKey(Area, models.PROTECT, related_name="+")
    populated = models.BooleanField(_("populated"), default=True)
    managed = models.BooleanField(_("managed"), default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["village", "island"], nulls_distinct=False, name="place_village_island"
            ),
        ]

    def __str__(self) -> str:
        return self.code
