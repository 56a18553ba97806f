"""Reading quarterly reports, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from programs.models import Activity
from programs.querysets import Person

if TYPE_CHECKING:
    from monitoring.models import Report  # noqa: F401


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports and who may see them."""

    def sent(self) -> ReportQuerySet:
        """Those that were sent; drafts do not exist for the judgement."""
        return self.filter(status="submitted")

    def visible_to(self, user: Person) -> ReportQuerySet:
        """Reports of what the person may see; drafts are their agency's and the planners'."""
        found = self.filter(activity__in=Activity.objects.visible_to(user))
        if isinstance(user, AnonymousUser) or user.is_planner:
            return found
        return found.filter(Q(status="submitted") | Q(activity__agency__in=user.agency_ids))

    def editable_by(self, user: Person) -> ReportQuerySet:
        """Reports of what the person may change."""
        return self.filter(activity__in=Activity.objects.editable_by(user))
