"""The convergence method, read a second time: slow, plain, and apart from the project.

It follows METHOD.md sentence by sentence and imports nothing of KERAPU, so that the engine can be
held against it. Sums, shares and comparisons are exact (``int`` and ``Fraction``); the one
division is the printing of a figure that is already rounded.

    python tests/convergence/reference.py AREAS_DIR WORKBOOK --year Y --as-of D [--managed CODE …]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook

ROOT = Path(__file__).resolve().parents[2]
STOPWORD_FILES = (
    ROOT / "convergence" / "data" / "title_stopwords.txt",
    ROOT / ".." / "shared" / "data" / "title_stopwords.txt",
)

# Section 2: the stages of a budget line, in order.
INDICATIVE, PROPOSED, ENACTED, REVISED = range(4)
STAGES = {"indikatif": INDICATIVE, "rka": PROPOSED, "dpa": ENACTED, "dppa": REVISED}
SOURCES = ("apbd_kab", "apbd_prov", "apbn", "dak", "dana_desa", "csr", "hibah", "lainnya")

DRAFT, SUBMITTED, RETURNED = "draf", "diajukan", "dikembalikan"
VERIFIED, CANCELLED = "terverifikasi", "batal"
STATUSES = (DRAFT, SUBMITTED, RETURNED, VERIFIED, CANCELLED)

LEVELS = {2: "province", 5: "regency", 8: "district", 13: "village"}  # by length of the code


# ---------------------------------------------------------------------------------------------
# The data
# ---------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Section 1, place. ``island`` is "" for the mainland, so that tuples sort as section 2 says:
    village code, then mainland before islands, then island code."""

    village: str
    island: str = ""

    def __str__(self) -> str:
        return f"{self.village}@{self.island or '-'}"


Places = frozenset[Place]
NOWHERE: Places = frozenset()


@dataclass(frozen=True)
class Area:
    code: str
    name: str

    @property
    def level(self) -> str:
        return LEVELS[len(self.code)]


@dataclass(frozen=True)
class Island:
    code: str
    name: str
    populated: bool


@dataclass(frozen=True)
class Territory:
    """Areas, islands, and every place (village, island or mainland) that there is."""

    areas: dict[str, Area]
    islands: dict[str, Island]
    places: Places

    def is_populated(self, place: Place) -> bool:
        """Section 1, notation of places: "mainland and populated islands"."""
        return place.island == "" or self.islands[place.island].populated


@dataclass(frozen=True)
class Agency:
    code: str
    name: str = ""
    kind: str = "pemda"
    parent: str | None = None


@dataclass(frozen=True)
class Sector:
    code: str
    name: str = ""


@dataclass(frozen=True)
class Output:
    code: str
    sector: str
    name: str = ""
    unit: str = "unit"
    supporting: bool = False


@dataclass(frozen=True)
class Mandate:
    agency: str
    sector: str
    area: str | None = None


@dataclass(frozen=True)
class Need:
    code: str
    places: Places
    sector: str
    output: str | None
    weight: int
    target: Fraction | None
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Activity:
    code: str
    agency: str
    title: str
    output: str
    volume: Fraction
    first: date
    last: date
    places: Places
    status: str


@dataclass(frozen=True)
class Line:
    code: str
    activity: str
    year: int
    source: str
    stage: int
    amount: int
    place: Place | None = None


@dataclass(frozen=True)
class Report:
    activity: str
    year: int
    quarter: int
    physical: Fraction
    realised: int
    day: date
    submitted: bool = True


@dataclass(frozen=True)
class Zone:
    code: str
    authority: str
    restricted: frozenset[str]
    places: Places
    name: str = ""
    kind: str = "cagar alam"


@dataclass(frozen=True)
class Clearance:
    number: str
    activity: str
    zone: str
    first: date
    last: date


@dataclass(frozen=True)
class Item:
    code: str
    agency: str
    places: Places
    first_year: int
    last_year: int
    amount: int
    due: date
    title: str = ""
    output: str | None = None


@dataclass(frozen=True)
class Commitment:
    item: str
    agency: str
    day: date
    document: str | None = None
    number: str | None = None
    document_day: date | None = None


@dataclass
class World:
    """All that a judgement looks at. Places of needs, activities, zones and items lie in the
    managed area already; ``accepted`` holds the keys of findings whose state is accepted."""

    territory: Territory
    managed: tuple[str, ...]
    agencies: dict[str, Agency] = field(default_factory=dict)
    sectors: dict[str, Sector] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    mandates: list[Mandate] = field(default_factory=list)
    needs: dict[str, Need] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    clearances: list[Clearance] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    commitments: list[Commitment] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)

    @property
    def areas(self) -> dict[str, Area]:
        return self.territory.areas

    @property
    def islands(self) -> dict[str, Island]:
        return self.territory.islands

    @property
    def places(self) -> Places:
        return self.territory.places


@dataclass(frozen=True)
class LocalNeed:
    """Section 1, need: "one need at each of them, and the target is split equally"."""

    need: Need
    place: Place
    target: Fraction | None

    @property
    def key(self) -> str:
        return f"{self.need.code}/{self.place}"


@dataclass(frozen=True)
class Finding:
    kind: str
    key: str
    severity: int
    amount: int
    agencies: tuple[str, ...]
    places: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """CONTRACT.md section 4."""
        return {
            "kind": self.kind,
            "key": self.key,
            "severity": self.severity,
            "amount": self.amount,
            "agencies": list(self.agencies),
            "places": list(self.places),
        }


def finding(
    kind: str,
    key: str,
    severity: int,
    amount: int,
    agencies: Iterable[str],
    places: Iterable[Place],
) -> Finding:
    """Section 5: the key is written with slashes, the kind first; CONTRACT.md section 4: lists
    sorted by code point (the order of Python's str)."""
    return Finding(
        kind,
        f"{kind}/{key}",
        severity,
        amount,
        tuple(sorted(set(agencies))),
        tuple(sorted({str(place) for place in places})),
    )


