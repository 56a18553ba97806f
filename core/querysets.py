"""Reading jobs, by meaning; the moment is an argument."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models import Job  # noqa: F401

# A running job signs every step, at most some seconds apart; one that has not for this long has
# lost its worker.
SILENCE = dt.timedelta(seconds=90)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what is to be done with them."""

    def waiting(self) -> JobQuerySet:
        """Asked for and not begun, oldest first."""
        return self.filter(state="queued").order_by("created", "id")

    def abandoned(self, now: dt.datetime) -> JobQuerySet:
        """Begun by a worker that has not given a sign of life since."""
        return self.filter(state="running", heartbeat__lt=now - SILENCE)
