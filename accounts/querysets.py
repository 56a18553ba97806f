"""Reading people, by meaning; the moment is an argument."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Invitation, Membership  # noqa: F401


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who works for whom."""

    def current(self) -> MembershipQuerySet:
        """Those that have not ended."""
        return self.filter(ended=None)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Links that were handed out."""

    def valid_at(self, now: dt.datetime) -> InvitationQuerySet:
        """Not used and not expired."""
        return self.filter(used=None, expires__gt=now)