# ---------------------------------------------------------------------------------------------
# Small rules that need no world
# ---------------------------------------------------------------------------------------------


def covers(area: str, village: str) -> bool:
    """Section 1, mandate: the village code equals the area's code or begins with it and a dot."""
    return village == area or village.startswith(area + ".")


def is_managed(place: Place, managed: Iterable[str]) -> bool:
    """Section 1, managed area."""
    return any(covers(code, place.village) for code in managed)


def area_codes(village: str) -> list[str]:
    """The codes of the province, regency, district and village that a village lies in."""
    parts = village.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
    return first, after - timedelta(days=1)


def due_day(year: int, quarter: int) -> date:
    """Section 5, unreported: "quarter's last day + 15 days"."""
    return quarter_bounds(year, quarter)[1] + timedelta(days=15)


def is_active(activity: Activity, year: int) -> bool:
    """Section 1, active in Y."""
    return activity.first <= date(year, 12, 31) and activity.last >= date(year, 1, 1)


def period(activity: Activity, year: int) -> tuple[date, date]:
    """Section 1: the period in Y is the intersection (of an activity active in Y)."""
    return max(activity.first, date(year, 1, 1)), min(activity.last, date(year, 12, 31))


def is_live(activity: Activity) -> bool:
    """Section 1, live."""
    return activity.status in (SUBMITTED, VERIFIED)


def is_counted(activity: Activity) -> bool:
    """Section 1, counted."""
    return activity.status == VERIFIED


