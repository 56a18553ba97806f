"""What money adds to the page of an activity: lines by stage and source, the effective budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from budgets.forms import Lines, check_places
from budgets.models import BudgetLine
from budgets.querysets import effective_amounts
from catalogue.models import FundingSource, Stage
from core.history import Source
from programs import actions, parts
from programs.models import Activity
from programs.places import full_name

HISTORY = Source(
    "budgets.BudgetLineEvent",
    "activity_id",
    lambda show: f"{show('code')} {show('year')}, {show('source')}, {show('stage')}",
    {
        "year": _("Year"),
        "source": _("Funding source"),
        "stage": _("Stage"),
        "amount": _("Amount"),
        "place": _("Place"),
    },
)


@dataclass(frozen=True)
class Cell:
    """What one source has at one stage; `effective` counts."""

    amount: int | None
    effective: bool
    places: list[str]


@dataclass(frozen=True)
class Year:
    """The lines of a fiscal year as a table of sources by stages."""

    year: int
    rows: list[tuple[str, list[Cell]]]
    totals: list[int]
    effective: int


def years(lines: Sequence[BudgetLine], effective: set[int]) -> list[Year]:
    """The lines as tables, the latest year first."""
    by_year: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in lines:
        by_year[line.year].append(line)
    return [_year(year, by_year[year], effective) for year in sorted(by_year, reverse=True)]


def _year(year: int, lines: Sequence[BudgetLine], effective: set[int]) -> Year:
    rows = []
    for source in FundingSource:
        own = [line for line in lines if line.source == source]
        if own:
            cells = [[line for line in own if line.stage == stage] for stage in Stage]
            rows.append((str(source.label), [_cell(cell, effective) for cell in cells]))
    return Year(
        year=year,
        rows=rows,
        totals=[sum(line.amount for line in lines if line.stage == stage) for stage in Stage],
        effective=sum(line.amount for line in lines if line.pk in effective),
    )


def _cell(lines: Sequence[BudgetLine], effective: set[int]) -> Cell:
    return Cell(
        amount=sum(line.amount for line in lines) if lines else None,
        effective=any(line.pk in effective for line in lines),
        places=[full_name(line.place) for line in lines if line.place],
    )


def page_part(activity: Activity, user: User) -> tuple[str, dict[str, Any]]:
    """The part of the activity's page: template and what it shows."""
    lines = BudgetLine.objects.visible_to(user).filter(activity=activity)
    shown = list(lines.select_related("place__village", "place__island").order_by("pk"))
    effective = set(lines.effective().values_list("pk", flat=True))
    return "budgets/_page.html", {
        "years": years(shown, effective),
        "stages": [stage.label for stage in Stage],
        "may_edit": "edit" in actions.allowed(user, activity),
        "activity": activity,
    }


def register() -> None:
    """Tell the pages of activities."""
    parts.FORM_PARTS.append(Lines)
    parts.PAGE_PARTS.append(page_part)
    parts.AMOUNTS.append(effective_amounts)
    parts.CHECKS.append(check_places)
    parts.HISTORIES.append(HISTORY)
