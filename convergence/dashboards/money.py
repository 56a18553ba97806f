"""Shares of activities at places, for the activities that a page lists.

The engine keeps the sums (PlaceMoney, AreaFigure); a page that lists single activities needs their
single shares. Rule: METHOD.md section 2; a test holds this against the engine's sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from budgets.models import BudgetLine
from catalogue.models import Stage
from programs.models import ActivityPlace


@dataclass
class Budget:
    """An activity's effective budget in a year, what of it names a place, and its latest stage."""

    by_place: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unnamed: int = 0
    stage: Stage | None = None

    @property
    def total(self) -> int:
        return self.unnamed + sum(self.by_place.values())

    def shares(self, places: list[int]) -> dict[int, int]:
        """Rupiah at each place; `places` in METHOD.md's order, for the remaining rupiah."""
        part, rest = divmod(self.unnamed, len(places))
        return {
            place: self.by_place.get(place, 0) + part + (1 if nth < rest else 0)
            for nth, place in enumerate(places)
        }


def budgets(year: int, activities: Iterable[int]) -> dict[int, Budget]:
    """Effective budgets by activity (METHOD.md section 2); one query."""
    lines: dict[int, list[tuple[str, int, int, int | None]]] = defaultdict(list)
    rows = BudgetLine.objects.filter(year=year, activity__in=list(activities)).values_list(
        "activity_id", "source", "stage", "amount", "place_id"
    )
    for activity, source, stage, amount, place in rows:
        lines[activity].append((source, stage, amount, place))
    return {activity: _effective(found) for activity, found in lines.items()}


def _effective(lines: list[tuple[str, int, int, int | None]]) -> Budget:
    """Of each source its latest stage; once one is enacted, sources that are not were dropped."""
    latest: dict[str, int] = {}
    for source, stage, _amount, _place in lines:
        latest[source] = max(stage, latest.get(source, 0))
    enacted = any(stage >= Stage.ENACTED for stage in latest.values())
    budget = Budget(stage=Stage(max(latest.values())))
    for source, stage, amount, place in lines:
        if stage != latest[source] or (enacted and stage < Stage.ENACTED):
            continue
        if place is None:
            budget.unnamed += amount
        else:
            budget.by_place[place] += amount
    return budget


def places_in_order(activities: Iterable[int]) -> dict[int, list[int]]:
    """Managed places of activities, in the order in which remaining rupiah are given out."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = (
        ActivityPlace.objects.filter(activity__in=list(activities), place__managed=True)
        .order_by("place__code")
        .values_list("activity_id", "place_id")
    )
    for activity, place in rows:
        found[activity].append(place)
    return found
