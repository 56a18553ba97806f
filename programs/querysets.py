"""Reading activities, by meaning; dates are arguments."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from programs.models import Activity  # noqa: F401


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Activities in METHOD.md's words (section 1)."""

    def live(self) -> ActivityQuerySet:
        """Submitted or verified."""
        return self.filter(status__in=["submitted", "verified"])

    def counted(self) -> ActivityQuerySet:
        """Verified."""
        return self.filter(status="verified")

    def active_in(self, year: int) -> ActivityQuerySet:
        """Those with a day in the fiscal year."""
        return self.filter(first_day__lte=dt.date(year, 12, 31), last_day__gte=dt.date(year, 1, 1))