def round_half_up(value: Fraction) -> int:
    """Half up to a whole number, for values of 0 or more."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def printed(value: Fraction | None, decimals: int) -> float | None:
    """Section 4: rounded half up, only for output. The whole number over a power of ten is the
    number nearest to the decimal, so it equals the same decimal read from JSON."""
    if value is None:
        return None
    scale: int = 10**decimals
    return round_half_up(value * scale) / scale


def split_equally(amount: int, places: Collection[Place]) -> dict[Place, int]:
    """Section 2, share of a place: whole rupiah, the rest one each to the first places."""
    each, rest = divmod(amount, len(places))
    return {place: each + (1 if index < rest else 0) for index, place in enumerate(sorted(places))}


def split_in_proportion(amount: int, shares: dict[Place, int]) -> dict[Place, int]:
    """Section 2: realised amounts follow the shares, rounded down, the remaining rupiah one each
    to the first places. With no share above 0 there is no proportion: then equally."""
    total = sum(shares.values())
    if total == 0:
        return split_equally(amount, shares)
    parts = {place: amount * share // total for place, share in shares.items()}
    rest = amount - sum(parts.values())
    for index, place in enumerate(sorted(parts)):
        parts[place] += 1 if index < rest else 0
    return parts


def read_stopwords() -> frozenset[str]:
    """Section 5, subject: the stop words of ``data/title_stopwords.txt``."""
    for path in STOPWORD_FILES:
        if path.exists():
            return frozenset(path.read_text(encoding="utf-8").split())
    raise FileNotFoundError(f"no title_stopwords.txt: {', '.join(map(str, STOPWORD_FILES))}")


def words(text: str) -> frozenset[str]:
    """Section 5, subject: "lower case; runs of letters; of three letters or more"."""
    runs = ("".join(run) for letters, run in groupby(text.lower(), str.isalpha) if letters)
    return frozenset(run for run in runs if len(run) >= 3)


def name_words(name: str) -> frozenset[str]:
    """Section 5, subject: "the words in the names … and those names written without blanks"."""
    return words(name) | words("".join(name.split()))


def same_subject(first: frozenset[str], second: frozenset[str]) -> bool:
    """Section 5, subject: they share a word and 2·|A∩B| ≥ min(|A|, |B|)."""
    shared = len(first & second)
    return shared > 0 and 2 * shared >= min(len(first), len(second))


# ---------------------------------------------------------------------------------------------
# One judgement
# ---------------------------------------------------------------------------------------------


class Judgement:
    """METHOD.md applied to one world, one fiscal year, one day."""

    def __init__(
        self, world: World, year: int, as_of: date, stopwords: frozenset[str] | None = None
    ) -> None:
        self.world = world
        self.year = year
        self.as_of = as_of
        self.stopwords = read_stopwords() if stopwords is None else stopwords
        self._subjects: dict[tuple[str, Place], frozenset[str]] = {}
        self._budgets: dict[str, tuple[Line, ...]] = {}
        self._shares: dict[str, dict[Place, int]] = {}

    # -- indexes: nothing but a quicker way to find the same records --------------------------

    @cached_property
    def managed_places(self) -> list[Place]:
        """Section 1: "Only places inside it have needs, activities and findings"."""
        return sorted(p for p in self.world.places if is_managed(p, self.world.managed))

    @cached_property
    def lines_of(self) -> dict[str, list[Line]]:
        """Section 2: "Only lines of year Y count in Y"; by activity."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.world.lines:
            if line.year == self.year:
                found[line.activity].append(line)
        return found

    @cached_property
    def reports_of(self) -> dict[str, list[Report]]:
        """Section 2: "only submitted ones dated on or before as of exist"; by activity."""
        found: dict[str, list[Report]] = defaultdict(list)
        for report in self.world.reports:
            if report.submitted and report.day <= self.as_of:
                found[report.activity].append(report)
        return found

    @cached_property
    def activities_at(self) -> dict[Place, list[Activity]]:
        """All activities of any status and year, by place."""
        found: dict[Place, list[Activity]] = defaultdict(list)
        for activity in self.world.activities.values():
            for place in activity.places:
                found[place].append(activity)
        return found

    @cached_property
    def needs(self) -> list[LocalNeed]:
        """Section 1, need: those of Y, one at each place, the target split equally."""
        return [
            LocalNeed(need, place, None if need.target is None else need.target / len(need.places))
            for need in self.world.needs.values()
            if need.first_year <= self.year <= need.last_year
            for place in sorted(need.places)
        ]

    @cached_property
    def live_active(self) -> list[Activity]:
        """Section 1: live and active in Y."""
        return [
            activity
            for activity in self.world.activities.values()
            if is_live(activity) and is_active(activity, self.year)
        ]

    @cached_property
    def live_active_at(self) -> dict[Place, list[Activity]]:
        """Section 1: live and active in Y, by place."""
        found: dict[Place, list[Activity]] = defaultdict(list)
        for activity in self.live_active:
            for place in activity.places:
                found[place].append(activity)
        return found

    # -- section 2: money and progress --------------------------------------------------------

    def latest_lines(self, activity: Activity, up_to: int = REVISED) -> dict[str, list[Line]]:
        """Section 2: per funding source the lines of the latest stage present (≤ ``up_to``)."""
        by_source: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines_of.get(activity.code, []):
            if line.stage <= up_to:
                by_source[line.source].append(line)
        return {
            source: [line for line in lines if line.stage == max(other.stage for other in lines)]
            for source, lines in by_source.items()
        }

    def amount_at_stage(self, activity: Activity, stage: int) -> int:
        """Section 2, amount at a stage."""
        return sum(
            line.amount for lines in self.latest_lines(activity, stage).values() for line in lines
        )

    def effective_lines(self, activity: Activity) -> tuple[Line, ...]:
        """Section 2, effective budget: once one source is enacted or revised in Y, sources that
        are neither count nothing."""
        if activity.code not in self._budgets:
            latest = self.latest_lines(activity)
            stages = {source: lines[0].stage for source, lines in latest.items()}
            enacted = any(stage >= ENACTED for stage in stages.values())
            self._budgets[activity.code] = tuple(
                line
                for source, lines in latest.items()
                if not enacted or stages[source] >= ENACTED
                for line in lines
            )
        return self._budgets[activity.code]

    def effective_budget(self, activity: Activity) -> int:
        """Section 2, effective budget of an activity in Y."""
        return sum(line.amount for line in self.effective_lines(activity))

    def is_funded(self, activity: Activity) -> bool:
        """Section 2, funded: a source whose latest stage is enacted or revised sums above 0."""
        return any(
            lines[0].stage >= ENACTED and sum(line.amount for line in lines) > 0
            for lines in self.latest_lines(activity).values()
        )

    def shares(self, activity: Activity) -> dict[Place, int]:
        """Section 2, share of a place; none of an activity that has no place."""
        if activity.code not in self._shares:
            shares: dict[Place, int] = {}
            if activity.places:
                lines = self.effective_lines(activity)
                rest = sum(line.amount for line in lines if line.place is None)
                shares = split_equally(rest, activity.places)
                for line in lines:
                    if line.place is not None:
                        shares[line.place] += line.amount
            self._shares[activity.code] = shares
        return self._shares[activity.code]

    def realised_shares(self, activity: Activity) -> dict[Place, int]:
        """Section 2: the realised amount of the latest report in Y, by place."""
        report = self.latest_report(activity)
        if report is None or not activity.places:
            return {}
        return split_in_proportion(report.realised, self.shares(activity))

    def volume_share(self, activity: Activity) -> Fraction:
        """Section 2: volumes are split equally, as exact fractions."""
        return activity.volume / len(activity.places)

    def latest_report(self, activity: Activity) -> Report | None:
        """Section 2, latest report in Y: the one of Y with the highest quarter."""
        reports = [r for r in self.reports_of.get(activity.code, []) if r.year == self.year]
        return max(reports, key=lambda report: report.quarter, default=None)

    def progress(self, activity: Activity) -> Fraction:
        """Section 2, progress: highest year ≤ Y and, in it, the highest quarter; else 0."""
        reports = [r for r in self.reports_of.get(activity.code, []) if r.year <= self.year]
        if not reports:
            return Fraction(0)
        return max(reports, key=lambda report: (report.year, report.quarter)).physical

    # -- sections 1 and 3: needs --------------------------------------------------------------

    def fits(self, activity: Activity, local: LocalNeed) -> bool:
        """Section 1, fits."""
        output = self.world.outputs[activity.output]
        return (
            local.place in activity.places
            and output.sector == local.need.sector
            and not output.supporting
            and local.need.output in (None, output.code)
        )

    def matches(self, activity: Activity, local: LocalNeed) -> bool:
        """Section 1, match."""
        return is_active(activity, self.year) and self.fits(activity, local)

    def fulfils(self, activity: Activity, local: LocalNeed) -> bool:
        """Section 1, fulfils."""
        return (
            is_counted(activity)
            and self.fits(activity, local)
            and date(local.need.first_year, 1, 1) <= activity.last < date(self.year, 1, 1)
            and self.progress(activity) == 100
        )

    def live_matching(self, local: LocalNeed) -> list[Activity]:
        """Section 1: the live activities that match a need."""
        return [a for a in self.live_active_at.get(local.place, []) if self.matches(a, local)]

    def fulfilling(self, local: LocalNeed) -> list[Activity]:
        """Section 1: the activities that fulfil a need."""
        return [a for a in self.activities_at.get(local.place, []) if self.fulfils(a, local)]

    def serving(self, local: LocalNeed) -> list[Activity]:
        """The live activities that match a need and those that fulfil it. No activity is both:
        one is active in Y, the other ended before it."""
        return self.live_matching(local) + self.fulfilling(local)

    def level(self, local: LocalNeed) -> int:
        """Section 3, level: each stage requires the one before."""
        if self.fulfilling(local):
            return 4
        levels = [0]
        for activity in self.live_matching(local):
            if is_counted(activity):
                progress = self.progress(activity)
                if not self.is_funded(activity):
                    levels.append(1)
                elif progress == 0:
                    levels.append(2)
                else:
                    levels.append(4 if progress == 100 else 3)
        return max(levels)

    def supply(self, local: LocalNeed, counted_only: bool = False) -> Fraction:
        """Section 3, supply: volume shares of the serving activities."""
        return sum(
            (
                self.volume_share(activity)
                for activity in self.serving(local)
                if is_counted(activity) or not counted_only
            ),
            Fraction(0),
        )

    def score(self, local: LocalNeed) -> Fraction:
        """Section 3, score."""
        score = Fraction(self.level(local), 4)
        if local.target is not None and local.target > 0:
            score *= min(Fraction(1), self.supply(local, counted_only=True) / local.target)
        return score

    def mandated(self, local: LocalNeed) -> list[str]:
        """Section 1, mandate: the agencies with one for the need, each once."""
        return sorted(
            {
                mandate.agency
                for mandate in self.world.mandates
                if mandate.sector == local.need.sector
                and (mandate.area is None or covers(mandate.area, local.place.village))
            }
        )

    # -- section 5: gaps ----------------------------------------------------------------------

    def unmet_needs(self) -> Iterator[Finding]:
        """Section 5, ``unmet_need``."""
        for local in self.needs:
            if not self.serving(local):
                yield finding(
                    "unmet_need",
                    local.key,
                    local.need.weight,
                    0,
                    self.mandated(local),
                    [local.place],
                )

    def undersupplies(self) -> Iterator[Finding]:
        """Section 5, ``undersupply``: supply < 0.9 × target, and not an ``unmet_need``."""
        for local in self.needs:
            if local.target is None or not self.serving(local):
                continue
            if 10 * self.supply(local) < 9 * local.target:
                yield finding(
                    "undersupply",
                    local.key,
                    local.need.weight,
                    0,
                    self.mandated(local),
                    [local.place],
                )

    def about(self, kind: str, activity: Activity, severity: int, amount: int) -> Finding:
        """Section 5, whom and where: the activity's agency and places."""
        return finding(kind, activity.code, severity, amount, [activity.agency], activity.places)

    def unfunded(self) -> Iterator[Finding]:
        """Section 5, ``unfunded``."""
        if self.as_of < date(self.year, 1, 1):
            return
        weights: dict[str, int] = {}
        for local in self.needs:
            for activity in self.live_matching(local):
                weights[activity.code] = max(weights.get(activity.code, 0), local.need.weight)
        for activity in self.live_active:
            if is_counted(activity) and not self.is_funded(activity):
                severity = weights.get(activity.code, 3)
                yield self.about("unfunded", activity, severity, self.effective_budget(activity))

    def unplanned_budgets(self) -> Iterator[Finding]:
        """Section 5, ``unplanned_budget``: of activities of any status."""
        for activity in self.world.activities.values():
            planned = is_counted(activity) and is_active(activity, self.year)
            if self.is_funded(activity) and not planned:
                yield self.about("unplanned_budget", activity, 4, self.effective_budget(activity))

    def budget_drops(self) -> Iterator[Finding]:
        """Section 5, ``budget_drop``: against all lines of the earliest stage present in Y."""
        for activity in self.live_active:
            lines = self.lines_of.get(activity.code, [])
            if not lines:
                continue
            earliest = min(line.stage for line in lines)
            first = sum(line.amount for line in lines if line.stage == earliest)
            drop = first - self.effective_budget(activity)
            if first > 0 and 100 * drop >= 25 * first:
                severity = 4 if 100 * drop >= 50 * first else 3
                yield self.about("budget_drop", activity, severity, drop)

    def unlocated(self) -> Iterator[Finding]:
        """Section 5, ``unlocated``."""
        for activity in self.live_active:
            if not activity.places and not self.world.outputs[activity.output].supporting:
                yield self.about("unlocated", activity, 2, self.effective_budget(activity))

    def reporting_activities(self) -> list[Activity]:
        """Sections 4 and 5: counted, active and funded in Y."""
        return [a for a in self.live_active if is_counted(a) and self.is_funded(a)]

    def due_quarters(self, activity: Activity) -> list[int]:
        """Section 4, reporting: quarters touched by the period in Y, due day before as of."""
        start, end = period(activity, self.year)
        quarters = []
        for quarter in (1, 2, 3, 4):
            first, last = quarter_bounds(self.year, quarter)
            if start <= last and end >= first and due_day(self.year, quarter) < self.as_of:
                quarters.append(quarter)
        return quarters

    def reported_quarters(self, activity: Activity) -> set[int]:
        """Section 2, reports: the quarters of Y for which one exists."""
        reports = self.reports_of.get(activity.code, [])
        return {report.quarter for report in reports if report.year == self.year}

    def unreported(self) -> Iterator[Finding]:
        """Section 5, ``unreported``: severity 1 + missing quarters."""
        for activity in self.reporting_activities():
            missing = set(self.due_quarters(activity)) - self.reported_quarters(activity)
            if missing:
                severity = 1 + len(missing)
                yield self.about("unreported", activity, severity, self.effective_budget(activity))

    def expected_progress(self, activity: Activity, quarter: int) -> Fraction:
        """Section 5, ``behind_schedule``: both the first day and q's last day are counted."""
        all_days = (activity.last - activity.first).days + 1
        elapsed = (quarter_bounds(self.year, quarter)[1] - activity.first).days + 1
        return Fraction(100 * min(max(elapsed, 0), all_days), all_days)

    def behind_schedule(self) -> Iterator[Finding]:
        """Section 5, ``behind_schedule``."""
        for activity in self.reporting_activities():
            report = self.latest_report(activity)
            if report is None:
                continue
            lag = self.expected_progress(activity, report.quarter) - report.physical
            if lag >= 25:
                amount = max(0, self.effective_budget(activity) - report.realised)
                yield self.about("behind_schedule", activity, 5 if lag >= 50 else 3, amount)

    def spent_ahead(self) -> Iterator[Finding]:
        """Section 5, ``spent_ahead``: realised ÷ effective budget · 100 − physical ≥ 25."""
        for activity in self.reporting_activities():
            report = self.latest_report(activity)
            if (
                report is None
                or activity.first.year != self.year
                or activity.last.year != self.year
            ):
                continue
            spent = Fraction(100 * report.realised, self.effective_budget(activity))
            if spent - report.physical >= 25:
                yield self.about("spent_ahead", activity, 4, report.realised)

    def missing_stakeholders(self) -> Iterator[Finding]:
        """Section 5, ``missing_stakeholder``."""
        for local in self.needs:
            serving = self.serving(local)
            if local.need.output is not None or not serving:
                continue
            present = {activity.agency for activity in serving}
            for agency in self.mandated(local):
                if agency not in present:
                    yield finding(
                        "missing_stakeholder",
                        f"{local.key}/{agency}",
                        local.need.weight,
                        0,
                        [agency],
                        [local.place],
                    )

    def is_integrated(self, commitment: Commitment) -> bool:
        """Section 1, commitment: names a planning document by type, number and date, dated on or
        before as of; section 5, ``uncommitted``: the commitment too."""
        return (
            commitment.day <= self.as_of
            and bool(commitment.document)
            and bool(commitment.number)
            and commitment.document_day is not None
            and commitment.document_day <= self.as_of
        )

    def uncommitted(self) -> Iterator[Finding]:
        """Section 5, ``uncommitted``."""
        kept = {(c.item, c.agency) for c in self.world.commitments if self.is_integrated(c)}
        for item in self.world.items.values():
            of_year = item.first_year <= self.year <= item.last_year
            if of_year and item.due < self.as_of and (item.code, item.agency) not in kept:
                yield finding("uncommitted", item.code, 3, item.amount, [item.agency], item.places)

    def is_cleared(self, activity: Activity, zone: Zone) -> bool:
        """Section 5, ``no_clearance``: every day of the period in Y lies within a clearance; one
        that ends before it begins holds no day."""
        clearances = [
            clearance
            for clearance in self.world.clearances
            if clearance.activity == activity.code and clearance.zone == zone.code
        ]
        day, end = period(activity, self.year)
        while day <= end:
            if not any(clearance.first <= day <= clearance.last for clearance in clearances):
                return False
            day += timedelta(days=1)
        return True

    def no_clearances(self) -> Iterator[Finding]:
        """Section 5, ``no_clearance``; section 1, zone: no sector named = all restricted."""
        for activity in self.live_active:
            sector = self.world.outputs[activity.output].sector
            for zone in self.world.zones.values():
                inside = activity.places & zone.places
                restricted = not zone.restricted or sector in zone.restricted
                if not inside or not restricted or activity.agency == zone.authority:
                    continue
                if not self.is_cleared(activity, zone):
                    shares = self.shares(activity)
                    yield finding(
                        "no_clearance",
                        f"{activity.code}/{zone.code}",
                        5,
                        sum(shares[place] for place in inside),
                        [activity.agency, zone.authority],
                        inside,
                    )

    def unserved_islands(self) -> Iterator[Finding]:
        """Section 5, ``unserved_island``: populated, places in the managed area, none served."""
        for island in self.world.islands.values():
            places = [place for place in self.managed_places if place.island == island.code]
            served = any(
                is_counted(activity)
                for place in places
                for activity in self.live_active_at.get(place, [])
            )
            if island.populated and places and not served:
                yield finding("unserved_island", island.code, 4, 0, [], places)

    # -- section 5: overlaps ------------------------------------------------------------------

    def agency_sums(self, members: Iterable[Activity], place: Place) -> dict[str, int]:
        """Σ members' shares at a place, by agency."""
        sums: dict[str, int] = defaultdict(int)
        for activity in members:
            sums[activity.agency] += self.shares(activity)[place]
        return sums

    def funded_agencies(self, members: Iterable[Activity]) -> set[str]:
        """The agencies that have a member funded in Y."""
        return {activity.agency for activity in members if self.is_funded(activity)}

    def same_outputs(self) -> Iterator[Finding]:
        """Section 5, ``same_output``."""
        for place, activities in self.live_active_at.items():
            groups: dict[str, list[Activity]] = defaultdict(list)
            for activity in activities:
                groups[activity.output].append(activity)
            for output, members in groups.items():
                sums = self.agency_sums(members, place)
                if self.world.outputs[output].supporting or len(sums) < 2:
                    continue
                severity = 5 if len(self.funded_agencies(members)) >= 2 else 3
                amount = sum(sums.values()) - max(sums.values())
                yield finding("same_output", f"{place}/{output}", severity, amount, sums, [place])

    def subject(self, activity: Activity, place: Place) -> frozenset[str]:
        """Section 5, subject of a title at a place."""
        if (activity.code, place) not in self._subjects:
            names = [
                self.world.areas[code].name
                for code in area_codes(place.village)
                if code in self.world.areas
            ]
            if place.island:
                names.append(self.world.islands[place.island].name)
            local = frozenset().union(*(name_words(name) for name in names))
            subject = words(activity.title) - self.stopwords - local
            self._subjects[activity.code, place] = subject
        return self._subjects[activity.code, place]

    def same_subjects(self) -> Iterator[Finding]:
        """Section 5, ``same_subject``: of different outputs, neither supporting."""
        for place, activities in self.live_active_at.items():
            members: dict[tuple[str, str], dict[str, Activity]] = defaultdict(dict)
            candidates = [a for a in activities if not self.world.outputs[a.output].supporting]
            for one, other in combinations(candidates, 2):
                if (
                    one.agency != other.agency
                    and one.output != other.output
                    and same_subject(self.subject(one, place), self.subject(other, place))
                ):
                    pair = (min(one.agency, other.agency), max(one.agency, other.agency))
                    members[pair] |= {one.code: one, other.code: other}
            for pair, found in members.items():
                both_funded = len(self.funded_agencies(found.values())) == 2
                yield finding(
                    "same_subject",
                    f"{place}/{pair[0]}/{pair[1]}",
                    4 if both_funded else 2,
                    min(self.agency_sums(found.values(), place).values()),
                    pair,
                    [place],
                )

    def oversupplies(self) -> Iterator[Finding]:
        """Section 5, ``oversupply``: supply > 1.1 × target."""
        for local in self.needs:
            if local.target is not None and 10 * self.supply(local) > 11 * local.target:
                members = self.live_matching(local)
                yield finding(
                    "oversupply",
                    local.key,
                    3,
                    sum(self.shares(activity)[local.place] for activity in members),
                    [activity.agency for activity in members],
                    [local.place],
                )

    @cached_property
    def findings(self) -> list[Finding]:
        """Section 5: all that hold now, sorted by key."""
        rules = (
            self.unmet_needs,
            self.undersupplies,
            self.unfunded,
            self.unplanned_budgets,
            self.budget_drops,
            self.unlocated,
            self.unreported,
            self.behind_schedule,
            self.spent_ahead,
            self.missing_stakeholders,
            self.uncommitted,
            self.no_clearances,
            self.unserved_islands,
            self.same_outputs,
            self.same_subjects,
            self.oversupplies,
        )
        return sorted((found for rule in rules for found in rule()), key=lambda found: found.key)

    # -- section 4: figures -------------------------------------------------------------------

    def coverage(self, needs: Sequence[LocalNeed]) -> Fraction | None:
        """Section 4, C."""
        if not needs:
            return None
        weighted = sum((local.need.weight * self.score(local) for local in needs), Fraction(0))
        return weighted / sum(local.need.weight for local in needs)

    def duplication(self, places: Collection[Place]) -> Fraction:
        """Section 4, D: accepted findings do not count."""
        inside = {str(place) for place in places}
        duplicated = sum(
            found.amount
            for found in self.findings
            if found.kind == "same_output"
            and found.places[0] in inside
            and found.key not in self.world.accepted
        )
        total = sum(
            self.shares(activity)[place]
            for place in places
            for activity in self.live_active_at.get(place, [])
        )
        return Fraction(duplicated, total) if total else Fraction(0)

    def participation(self, needs: Sequence[LocalNeed]) -> Fraction | None:
        """Section 4, P."""
        pairs = taking_part = 0
        for local in needs:
            if local.need.output is None:
                present = {activity.agency for activity in self.serving(local)}
                agencies = self.mandated(local)
                pairs += len(agencies)
                taking_part += sum(agency in present for agency in agencies)
        return Fraction(taking_part, pairs) if pairs else None

    def reporting(self, places: Collection[Place]) -> Fraction | None:
        """Section 4, R: each activity counts once per area."""
        pairs = reported = 0
        for activity in self.reporting_activities():
            if activity.places & frozenset(places):
                due = self.due_quarters(activity)
                pairs += len(due)
                reported += len(set(due) & self.reported_quarters(activity))
        return Fraction(reported, pairs) if pairs else None

    def figures(self, places: Collection[Place]) -> dict[str, float | None]:
        """Section 4: the figures of a set of places."""
        needs = [local for local in self.needs if local.place in places]
        coverage = self.coverage(needs)
        duplication = self.duplication(places)
        index = None if coverage is None else 100 * coverage * (1 - duplication)
        return {
            "index": printed(index, 1),
            "coverage": printed(coverage, 4),
            "duplication": printed(duplication, 4),
            "participation": printed(self.participation(needs), 4),
            "reporting": printed(self.reporting(places), 4),
        }

    def area_places(self) -> dict[tuple[str, str], set[Place]]:
        """Section 1: the managed places of each area, by level and code."""
        found: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for place in self.managed_places:
            for code in area_codes(place.village):
                found[LEVELS[len(code)], code].add(place)
            if place.island:
                found["island", place.island].add(place)
        return found

    def areas(self) -> list[dict[str, Any]]:
        """CONTRACT.md section 4: areas with a need of Y or a live activity active in Y."""
        concerned = {local.place for local in self.needs} | set(self.live_active_at)
        return [
            {"code": code, "level": level, **self.figures(places)}
            for (level, code), places in sorted(self.area_places().items())
            if places & concerned
        ]

    def as_json(self) -> dict[str, Any]:
        """CONTRACT.md section 4; section 6: rules, then duplication, then index."""
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "findings": [found.as_json() for found in self.findings],
            "areas": self.areas(),
        }


