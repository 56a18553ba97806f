"""The first page: where do we stand, what money, what is stuck."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from convergence.actions import being_judged
from convergence.explain import EXPLANATIONS, Explanation
from convergence.models import OVERLAPS, Finding, Judgement, Kind, PlaceMoney

# How often a page asks whether newer figures are there: for whom has just saved, so that they come
# within five seconds; later, and for who only keeps the page open, without burdening a thin link.
EAGER, PATIENT = 1, 5
EAGER_FOR = 15


@dataclass(frozen=True)
class Freshness:
    """Of which day the figures are, and whether newer ones are on their way.

    `since` is when the page began to ask, in seconds of the epoch; 0 once it asks patiently.
    """

    judgement: Judgement | None
    computing: bool
    since: int

    @property
    def pace(self) -> int:
        """Seconds until the page asks again."""
        return EAGER if self.since else PATIENT


def freshness(year: int, since: int | None = None) -> Freshness:
    """The stored judgement of a year, and whether something has been written since."""
    now = int(time.time())
    began = now if since is None else since
    eager = 0 <= now - began < EAGER_FOR
    judgement = Judgement.objects.filter(year=year).first()
    return Freshness(judgement, being_judged(), began if eager else 0)


def judged_years(*, also: int) -> list[int]:
    """Years with a stored judgement, and the one that is looked at."""
    return sorted({also, *Judgement.objects.values_list("year", flat=True)})


def year_to_show(today: int) -> int:
    """This fiscal year; where it is not judged, the latest that is, so that nobody meets a void."""
    judged = set(Judgement.objects.values_list("year", flat=True))
    return today if today in judged or not judged else max(judged)


SECTORS = 6  # named on the first page; the heat map names all


@dataclass(frozen=True)
class SectorMoney:
    """A sector's live money, with and without a place."""

    code: str
    name: str
    located: int
    not_located: int
    share: float = 0.0

    @property
    def amount(self) -> int:
        return self.located + self.not_located


@dataclass(frozen=True)
class Money:
    """Live activities' effective budgets of a year; located and not located make the total."""

    located: int
    not_located: int
    sectors: list[SectorMoney]

    @property
    def total(self) -> int:
        return self.located + self.not_located

    @property
    def located_percent(self) -> str:
        """Width of the located part in the bar; a figure of SVG, in no language."""
        return f"{100 * self.located / self.total:.1f}" if self.total else "0"


def money(year: int) -> Money:
    """By sector, the largest first; what has no place is shown apart (METHOD.md section 2)."""
    rows = (
        PlaceMoney.objects.filter(year=year)
        .values_list("sector__code", "sector__name")
        .annotate(
            located=Coalesce(Sum("amount", filter=Q(place__isnull=False)), 0),
            not_located=Coalesce(Sum("amount", filter=Q(place__isnull=True)), 0),
        )
    )
    sectors = sorted(
        (SectorMoney(*row) for row in rows), key=lambda line: (-line.amount, line.code)
    )
    shown = _first(sectors)
    largest = max((sector.amount for sector in shown), default=0)
    return Money(
        sum(sector.located for sector in sectors),
        sum(sector.not_located for sector in sectors),
        [replace(sector, share=sector.amount / largest) for sector in shown if sector.amount],
    )


def _first(sectors: list[SectorMoney]) -> list[SectorMoney]:
    """What is read at a glance; the other sectors in one line, so that the total ties out."""
    if len(sectors) <= SECTORS + 1:
        return sectors
    rest = sectors[SECTORS:]
    others = SectorMoney(
        "",
        _("Other sectors"),
        sum(sector.located for sector in rest),
        sum(sector.not_located for sector in rest),
    )
    return [*sectors[:SECTORS], others]


@dataclass(frozen=True)
class KindLine:
    """Unsettled findings of a kind."""

    kind: Kind
    explanation: Explanation
    count: int
    cases: int
    amount: int
    severity: int


@dataclass(frozen=True)
class KindTable:
    """Gaps or overlaps, the most severe kinds first, with what they sum up to."""

    lines: list[KindLine]
    count: int
    amount: int


def kinds(year: int) -> tuple[KindTable, KindTable]:
    """(gaps, overlaps) that are not settled yet."""
    rows = (
        Finding.objects.of(year)
        .unsettled()
        .values("kind")
        .annotate(
            count=Count("pk"),
            cases=Count("case_key", distinct=True),
            amount=Sum("amount"),
            severity=Max("severity"),
        )
        .order_by("-severity", "-count", "kind")
    )
    lines = [
        KindLine(
            Kind(row["kind"]),
            EXPLANATIONS[Kind(row["kind"])],
            row["count"],
            row["cases"],
            row["amount"],
            row["severity"],
        )
        for row in rows
    ]
    gaps = [line for line in lines if line.kind not in OVERLAPS]
    overlaps = [line for line in lines if line.kind in OVERLAPS]
    return _table(gaps), _table(overlaps)


def _table(lines: list[KindLine]) -> KindTable:
    return KindTable(lines, sum(line.count for line in lines), sum(line.amount for line in lines))


@dataclass(frozen=True)
class Worst:
    """How many unsettled findings have the highest severity that there is."""

    severity: int
    count: int


def worst(year: int) -> Worst:
    """What a head of agency or the regent is asked to look at first."""
    row = (
        Finding.objects.of(year)
        .unsettled()
        .values("severity")
        .annotate(count=Count("pk"))
        .order_by("-severity")
        .first()
    )
    return Worst(row["severity"], row["count"]) if row else Worst(0, 0)
