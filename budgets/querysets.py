"""Reading budget lines, by meaning; years are arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Max, Q, Sum, Window

from catalogue.models import Stage
from programs.models import Activity
from programs.querysets import ActivityQuerySet, Person

if TYPE_CHECKING:
    from budgets.models import BudgetLine  # noqa: F401


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    """Lines in METHOD.md's words (section 2)."""

    def visible_to(self, user: Person) -> BudgetLineQuerySet:
        """Lines of what the person may see."""
        return self.filter(activity__in=Activity.objects.visible_to(user))

    def editable_by(self, user: Person) -> BudgetLineQuerySet:
        """Lines of what the person may change."""
        return self.filter(activity__in=Activity.objects.editable_by(user))

    def effective(self) -> BudgetLineQuerySet:
        """The effective budget of each year: for each source the lines of its latest stage.

        Once one source of the activity is enacted, those that are not were dropped.
        """
        year = [F("activity_id"), F("year")]
        ranked = self.annotate(
            latest=Window(Max("stage"), partition_by=[*year, F("source")]),
            furthest=Window(Max("stage"), partition_by=year),
        )
        return ranked.filter(
            Q(furthest__lt=Stage.ENACTED) | Q(latest__gte=Stage.ENACTED), stage=F("latest")
        )


def effective_amounts(activities: ActivityQuerySet, year: int | None) -> dict[int, int]:
    """The effective budget of each activity that has lines, in one year or over all; one query."""
    from budgets.models import BudgetLine

    lines = BudgetLine.objects.filter(activity__in=activities.order_by())
    if year is not None:
        lines = lines.filter(year=year)
    sums = BudgetLine.objects.filter(pk__in=lines.effective().values("pk"))
    rows = sums.order_by().values("activity_id").annotate(total=Sum("amount"))
    return {row["activity_id"]: int(row["total"]) for row in rows}