def judge(world: World, year: int, as_of: date) -> dict[str, Any]:
    """METHOD.md, all of it, in the shape of CONTRACT.md section 4."""
    return Judgement(world, year, as_of).as_json()


# ---------------------------------------------------------------------------------------------
# Notation of places
# ---------------------------------------------------------------------------------------------


class Refused(ValueError):
    """The input breaks the contract."""


def expand_one(
    text: str, territory: Territory, zones: dict[str, Zone] | None, managed: Sequence[str]
) -> Places:
    """Section 1, notation of places, one entry. ``zones`` is None in a zone's own list, where a
    bare area code means all places and ``#`` is not allowed."""
    if text.startswith("#"):
        if zones is None or text[1:] not in zones:
            raise Refused(f"kawasan {text}")
        return zones[text[1:]].places
    if text.startswith("@"):
        if text[1:] not in territory.islands:
            raise Refused(f"pulau {text}")
        return frozenset(place for place in territory.places if place.island == text[1:])
    if "@" in text:
        village, island = text.split("@")
        place = Place(village.strip(), "" if island.strip() == "-" else island.strip())
        if place not in territory.places:
            raise Refused(f"lokasi {text}")
        return frozenset([place])
    if text not in territory.areas:
        raise Refused(f"wilayah {text}")
    found: set[Place] = set()
    by_village: dict[str, list[Place]] = defaultdict(list)
    for place in territory.places:
        if covers(text, place.village) and is_managed(place, managed):
            by_village[place.village].append(place)
    for places in by_village.values():
        populated = [place for place in places if territory.is_populated(place)]
        found.update(places if zones is None or not populated else populated)
    return frozenset(found)


