"""Reading jobs, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models import Job  # noqa: F401


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what is to be done with them."""

    def unfinished(self) -> JobQuerySet:
        """Waiting or running, oldest first."""
        return self.filter(state__in=["queued", "running"]).order_by("created", "id")
