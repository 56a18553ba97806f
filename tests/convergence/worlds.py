"""Small random worlds that sit on the edges of METHOD.md, and the files that hold them.

A world comes from a ``random.Random`` alone, so a seed names it. ``write_areas`` and
``write_workbook`` write it in the contract's formats, in ever different notations.

    python tests/convergence/worlds.py DIR --seeds 1-50 [--size bigger]

writes for each seed DIR/<seed>/areas/, workbook.xlsx, managed.txt (a code a line) and
expected.json, expected.1.json, … (each says its year and as of), read back from the files by the
reference, so that reader and notations are exercised too.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import Workbook

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.convergence.reference import (
    CANCELLED,
    DRAFT,
    ENACTED,
    INDICATIVE,
    NOWHERE,
    PROPOSED,
    RETURNED,
    REVISED,
    SOURCES,
    STAGES,
    SUBMITTED,
    VERIFIED,
    Activity,
    Agency,
    Area,
    Clearance,
    Commitment,
    Island,
    Item,
    Judgement,
    Line,
    Mandate,
    Need,
    Output,
    Place,
    Places,
    Refused,
    Report,
    Sector,
    Territory,
    World,
    Zone,
    due_day,
    expand,
    is_managed,
    judge,
    quarter_bounds,
    read_areas,
    read_workbook,
)

Moment = tuple[int, date]

STAGE_NAMES = {stage: name for name, stage in STAGES.items()}

# The spellings of one code: code points order them otherwise than a dictionary would.
CODE_FORMS = (
    "{p}-{n}",
    "{p}_{n}",
    "{p}.{n}",
    "{l}-{n}",
    "{p}{n}",
    "{p}-{n}a",
    "{p}-{n}A",
    "{n}.{l}",
)

VILLAGE_NAMES = (
    "Betok Jaya",
    "Padang",
    "Pelapis",
    "Sungai Mata - Mata",
    "Pulau Kumbang",
    "Tanjung Satai",
    "Riam Berasap Jaya",
    "Dusun Kecil",
    "Air Bersih",
    "Teluk Melano",
)
ISLAND_NAMES = (
    "Pulau Karimata",
    "Pulau Maya",
    "Pulau Serutu",
    "Pulau Buluh Besar",
    "Pulau Buluh Kecil",
    "Pulau Kelawar",
    "Pulau Kelawar",
    "Pulau Sumur",
)
THINGS = (
    "sumur bor",
    "sumur gali",
    "air bersih perpipaan",
    "jaringan air bersih",
    "Dermaga kayu",
    "dermaga BETON rakyat",
    "PLTS komunal",
    "lampu jalan PLTS",
    "rehabilitasi mangrove pesisir",
    "mangrove",
    "MCK komunal sekolah",
    "jalan rabat beton",
    "kapal 5 GT nelayan",
    "Café bahari",
    "KM. 2/AB",
)
VERBS = (
    "Pembangunan",
    "Pengadaan barang",
    "Belanja modal",
    "Rehabilitasi",
    "",
    "Lanjutan (tahap 2)",
)

# Near 0.9 and 1.1 times the targets.
VOLUMES = (
    "0.9",
    "0.89",
    "0.91",
    "1.1",
    "1.09",
    "1.11",
    "1",
    "1.8",
    "2.2",
    "0.45",
    "0.5",
    "3",
    "10",
)
TARGETS = ("1", "1", "2", "0.5", "3", "10", "2.5")
AMOUNTS = (0, 1, 2, 3, 7, 100, 101, 400, 1_000, 2_000_000, 4_000_000, 2_500_000_001, 900_000_000)


@dataclass(frozen=True)
class Case:
    """A world, and the moments at which it is worth judging; first the one it is made for."""

    world: World
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Size:
    villages: int
    islands: int
    agencies: int
    sectors: int
    outputs: int
    mandates: int
    needs: int
    activities: int
    zones: int
    items: int


SIZES = {
    "small": Size(4, 5, 4, 2, 5, 6, 7, 14, 2, 3),
    "bigger": Size(14, 12, 12, 6, 20, 25, 60, 300, 5, 20),
}


class Maker:
    """Makes one case. The methods are called in the order in which they stand."""

    def __init__(self, rng: random.Random, size: Size) -> None:
        self.rng = rng
        self.size = size
        self.year = rng.choice((2024, 2025, 2026, 2026, 2027, 2028))
        self.as_of = self.some_day(self.year)
        self.world = World(self.territory(), self.managed_codes())
        self.hot = [self.some_places() for _ in range(3 + size.villages // 3)]

    # -- helpers ------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def some(self, most: int) -> int:
        """A number from about half of ``most`` up to it."""
        return self.rng.randint((most + 1) // 2, most)

    def codes(self, prefix: str, count: int) -> list[str]:
        """Different codes, among them some that differ in case or separator only."""
        found: dict[str, None] = {}
        while len(found) < count:
            number = self.rng.randint(1, count)
            form = self.rng.choice(CODE_FORMS) if self.chance(60) else "{p}-{n:02}"
            found[form.format(p=prefix, l=prefix.lower(), n=number)] = None
        return list(found)

    def some_day(self, year: int) -> date:
        """A day that a rule may turn on."""
        edges = [
            date(year, 1, 1),
            date(year - 1, 12, 31),
            date(year, 12, 31),
            date(year + 1, 6, 30),
        ]
        for quarter in (1, 2, 3, 4):
            due = due_day(year, quarter)
            edges += [due, due + timedelta(days=1), due + timedelta(days=1)]
        edges += [date(year, 1, 1) + timedelta(days=self.rng.randrange(450)) for _ in range(8)]
        return self.rng.choice(edges)

    def near(self, day: date) -> date:
        return day + timedelta(days=self.rng.choice((-40, -1, 0, 0, 1, 1, 30)))

    # -- territory ----------------------------------------------------------------------------

    def territory(self) -> Territory:
        """Two regencies, of which one is managed; islands of several villages and of none."""
        areas = [
            Area("61", "KALIMANTAN BARAT"),
            Area("61.11", "KABUPATEN KAYONG UTARA"),
            Area("61.04", "KABUPATEN KETAPANG"),
            Area("61.11.01", "Sukadana"),
            Area("61.11.06", "Kepulauan Karimata"),
            Area("61.04.02", "Matan Hilir"),
            Area("61.04.02.2001", "Sungai Awan"),
        ]
        islands: list[Island] = []
        for number in range(1, self.some(self.size.islands) + 2):
            name = self.rng.choice(ISLAND_NAMES)
            islands.append(Island(f"61.11.4000{number}"[-11:], name, self.chance(60)))
        islands = [replace(i, code=f"61.11.{40000 + n}") for n, i in enumerate(islands, start=1)]
        places: set[Place] = {Place("61.04.02.2001")}
        if self.chance(30):
            places.add(Place("61.04.02.2001", islands[0].code))
        for number in range(1, max(2, self.some(self.size.villages)) + 1):
            district = self.rng.choice(("61.11.01", "61.11.06"))
            code = f"{district}.{self.rng.choice((1000, 2000, 2000)) + number}"
            areas.append(Area(code, self.rng.choice(VILLAGE_NAMES)))
            shore = self.rng.sample(islands, min(len(islands), self.rng.choice((0, 1, 2, 2, 3))))
            if self.chance(20):  # a village without a populated place
                shore = [island for island in islands if not island.populated][:2]
            elif district == "61.11.01" or not shore:
                places.add(Place(code))
            places.update(Place(code, island.code) for island in shore)
            if not shore:
                places.add(Place(code))
        return Territory(
            {a.code: a for a in areas}, {i.code: i for i in islands}, frozenset(places)
        )

    def managed_codes(self) -> tuple[str, ...]:
        return self.rng.choice((("61.11",), ("61.11",), ("61.11", "61.11.06"), ("61",)))

    def some_places(self, zone: bool = False) -> Places:
        """Places as somebody would write them down; never none."""
        world = self.world
        managed = sorted(p for p in world.places if is_managed(p, world.managed))
        entries = [str(place) for place in managed] * 2
        entries += [code for code in world.areas if len(code) == 13] * 2
        entries += [code for code in world.areas if len(code) in (5, 8)]
        entries += [f"@{code}" for code in world.islands]
        if not zone:
            entries += [f"#{code}" for code in world.zones]
        while True:
            text = "; ".join(self.rng.choices(entries, k=self.rng.choice((1, 1, 1, 2, 3))))
            try:
                return expand(text, world.territory, None if zone else world.zones, world.managed)
            except Refused:
                continue

    def hot_places(self) -> Places:
        """Mostly the same few places, so that records meet."""
        return self.rng.choice(self.hot) if self.chance(85) else self.some_places()

    # -- catalogue, mandates, zones -----------------------------------------------------------

    def catalogue(self) -> None:
        world, rng = self.world, self.rng
        kinds = ("pemda", "provinsi", "kementerian", "upt_pusat", "desa", "mitra")
        codes = self.codes("OPD", max(2, self.some(self.size.agencies)))
        for code in codes:
            parent = codes[0] if code != codes[0] and self.chance(30) else None
            world.agencies[code] = Agency(code, f"Instansi {code}", rng.choice(kinds), parent)
        for code in self.codes("BD", max(2, self.some(self.size.sectors))):
            world.sectors[code] = Sector(code, f"Bidang {code}")
        for number, code in enumerate(self.codes("KL", max(3, self.some(self.size.outputs)))):
            sector = rng.choice(list(world.sectors))
            supporting = number > 1 and self.chance(35)
            world.outputs[code] = Output(code, sector, f"Keluaran {code}", "unit", supporting)
        areas = [None, None, "61", "61.11", "61.11.06", "61.04"]
        areas += [code for code in world.areas if len(code) == 13][:2]
        for _ in range(self.some(self.size.mandates)):
            mandate = Mandate(
                rng.choice(list(world.agencies)), rng.choice(list(world.sectors)), rng.choice(areas)
            )
            if mandate not in world.mandates:
                world.mandates.append(mandate)

    def zones(self) -> None:
        world, rng = self.world, self.rng
        for code in self.codes("KW", rng.randint(0, self.size.zones)):
            sectors = rng.sample(list(world.sectors), rng.choice((0, 1, 1)))
            authority = rng.choice(list(world.agencies))
            world.zones[code] = Zone(
                code, authority, frozenset(sectors), self.some_places(zone=True), f"Kawasan {code}"
            )
        if world.zones and self.chance(50):
            self.hot.append(rng.choice(list(world.zones.values())).places)

    # -- activities ---------------------------------------------------------------------------

    def days(self) -> tuple[date, date]:
        """First and last day of an activity."""
        year, rng = self.year, self.rng
        start = date(year, 1, 1) + timedelta(days=rng.randrange(300))
        patterns: list[Callable[[], tuple[date, date]]] = [
            lambda: (date(year, 1, 1), date(year, 12, 31)),
            lambda: (start, start + timedelta(days=rng.choice((99, 49, 199, 24, 0)))),
            lambda: (start, start + timedelta(days=rng.choice((99, 39, 79, 124)))),
            lambda: (start, date(year, 12, 31)),
            lambda: (date(year, 4, 1), date(year, 11, 30)),
            lambda: (date(year - 1, rng.randint(2, 12), 15), date(year - 1, 12, 31)),
            lambda: (date(year - 1, rng.randint(1, 5), 1), date(year - 1, 6, 30)),
            lambda: (date(year - 2, 3, 1), date(year - rng.choice((1, 2)), 5, 31)),
            lambda: (date(year - 1, 10, 1), date(year, 1, 1)),
            lambda: (date(year - 1, 7, 1), date(year, rng.randint(3, 9), 28)),
            lambda: (date(year, 12, 31), date(year + 1, 3, 31)),
            lambda: (date(year - 1, 11, 1), date(year + 1, 2, 1)),
            lambda: (date(year + 1, 1, 1), date(year + 1, 8, 8)),
        ]
        if year % 4 == 0:
            patterns.append(lambda: (date(year, 2, 29), date(year, 6, 7)))
        return rng.choice(patterns)()

    def title(self, places: Places) -> str:
        """A verb, a thing, sometimes the name of a place, apart or in one word."""
        rng = self.rng
        parts = [rng.choice(VERBS), rng.choice(THINGS)]
        if places and self.chance(75):
            place = rng.choice(sorted(places))
            name = self.world.areas[place.village].name
            if place.island and self.chance(50):
                name = self.world.islands[place.island].name
            if self.chance(45) and "-" not in name:
                name = name.replace(" ", "")
            parts.append(rng.choice(("Desa {}", "di {}", "{}", "dan {}")).format(name))
        title = " ".join(part for part in parts if part)
        return title.upper() if self.chance(15) else title

    def activities(self) -> None:
        world, rng = self.world, self.rng
        statuses = [VERIFIED] * 11 + [SUBMITTED] * 5 + [DRAFT, RETURNED, CANCELLED]
        for code in self.codes("KG", self.some(self.size.activities)):
            places = NOWHERE if self.chance(10) else self.hot_places()
            first, last = self.days()
            volume = Fraction(rng.choice(VOLUMES))
            if places and self.chance(60):
                volume *= len(places)
            world.activities[code] = Activity(
                code,
                rng.choice(list(world.agencies)),
                self.title(places),
                rng.choice(list(world.outputs)),
                volume,
                first,
                last,
                places,
                rng.choice(statuses),
            )

    def clearances(self) -> None:
        """Adjacent, overlapping, gapped, too short, and one that ends before it begins."""
        rng, day = self.rng, timedelta(days=1)
        for number, activity in enumerate(self.world.activities.values()):
            for zone in self.world.zones.values():
                if not activity.places & zone.places or self.chance(35):
                    continue
                first = max(activity.first, date(self.year, 1, 1) + rng.choice((-1, 0, 0, 1)) * day)
                last = min(activity.last, date(self.year, 12, 31) + rng.choice((-1, 0, 0, 1)) * day)
                middle = first + rng.randint(0, max(0, (last - first).days)) * day
                if self.chance(25):
                    middle = max(first, min(last, date(self.year, 2, 28)))
                gap = rng.choice((-5, 0, 1, 1, 1, 2, 2)) * day
                spans = [(first, middle), (middle + gap, last)]
                if self.chance(20):
                    spans.append((middle, first))
                if self.chance(40):
                    spans = [(first + rng.choice((-3, 0, 0, 0, 1)) * day, last)]
                rng.shuffle(spans)
                for part, (begin, end) in enumerate(spans):
                    sk = f"SK-{number}/{part}/{self.year}"
                    self.world.clearances.append(
                        Clearance(sk, activity.code, zone.code, begin, end)
                    )

    # -- money --------------------------------------------------------------------------------

    def add_line(self, activity: Activity, year: int, source: str, stage: int, amount: int) -> None:
        """One line, or the same amount in two; some name a place."""
        parts = [amount]
        if amount > 1 and self.chance(20):
            parts = [amount // 3, amount - amount // 3]
        for part in parts:
            place = None
            if activity.places and self.chance(15):
                place = self.rng.choice(sorted(activity.places))
            code = f"AG{self.rng.choice('-_.')}{len(self.world.lines) + 1:04}"
            self.world.lines.append(Line(code, activity.code, year, source, stage, part, place))

    def lines(self) -> None:
        """Sources whose stages rise, some dropped, some at zero, drops around 25 and 50 %."""
        rng = self.rng
        for activity in self.world.activities.values():
            sources = rng.sample(SOURCES, rng.choice((0, 1, 1, 1, 2, 2, 3)))
            for source in sources:
                stages = rng.choice(
                    (
                        (INDICATIVE,),
                        (PROPOSED,),
                        (ENACTED,),
                        (REVISED,),
                        (INDICATIVE, PROPOSED),
                        (PROPOSED, ENACTED),
                        (INDICATIVE, PROPOSED, ENACTED),
                        (INDICATIVE, ENACTED, REVISED),
                        (ENACTED, REVISED),
                    )
                )
                year = self.year if self.chance(88) else self.year + rng.choice((-1, 1))
                amount = rng.choice(AMOUNTS)
                for stage in stages:
                    self.add_line(activity, year, source, stage, amount)
                    amount = rng.choice(
                        (
                            amount,
                            amount * 3 // 4,
                            amount * 3 // 4 + 1,
                            amount // 2,
                            amount // 2 + 1,
                            amount * 2,
                            0,
                        )
                    )

    # -- reports ------------------------------------------------------------------------------

    def physical(
        self, judgement: Judgement, activity: Activity, quarter: int, year: int
    ) -> Fraction:
        """Around the lags of 25 and 50 points, in hundredths; often 0 or 100."""
        rng = self.rng
        if activity.last < date(self.year, 1, 1) and self.chance(50):
            return Fraction(100)
        if year == self.year and self.chance(60):
            aim = judgement.expected_progress(activity, quarter) - rng.choice((25, 25, 50))
            hundredths = (100 * aim).__floor__() + rng.choice((-1, 0, 0, 1, 10))
            return Fraction(min(max(hundredths, 0), 10000), 100)
        return Fraction(rng.choice(("0", "0", "100", "100", "100", "40", "12.5", "99.99", "0.01")))

    def realised(self, judgement: Judgement, activity: Activity, physical: Fraction) -> int:
        """Around 25 points ahead of the physical progress; sometimes more than the budget."""
        budget = judgement.effective_budget(activity)
        aim = (Fraction(budget) * (physical + 25) / 100).__ceil__() + self.rng.choice((-1, 0, 0, 1))
        return max(0, self.rng.choice((aim, aim, aim, budget, budget + 5, 0, budget // 3)))

    def report_day(self, year: int, quarter: int) -> date:
        """In time, late, or about the day of judgement; never before the quarter begins."""
        first, last = quarter_bounds(year, quarter)
        day = last + timedelta(days=self.rng.choice((1, 5, 15, 16, 40)))
        return max(first, self.near(self.as_of)) if self.chance(20) else day

    def reports(self) -> None:
        judgement = Judgement(self.world, self.year, self.as_of)
        for activity in self.world.activities.values():
            if self.chance(20):
                continue
            for year in (self.year - 1, self.year, self.year + 1):
                if year < activity.first.year or (year > self.year and self.chance(80)):
                    continue
                for quarter in self.rng.sample((1, 2, 3, 4), self.rng.randint(0, 3)):
                    physical = self.physical(judgement, activity, quarter, year)
                    self.world.reports.append(
                        Report(
                            activity.code,
                            year,
                            quarter,
                            physical,
                            self.realised(judgement, activity, physical),
                            self.report_day(year, quarter),
                            not self.chance(10),
                        )
                    )

    # -- needs --------------------------------------------------------------------------------

    def needs(self) -> None:
        """After activities and reports, so that targets can be laid at the edges of a supply."""
        world, rng = self.world, self.rng
        useful = [output for output in world.outputs.values() if not output.supporting]
        for code in self.codes("KB", self.some(self.size.needs)):
            output = rng.choice(useful)
            named = self.chance(55)
            places = self.hot_places()
            first = self.year - rng.choice((0, 0, 1, 1, 2, -1))
            target = Fraction(rng.choice(TARGETS)) * rng.choice((1, len(places)))
            world.needs[code] = Need(
                code,
                places,
                output.sector,
                output.code if named else None,
                rng.randint(1, 5),
                target if named and self.chance(75) else None,
                first,
                max(first, self.year + rng.choice((0, 0, 1, 3, -1))),
            )
        judgement = Judgement(world, self.year, self.as_of)
        supplies: dict[str, list[Fraction]] = {}
        for local in judgement.needs:
            if local.target is not None:
                supplies.setdefault(local.need.code, []).append(judgement.supply(local))
        for code, found in supplies.items():
            supply = rng.choice(found) * len(found)
            edges = [100 * supply * factor for factor in (Fraction(10, 9), Fraction(10, 11), 1, 2)]
            exact = [edge for edge in edges[:2] if edge.denominator == 1]
            if supply > 0 and self.chance(70):
                hundredths = rng.choice(exact * 3 + edges).__floor__() + rng.choice(
                    (0, 0, 0, 1, -1)
                )
                target = Fraction(max(1, hundredths), 100)
                world.needs[code] = replace(world.needs[code], target=target)

    # -- action plan --------------------------------------------------------------------------

    def promises(self) -> None:
        """Items and commitments, dated around the day of judgement."""
        world, rng = self.world, self.rng
        agencies = list(world.agencies)
        for code in self.codes("RA", rng.randint(1, self.size.items)):
            first = self.year - rng.choice((0, 1, 2, -1))
            last = max(first, self.year + rng.choice((-1, 0, 0, 2)))
            due = self.near(self.as_of - timedelta(days=1))
            item = Item(
                code,
                rng.choice(agencies),
                self.hot_places(),
                first,
                last,
                rng.choice(AMOUNTS),
                due,
                f"Butir {code}",
                rng.choice((None, *world.outputs)),
            )
            world.items[code] = item
            for number in range(rng.choice((0, 1, 1, 2))):
                commitment = Commitment(
                    code,
                    item.agency if self.chance(75) else rng.choice(agencies),
                    self.near(self.as_of - timedelta(days=20 * rng.randrange(2))),
                    "RKPD",
                    f"{number}/{self.year}",
                    self.near(self.as_of - timedelta(days=20 * rng.randrange(2))),
                )
                world.commitments.append(
                    rng.choice(
                        (
                            *[commitment] * 4,
                            replace(commitment, document=None),
                            replace(commitment, number=None),
                            replace(commitment, document_day=None),
                        )
                    )
                )

    def case(self) -> Case:
        self.catalogue()
        self.zones()
        self.activities()
        self.clearances()
        self.lines()
        self.reports()
        self.needs()
        self.promises()
        other = self.year + self.rng.choice((-1, 1))
        moments = (
            (self.year, self.as_of),
            (self.year, self.some_day(self.year)),
            (other, self.some_day(other)),
        )
        return Case(self.world, moments)


def make_case(rng: random.Random, size: str = "small") -> Case:
    """A world and the moments at which to judge it; ``size`` is a key of ``SIZES``."""
    return Maker(rng, SIZES[size]).case()


def make_world(rng: random.Random, size: str = "small") -> World:
    """A world alone; its years lie between 2022 and 2030."""
    return make_case(rng, size).world


# ---------------------------------------------------------------------------------------------
# Writing areas
# ---------------------------------------------------------------------------------------------


def write_areas(world: World, directory: Path | str, rng: random.Random | None = None) -> None:
    """The folder that ``load_areas`` reads, plain or gzip."""
    rng = rng or random.Random(0)
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    parents = (
        ("provinces", 2, None),
        ("regencies", 5, "province_code"),
        ("districts", 8, "regency_code"),
        ("villages", 13, "district_code"),
    )
    for name, length, parent in parents:
        header = ["code", *([parent] if parent else []), "name"]
        rows = [
            [area.code, *([area.code.rpartition(".")[0]] if parent else []), area.name]
            for area in sorted(world.areas.values(), key=lambda area: area.code)
            if len(area.code) == length
        ]
        _write_csv(directory / f"{name}.csv", header, rows, rng)
    islands = [
        [
            island.code,
            island.code[:5],
            "01°36'18.00\" S 108°53'48.99\" E",
            populated,
            "0",
            island.name,
        ]
        for island in world.islands.values()
        for populated in ("1" if island.populated else "0",)
    ]
    header = ["code", "regency_code", "coordinate", "is_populated", "is_outermost_small", "name"]
    _write_csv(directory / "islands.csv", header, islands, rng)
    by_village: dict[str, list[Place]] = {}
    for place in sorted(world.places):
        by_village.setdefault(place.village, []).append(place)
    pairs = [
        [place.village, place.island or "-"]
        for village, places in by_village.items()
        if places != [Place(village)] or rng.random() < 0.5
        for place in places
    ]
    _write_csv(directory / "island_villages.csv", ["village_code", "island_code"], pairs, rng)


def _write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], rng: random.Random
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode()
    if rng.random() < 0.2:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, mtime=0))
    else:
        path.write_bytes(content)


# ---------------------------------------------------------------------------------------------
# Writing workbooks
# ---------------------------------------------------------------------------------------------


class Notation:
    """One writer's habits: which of the contract's forms a value takes is left to chance."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        self.outside = [
            code
            for code in sorted(world.areas)
            if not any(code.startswith(m) or m.startswith(code) for m in world.managed)
        ]

    def expand(self, text: str, zone: bool) -> Places:
        """What an entry stands for; nothing where it would be refused."""
        zones = None if zone else self.world.zones
        try:
            return expand(text, self.world.territory, zones, self.world.managed)
        except Refused:
            return NOWHERE

    def places(self, places: Places, zone: bool = False) -> str | None:
        """Some list of the notation that stands for exactly these places."""
        if not places:
            return None
        shorthands = list(self.world.areas) + [f"@{code}" for code in self.world.islands]
        if not zone:
            shorthands += [f"#{code}" for code in self.world.zones]
        self.rng.shuffle(shorthands)
        entries: list[str] = []
        left = places
        for text in shorthands:
            meant = self.expand(text, zone)
            useful = self.rng.random() < (0.8 if meant & left else 0.05)
            if meant and meant <= places and useful:
                entries.append(text)
                left -= meant
        entries += [str(place) for place in sorted(left)]
        if self.outside and self.rng.random() < 0.1:
            entries.append(self.rng.choice(self.outside))
        self.rng.shuffle(entries)
        return self.rng.choice(("; ", ";", " ; ")).join(entries)

    def rupiah(self, amount: int) -> int | str:
        points = f"{amount:,}".replace(",", ".")
        forms = (
            amount,
            amount,
            amount,
            amount,
            points,
            f"Rp {points},00",
            f"Rp {points}",
            str(amount),
        )
        return self.rng.choice(forms)

    def number(self, value: Fraction | None) -> int | float | str | None:
        if value is None:
            return None
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(decimal) != value:
            raise ValueError(f"{value} is no decimal")
        text = f"{decimal:f}"
        plain = float(text) if value.denominator != 1 else value.numerator
        padded = text + ("0" if "." in text else ".0")
        return self.rng.choice((plain, plain, text, text.replace(".", ","), padded))

    def day(self, day: date | None) -> date | str | None:
        if day is None:
            return None
        as_datetime = datetime(day.year, day.month, day.day)
        return self.rng.choice((as_datetime, as_datetime, day, day.isoformat()))


