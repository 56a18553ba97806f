"""The page of an area or island: needs and their levels, activities with their shares, findings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery, Sum

from catalogue.models import Stage
from convergence.dashboards import names
from convergence.dashboards.areas import places_of
from convergence.dashboards.money import Budget, budgets, places_in_order
from convergence.dashboards.proof import LEVELS, Text
from convergence.models import Finding, Kind, NeedLevel
from monitoring.models import Report
from programs.models import Activity

LIMIT = 50  # rows of a list before "show all"


@dataclass(frozen=True)
class NeedLine:
    """A need at a place and how far it has come (METHOD.md section 3)."""

    code: str
    name: str
    sector: str
    weight: int
    level: int
    score: Decimal
    place: str

    @property
    def level_name(self) -> Text:
        """The level in a word."""
        return LEVELS[self.level]


def needs(year: int, code: str) -> list[NeedLine]:
    """Needs of the year at the area's places: the heaviest and least met first."""
    rows = list(
        NeedLevel.objects.filter(year=year, place__in=places_of(code))
        .select_related("need__output", "need__sector", "place")
        .order_by("-weight", "level", "score", "need__code", "place__code")
    )
    places = names.places(row.place.code for row in rows)
    return [
        NeedLine(
            code=row.need.code,
            name=row.need.output.name if row.need.output else row.need.sector.name,
            sector=row.need.sector.name,
            weight=row.weight,
            level=row.level,
            score=row.score,
            place=places[row.place.code],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class ActivityLine:
    """A live activity with what of its budget belongs to the area."""

    activity: Activity
    stage: Stage | None
    share: int
    budget: int
    progress: Decimal | None


def activities(year: int, code: str) -> list[ActivityLine]:
    """Live activities of the year there, the largest share first; shares sum up to the area's."""
    area_places = set(places_of(code).values_list("pk", flat=True))
    rows = list(
        Activity.objects.live()
        .active_in(year)
        .filter(places__in=area_places)
        .distinct()
        .select_related("agency", "output")
        .annotate(progress=_latest_physical(year))
    )
    money = budgets(year, [row.pk for row in rows])
    places = places_in_order(row.pk for row in rows)
    lines = []
    for row in rows:
        budget = money.get(row.pk, Budget())
        shares = budget.shares(places[row.pk])
        share = sum(amount for place, amount in shares.items() if place in area_places)
        lines.append(ActivityLine(row, budget.stage, share, budget.total, _progress(row)))
    return sorted(lines, key=lambda line: (-line.share, line.activity.code))


def _progress(activity: Activity) -> Decimal | None:
    """What the query added to it."""
    progress: Decimal | None = getattr(activity, "progress", None)
    return progress


def _latest_physical(year: int) -> Subquery[Any]:
    """Physical progress of an activity's latest sent report up to the year."""
    return Subquery(
        Report.objects.filter(activity=OuterRef("pk"), year__lte=year, status="submitted")
        .order_by("-year", "-quarter")
        .values("physical")[:1]
    )


@dataclass(frozen=True)
class KindCount:
    """Unsettled findings of a kind in an area."""

    kind: Kind
    count: int
    amount: int
    severity: int


def findings(year: int, code: str) -> list[KindCount]:
    """Unsettled findings at the area's places by kind, the most severe first."""
    codes = list(places_of(code).values_list("code", flat=True))
    rows = (
        Finding.objects.of(year)
        .unsettled()
        .filter(places__overlap=codes)
        .values("kind")
        .annotate(count=Count("pk"), amount=Sum("amount"), severity=Max("severity"))
        .order_by("-severity", "-count", "kind")
    )
    return [
        KindCount(Kind(row["kind"]), row["count"], row["amount"], row["severity"]) for row in rows
    ]