def expand(
    text: str, territory: Territory, zones: dict[str, Zone] | None, managed: Sequence[str]
) -> Places:
    """Section 1, notation of places: a list, less what lies outside the managed area; "if nothing
    is left, it is an error". An empty list is no place."""
    entries = [entry.strip() for entry in text.split(";") if entry.strip()]
    found = NOWHERE.union(*(expand_one(entry, territory, zones, managed) for entry in entries))
    inside = frozenset(place for place in found if is_managed(place, managed))
    if entries and not inside:
        raise Refused(f"tidak ada lokasi di wilayah kerja: {text}")
    return inside


# ---------------------------------------------------------------------------------------------
# Readers
# ---------------------------------------------------------------------------------------------


def read_csv(directory: Path, name: str) -> list[dict[str, str]]:
    """A CSV file of the folder, plain or gzip; none where it is missing (CONTRACT.md 2)."""
    plain, zipped = directory / name, directory / f"{name}.gz"
    if plain.exists():
        text = plain.read_text(encoding="utf-8-sig")
    elif zipped.exists():
        text = gzip.decompress(zipped.read_bytes()).decode("utf-8-sig")
    else:
        return []
    return list(csv.DictReader(io.StringIO(text)))


def read_areas(directory: Path | str) -> Territory:
    """CONTRACT.md section 2, ``load_areas``: "a village not named in it is mainland"."""
    directory = Path(directory)
    areas = {
        row["code"]: Area(row["code"], row["name"])
        for name in ("provinces.csv", "regencies.csv", "districts.csv", "villages.csv")
        for row in read_csv(directory, name)
    }
    islands = {
        row["code"]: Island(row["code"], row["name"], row["is_populated"].strip() == "1")
        for row in read_csv(directory, "islands.csv")
    }
    places = {
        Place(row["village_code"], "" if row["island_code"] == "-" else row["island_code"])
        for row in read_csv(directory, "island_villages.csv")
    }
    for place in places:
        if place.village not in areas or place.island not in ("", *islands):
            raise Refused(f"island_villages.csv: {place}")
    named = {place.village for place in places}
    places |= {
        Place(area.code)
        for area in areas.values()
        if area.level == "village" and area.code not in named
    }
    return Territory(areas, islands, frozenset(places))


