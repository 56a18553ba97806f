"""Reading activities, by meaning; dates are arguments."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User

if TYPE_CHECKING:
    from programs.models import Activity  # noqa: F401

Person = User | AnonymousUser


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

    def visible_to(self, user: Person) -> ActivityQuerySet:
        """What the person may see: drafts and returned ones are their agency's and the planners'.

        DOMAIN.md, "States, and who may do what"; every view gets its activity through this door.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_planner:
            return self.all()
        public = Q(status__in=["submitted", "verified", "cancelled"])
        return self.filter(public | Q(agency__in=user.agency_ids))

    def editable_by(self, user: Person) -> ActivityQuerySet:
        """What the person may change: their own agency's as its editor, unless cancelled."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(agency__in=user.edited_agency_ids).exclude(status="cancelled")

    def to_review(self) -> ActivityQuerySet:
        """What waits for the planning agency: submitted, or asked to be cancelled."""
        return self.filter(Q(status="submitted") | ~Q(cancellation_asked=""))
