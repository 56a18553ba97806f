"""Reading areas and places, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from territory.models import Area, ManagedArea, Place  # noqa: F401

# What an installation judges before anybody has said otherwise (CONTRACT.md section 2).
DEFAULT_MANAGED = ("61.11",)


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas by level and by name."""

    def by_name(self) -> AreaQuerySet:
        """In the order of a printed list; the server's collation knows no Indonesian."""
        return self.order_by(models.functions.Lower("name"), "name")


class ManagedAreaQuerySet(models.QuerySet["ManagedArea"]):
    """The areas that this installation judges."""

    def codes(self) -> list[str]:
        """Their codes in order: those that were set, `61.11` until some are."""
        return list(self.order_by("code").values_list("code", flat=True)) or list(DEFAULT_MANAGED)


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places, by what the judgement asks of them."""

    def managed(self) -> PlaceQuerySet:
        """Those that this installation judges."""
        return self.filter(managed=True)

    def in_order(self) -> PlaceQuerySet:
        """Village code, then mainland before islands, then island code (METHOD.md section 2)."""
        return self.order_by("code")