class Row:
    """One row of a sheet, read by header, with CONTRACT.md section 3's forms of values."""

    def __init__(self, where: str, cells: dict[str, Any]) -> None:
        self.where = where
        self.cells = cells

    def __bool__(self) -> bool:
        return any(self.text(name) for name in self.cells)

    def refuse(self, name: str) -> Refused:
        return Refused(f"{self.where} {name}: {self.cells.get(name)!r}")

    def text(self, name: str) -> str:
        value = self.cells.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def maybe(self, name: str) -> str | None:
        return self.text(name) or None

    def list(self, name: str) -> list[str]:
        return [entry.strip() for entry in self.text(name).split(";") if entry.strip()]

    def number(self, name: str) -> Fraction:
        """Volume or percentage: a number, or text with a decimal comma or point. A float is the
        shortest decimal that stands for it: 41.67 is 4167/100."""
        text = self.text(name).replace(",", ".")
        if not re.fullmatch(r"\d+(\.\d+)?([eE][-+]?\d+)?", text):
            raise self.refuse(name)
        return Fraction(text)

    def maybe_number(self, name: str) -> Fraction | None:
        return self.number(name) if self.text(name) else None

    def whole(self, name: str) -> int:
        value = self.number(name)
        if value.denominator != 1:
            raise self.refuse(name)
        return value.numerator

    def rupiah(self, name: str) -> int:
        """Whole rupiah: a number, or text such as ``1.250.000`` or ``Rp 1.250.000,00``."""
        if not isinstance(self.cells.get(name), str):
            return self.whole(name)
        text = re.sub(r"^Rp\.?\s*", "", self.text(name), flags=re.IGNORECASE)
        if not re.fullmatch(r"(\d+|\d{1,3}(\.\d{3})+)(,0+)?", text):
            raise self.refuse(name)
        return int(text.split(",")[0].replace(".", ""))

    def day(self, name: str) -> date:
        value = self.cells.get(name)
        if isinstance(value, datetime):
            return value.date()
        try:
            return value if isinstance(value, date) else date.fromisoformat(self.text(name))
        except ValueError:
            raise self.refuse(name) from None

    def maybe_day(self, name: str) -> date | None:
        return self.day(name) if self.text(name) else None

    def one_of(self, name: str, known: Collection[str]) -> str:
        if self.text(name) not in known:
            raise self.refuse(name)
        return self.text(name)

    def maybe_one_of(self, name: str, known: Collection[str]) -> str | None:
        return self.one_of(name, known) if self.text(name) else None