def write_workbook(world: World, path: Path | str, rng: random.Random | None = None) -> None:
    """CONTRACT.md section 3. The same ``rng`` state gives the same workbook."""
    rng = rng or random.Random(0)
    book = Workbook()
    sheets = list(_sheets(world, Notation(world, rng), rng).items())
    rng.shuffle(sheets)
    for name, rows in sheets:
        if rows:
            _write_sheet(book, name, rows, rng)
    if len(book.sheetnames) > 1:
        book.remove(book[book.sheetnames[0]])
    book.save(path)


def _write_sheet(book: Workbook, name: str, rows: list[dict[str, Any]], rng: random.Random) -> None:
    """Columns in any order; those that are empty throughout may be missing; empty rows between."""
    columns = [c for c in rows[0] if rng.random() < 0.5 or any(row[c] is not None for row in rows)]
    rng.shuffle(columns)
    sheet = book.create_sheet(name)
    sheet.append([*columns, "Catatan"] if rng.random() < 0.1 else columns)
    rng.shuffle(rows)
    for row in rows:
        if rng.random() < 0.03:
            sheet.append([None])
        sheet.append([row[column] for column in columns])


def _sheets(
    world: World, notation: Notation, rng: random.Random
) -> dict[str, list[dict[str, Any]]]:
    """The records of every sheet."""
    items = [None, *world.items]
    sheets: dict[str, list[dict[str, Any]]] = {
        "Pemangku": [
            {"Kode": a.code, "Nama": a.name, "Jenis": a.kind, "Induk": a.parent}
            for a in world.agencies.values()
        ],
        "Bidang": [{"Kode": s.code, "Nama": s.name} for s in world.sectors.values()],
        "Keluaran": [
            {
                "Kode": output.code,
                "Nama": output.name,
                "Bidang": output.sector,
                "Satuan": output.unit,
                "Penunjang": "ya" if output.supporting else rng.choice((None, "tidak")),
            }
            for output in world.outputs.values()
        ],
        "Kewenangan": [
            {"Pemangku": m.agency, "Bidang": m.sector, "Wilayah": m.area} for m in world.mandates
        ],
        "Kawasan": [
            {
                "Kode": zone.code,
                "Nama": zone.name,
                "Jenis": zone.kind,
                "Otoritas": zone.authority,
                "Bidang Terbatas": "; ".join(sorted(zone.restricted)) or None,
                "Lokasi": notation.places(zone.places, zone=True),
            }
            for zone in world.zones.values()
        ],
        "Kebutuhan": [
            {
                "Kode": need.code,
                "Lokasi": notation.places(need.places),
                "Bidang": need.sector,
                "Keluaran": need.output,
                "Bobot": need.weight,
                "Target": notation.number(need.target),
                "Tahun Awal": need.first_year,
                "Tahun Akhir": need.last_year,
                "Keterangan": None,
            }
            for need in world.needs.values()
        ],
        "Kegiatan": [
            {
                "Kode": activity.code,
                "Pemangku": activity.agency,
                "Judul": activity.title,
                "Keluaran": activity.output,
                "Volume": notation.number(activity.volume),
                "Mulai": notation.day(activity.first),
                "Selesai": notation.day(activity.last),
                "Lokasi": notation.places(activity.places),
                "Status": activity.status,
                "Program": rng.choice((None, "Program A")),
                "Rencana Aksi": rng.choice(items),
                "Sistem Asal": "SIPD" if number % 3 == 0 else None,
                "Kode Asal": f"{number:05}" if number % 3 == 0 else None,
            }
            for number, activity in enumerate(world.activities.values())
        ],
        "Anggaran": [
            {
                "Kode": line.code,
                "Kegiatan": line.activity,
                "Tahun": line.year,
                "Sumber Dana": line.source,
                "Tahap": STAGE_NAMES[line.stage],
                "Jumlah": notation.rupiah(line.amount),
                "Lokasi": None if line.place is None else str(line.place),
            }
            for line in world.lines
        ],
        "Realisasi": [
            {
                "Kegiatan": report.activity,
                "Tahun": report.year,
                "Triwulan": report.quarter,
                "Fisik": notation.number(report.physical),
                "Keuangan": notation.rupiah(report.realised),
                "Tanggal": notation.day(report.day),
                "Status": rng.choice((None, "dikirim")) if report.submitted else "draf",
            }
            for report in world.reports
        ],
        "Persetujuan": [
            {
                "Nomor": clearance.number,
                "Kegiatan": clearance.activity,
                "Kawasan": clearance.zone,
                "Berlaku Dari": notation.day(clearance.first),
                "Berlaku Sampai": notation.day(clearance.last),
            }
            for clearance in world.clearances
        ],
        "Rencana Aksi": [
            {
                "Kode": item.code,
                "Judul": item.title,
                "Pemangku": item.agency,
                "Keluaran": item.output,
                "Lokasi": notation.places(item.places),
                "Tahun Awal": item.first_year,
                "Tahun Akhir": item.last_year,
                "Jumlah Indikatif": notation.rupiah(item.amount),
                "Batas Komitmen": notation.day(item.due),
            }
            for item in world.items.values()
        ],
        "Komitmen": [
            {
                "Rencana Aksi": commitment.item,
                "Pemangku": commitment.agency,
                "Tanggal": notation.day(commitment.day),
                "Dokumen": commitment.document,
                "Nomor Dokumen": commitment.number,
                "Tanggal Dokumen": notation.day(commitment.document_day),
            }
            for commitment in world.commitments
        ],
    }
    return sheets


def write_case(case: Case, directory: Path, rng: random.Random) -> None:
    """Areas, workbook, managed codes, and what the reference reads in them at each moment."""
    directory.mkdir(parents=True, exist_ok=True)
    write_areas(case.world, directory / "areas", rng)
    write_workbook(case.world, directory / "workbook.xlsx", rng)
    (directory / "managed.txt").write_text("\n".join(case.world.managed) + "\n", encoding="utf-8")
    territory = read_areas(directory / "areas")
    world = read_workbook(directory / "workbook.xlsx", territory, case.world.managed)
    for number, (year, as_of) in enumerate(case.moments):
        result = judge(world, year, as_of)
        if result != judge(case.world, year, as_of):
            raise AssertionError(f"{directory}: the files do not hold the world")
        name = f"expected.{number}.json" if number else "expected.json"
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (directory / name).write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write random worlds and their judgements.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seeds", required=True, help="one seed, or A-B, both included")
    parser.add_argument("--size", choices=SIZES, default="small")
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("-")
    for seed in range(int(first), int(last or first) + 1):
        rng = random.Random(seed)
        write_case(make_case(rng, options.size), options.directory / str(seed), rng)
    return 0


if __name__ == "__main__":
    sys.exit(main())
