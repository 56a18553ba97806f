"""Reading areas and places, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from territory.models import Area, Place  # noqa: F401


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas by level and by name."""

    def by_name(self) -> AreaQuerySet:
        """In the order of a printed list; the server's collation knows no Indonesian."""
        return self.order_by(models.functions.Lower("name"), "name")


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places, by what the judgement asks of them."""

    def managed(self) -> PlaceQuerySet:
        """Those that this installation judges."""
        return self.filter(managed=True)

    def in_order(self) -> PlaceQuerySet:
        """Village code, then mainland before islands, then island code (METHOD.md section 2)."""
        return self.order_by("code")
