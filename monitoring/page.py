"""What reports add to the page of an activity: each quarter with its due day and its report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from budgets.models import BudgetLine
from catalogue.models import Stage
from core.history import Source
from monitoring.models import Report
from monitoring.quarters import Quarter, quarters_of
from programs import actions, parts
from programs.models import Activity

HISTORY = Source(
    "monitoring.ReportEvent",
    "activity_id",
    lambda show: f"{show('year')} Q{show('quarter')}: {show('physical')}%, {show('realised')}",
    {
        "physical": _("Physical progress (%)"),
        "realised": _("Realised amount"),
        "dated": _("Date"),
        "status": _("Status"),
    },
)


@dataclass(frozen=True)
class Row:
    """A quarter, its report if there is one, and whether that is late."""

    quarter: Quarter
    report: Report | None
    is_expected: bool
    today: dt.date

    @property
    def is_late(self) -> bool:
        """It is expected, nobody has said anything, and the due day is over (METHOD.md 5)."""
        is_sent = self.report is not None and self.report.status == Report.Status.SUBMITTED
        return self.is_expected and not is_sent and self.quarter.due < self.today

    @property
    def share(self) -> float | None:
        """The physical progress as a share of one."""
        return float(self.report.physical) / 100 if self.report else None


def rows(activity: Activity, user: User, today: dt.date) -> list[Row]:
    """Every quarter that has begun, and every report even where none was expected."""
    reports = {
        (one.year, one.quarter): one
        for one in Report.objects.visible_to(user).filter(activity=activity)
    }
    touched = {(one.year, one.number) for one in quarters_of(activity, today)}
    keys = sorted(touched | set(reports), reverse=True)
    funded = funded_years(activity) if activity.status == Activity.Status.VERIFIED else set()
    return [
        Row(Quarter(*key), reports.get(key), key in touched and key[0] in funded, today)
        for key in keys
    ]


def funded_years(activity: Activity) -> set[int]:
    """Fiscal years in which it has money that is enacted (METHOD.md section 2, "Funded")."""
    lines = BudgetLine.objects.filter(activity=activity).effective()
    rows = lines.values_list("year", "stage", "amount")
    return {year for year, stage, amount in rows if stage >= Stage.ENACTED and amount > 0}


def page_part(activity: Activity, user: User) -> tuple[str, dict[str, Any]]:
    """The part of the activity's page: template and what it shows."""
    return "monitoring/_page.html", {
        "rows": rows(activity, user, timezone.localdate()),
        "may_edit": "edit" in actions.allowed(user, activity),
        "activity": activity,
    }


def register() -> None:
    """Tell the pages of activities."""
    parts.PAGE_PARTS.append(page_part)
    parts.HISTORIES.append(HISTORY)