def read_rows(book: Workbook, sheet: str) -> Iterator[Row]:
    """CONTRACT.md section 3: headers in row 1, empty rows skipped, missing sheets allowed."""
    if sheet not in book.sheetnames:
        return
    rows = book[sheet].iter_rows(values_only=True)
    headers = [str(cell or "").strip() for cell in next(rows, ())]
    for number, cells in enumerate(rows, start=2):
        row = Row(f"{sheet}!{number}", dict(zip(headers, cells, strict=False)))
        if row:
            yield row


def by_code(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """The rows of a sheet with their codes: unknown characters and doubled codes are refused."""
    seen: set[str] = set()
    for row in rows:
        code = row.text("Kode")
        if code in seen or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", code):
            raise row.refuse("Kode")
        seen.add(code)
        yield code, row


def read_workbook(path: Path | str, areas: Territory, managed: Sequence[str] = ("61.11",)) -> World:
    """CONTRACT.md section 3: the workbook, on a territory, for a managed area. It refuses the
    first thing that it cannot read; it is no validator."""
    book = load_workbook(path, data_only=True, read_only=True)
    world = World(areas, tuple(managed))
    _read_catalogue(book, world)
    _read_plans(book, world)
    _read_money(book, world)
    _read_promises(book, world)
    book.close()
    return world


def _read_catalogue(book: Workbook, world: World) -> None:
    """CONTRACT.md section 3: Pemangku, Bidang, Keluaran, Kewenangan, Kawasan."""
    for code, row in by_code(read_rows(book, "Pemangku")):
        world.agencies[code] = Agency(code, row.text("Nama"), row.text("Jenis"), row.maybe("Induk"))
    for code, row in by_code(read_rows(book, "Bidang")):
        world.sectors[code] = Sector(code, row.text("Nama"))
    for code, row in by_code(read_rows(book, "Keluaran")):
        world.outputs[code] = Output(
            code,
            row.one_of("Bidang", world.sectors),
            row.text("Nama"),
            row.text("Satuan"),
            row.one_of("Penunjang", ("", "ya", "tidak")) == "ya",
        )
    for row in read_rows(book, "Kewenangan"):
        world.mandates.append(
            Mandate(
                row.one_of("Pemangku", world.agencies),
                row.one_of("Bidang", world.sectors),
                row.maybe_one_of("Wilayah", world.areas),
            )
        )
    for code, row in by_code(read_rows(book, "Kawasan")):
        if not set(row.list("Bidang Terbatas")) <= set(world.sectors):
            raise row.refuse("Bidang Terbatas")
        world.zones[code] = Zone(
            code,
            row.one_of("Otoritas", world.agencies),
            frozenset(row.list("Bidang Terbatas")),
            expand(row.text("Lokasi"), world.territory, None, world.managed),
            row.text("Nama"),
            row.text("Jenis"),
        )


def _places(row: Row, world: World) -> Places:
    """Section 1, notation of places, in the sheets that may name a zone."""
    return expand(row.text("Lokasi"), world.territory, world.zones, world.managed)


def _read_plans(book: Workbook, world: World) -> None:
    """CONTRACT.md section 3: Kebutuhan, Kegiatan, Persetujuan."""
    for code, row in by_code(read_rows(book, "Kebutuhan")):
        need = Need(
            code,
            _places(row, world),
            row.one_of("Bidang", world.sectors),
            row.maybe_one_of("Keluaran", world.outputs),
            row.whole("Bobot"),
            row.maybe_number("Target"),
            row.whole("Tahun Awal"),
            row.whole("Tahun Akhir"),
        )
        other_sector = need.output and world.outputs[need.output].sector != need.sector
        if other_sector or (need.target is not None and need.output is None) or not need.places:
            raise row.refuse("Keluaran")
        world.needs[code] = need
    for code, row in by_code(read_rows(book, "Kegiatan")):
        activity = Activity(
            code,
            row.one_of("Pemangku", world.agencies),
            row.text("Judul"),
            row.one_of("Keluaran", world.outputs),
            row.number("Volume"),
            row.day("Mulai"),
            row.day("Selesai"),
            _places(row, world),
            row.one_of("Status", STATUSES),
        )
        if activity.last < activity.first:
            raise row.refuse("Selesai")
        world.activities[code] = activity
    for row in read_rows(book, "Persetujuan"):
        world.clearances.append(
            Clearance(
                row.text("Nomor"),
                row.one_of("Kegiatan", world.activities),
                row.one_of("Kawasan", world.zones),
                row.day("Berlaku Dari"),
                row.day("Berlaku Sampai"),
            )
        )


def _read_money(book: Workbook, world: World) -> None:
    """CONTRACT.md section 3: Anggaran, Realisasi."""
    for code, row in by_code(read_rows(book, "Anggaran")):
        activity = world.activities[row.one_of("Kegiatan", world.activities)]
        places = _places(row, world)
        if len(places) > 1 or not places <= activity.places:
            raise row.refuse("Lokasi")
        world.lines.append(
            Line(
                code,
                activity.code,
                row.whole("Tahun"),
                row.one_of("Sumber Dana", SOURCES),
                STAGES[row.one_of("Tahap", STAGES)],
                row.rupiah("Jumlah"),
                next(iter(places), None),
            )
        )
    for row in read_rows(book, "Realisasi"):
        report = Report(
            row.one_of("Kegiatan", world.activities),
            row.whole("Tahun"),
            row.whole("Triwulan"),
            row.number("Fisik"),
            row.rupiah("Keuangan"),
            row.day("Tanggal"),
            row.one_of("Status", ("", "draf", "dikirim")) != "draf",
        )
        if not 1 <= report.quarter <= 4 or report.physical > 100:
            raise row.refuse("Fisik")
        world.reports.append(report)


def _read_promises(book: Workbook, world: World) -> None:
    """CONTRACT.md section 3: Rencana Aksi, Komitmen."""
    for code, row in by_code(read_rows(book, "Rencana Aksi")):
        world.items[code] = Item(
            code,
            row.one_of("Pemangku", world.agencies),
            _places(row, world),
            row.whole("Tahun Awal"),
            row.whole("Tahun Akhir"),
            row.rupiah("Jumlah Indikatif"),
            row.day("Batas Komitmen"),
            row.text("Judul"),
            row.maybe_one_of("Keluaran", world.outputs),
        )
    for row in read_rows(book, "Komitmen"):
        world.commitments.append(
            Commitment(
                row.one_of("Rencana Aksi", world.items),
                row.one_of("Pemangku", world.agencies),
                row.day("Tanggal"),
                row.maybe("Dokumen"),
                row.maybe("Nomor Dokumen"),
                row.maybe_day("Tanggal Dokumen"),
            )
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge a workbook by the plain reading.")
    parser.add_argument("areas", type=Path, help="folder of areas, as load_areas reads it")
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--managed", nargs="+", default=["61.11"], metavar="CODE")
    options = parser.parse_args(arguments)
    world = read_workbook(options.workbook, read_areas(options.areas), options.managed)
    json.dump(judge(world, options.year, options.as_of), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
