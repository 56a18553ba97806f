"""The plain reading of METHOD.md against the given examples, and every rule at its edge."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.convergence.reference import (
    CANCELLED,
    DRAFT,
    ENACTED,
    INDICATIVE,
    NOWHERE,
    PROPOSED,
    REVISED,
    ROOT,
    SUBMITTED,
    VERIFIED,
    Activity,
    Agency,
    Area,
    Clearance,
    Commitment,
    Finding,
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
    judge,
    name_words,
    printed,
    quarter_bounds,
    read_areas,
    read_workbook,
    same_subject,
    split_equally,
    split_in_proportion,
    words,
)
from tests.convergence.worlds import make_case, write_case

SHARED = ROOT / ".." / "shared" / "data"

YEAR = 2026
AS_OF = date(2026, 8, 1)
KARIMATA = Place("61.11.06.2002", "61.11.40034")
BARE_ROCK = Place("61.11.06.2002", "61.11.40040")
PADANG = Place("61.11.06.2003", "61.11.40034")
SUTERA = Place("61.11.01.2001")
ROCK_VILLAGE = Place("61.11.06.2009", "61.11.40040")
NEIGHBOUR = Place("61.04.01.2001")
BOTH = frozenset([SUTERA, KARIMATA])

TERRITORY = Territory(
    {
        code: Area(code, name)
        for code, name in (
            ("61", "KALIMANTAN BARAT"),
            ("61.04", "KABUPATEN KETAPANG"),
            ("61.04.01", "Matan"),
            ("61.04.01.2001", "Sungai Awan"),
            ("61.11", "KABUPATEN KAYONG UTARA"),
            ("61.11.01", "Sukadana"),
            ("61.11.01.2001", "Sutera"),
            ("61.11.06", "Kepulauan Karimata"),
            ("61.11.06.2002", "Betok Jaya"),
            ("61.11.06.2003", "Padang"),
            ("61.11.06.2009", "Karang"),
        )
    },
    {
        "61.11.40034": Island("61.11.40034", "Pulau Karimata", True),
        "61.11.40040": Island("61.11.40040", "Pulau Kepayang", False),
        "61.11.40099": Island("61.11.40099", "Pulau Burung", True),
    },
    frozenset([KARIMATA, BARE_ROCK, PADANG, SUTERA, ROCK_VILLAGE, NEIGHBOUR]),
)
OUTPUTS = (
    Output("AIR-01", "AIR"),
    Output("AIR-02", "AIR"),
    Output("AIR-09", "AIR", supporting=True),
    Output("ENR-01", "ENR"),
)


def activity(code: str = "A", **changes: Any) -> Activity:
    """A verified activity from April to November at Karimata."""
    plain = Activity(
        code,
        "DPUPR",
        "Air bersih perpipaan",
        "AIR-01",
        Fraction(10),
        date(2026, 4, 1),
        date(2026, 11, 30),
        frozenset([KARIMATA]),
        VERIFIED,
    )
    return replace(plain, **changes)


def need(code: str = "N", **changes: Any) -> Need:
    plain = Need(code, frozenset([KARIMATA]), "AIR", None, 5, None, 2025, 2027)
    return replace(plain, **changes)


def line(amount: int, stage: int = ENACTED, source: str = "apbn", **changes: Any) -> Line:
    return replace(Line("L", "A", YEAR, source, stage, amount), **changes)


def report(physical: str, quarter: int = 2, realised: int = 0, **changes: Any) -> Report:
    plain = Report("A", YEAR, quarter, Fraction(physical), realised, date(2026, 7, 10))
    return replace(plain, **changes)


def world(*records: Any) -> World:
    """The fixed cast, with these records."""
    found = World(TERRITORY, ("61.11",))
    found.agencies = {code: Agency(code) for code in ("BPPW", "BKSDA", "DPUPR", "ESDM")}
    found.sectors = {code: Sector(code) for code in ("AIR", "ENR")}
    found.outputs = {output.code: output for output in OUTPUTS}
    by_code: dict[type, dict[str, Any]] = {
        Need: found.needs,
        Activity: found.activities,
        Zone: found.zones,
        Item: found.items,
    }
    in_list: dict[type, list[Any]] = {
        Mandate: found.mandates,
        Line: found.lines,
        Report: found.reports,
        Clearance: found.clearances,
        Commitment: found.commitments,
    }
    for record in records:
        if type(record) in in_list:
            in_list[type(record)].append(record)
        else:
            by_code[type(record)][record.code] = record
    return found


def of_kind(kind: str, found: Iterable[Finding]) -> dict[str, Finding]:
    return {one.key.partition("/")[2]: one for one in found if one.kind == kind}


def findings(kind: str, *records: Any, as_of: date = AS_OF) -> dict[str, Finding]:
    """The findings of one kind by their key without the kind."""
    return of_kind(kind, Judgement(world(*records), YEAR, as_of).findings)


def severities(kind: str, *records: Any, as_of: date = AS_OF) -> list[int]:
    return [found.severity for found in findings(kind, *records, as_of=as_of).values()]


# -- the given examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("areas", "workbook", "expected", "managed"),
    [
        ("kayong_utara", "example.xlsx", "example.expected.json", "61.11"),
        (
            "kab_bandung",
            "kab_bandung/procurement_2025.xlsx",
            "kab_bandung/procurement_2025.expected.json",
            "32.04",
        ),
    ],
)
def test_given_workbooks(areas: str, workbook: str, expected: str, managed: str) -> None:
    if not (SHARED / workbook).exists():
        pytest.skip(f"{SHARED / workbook} is not here")
    wanted = json.loads((SHARED / expected).read_text(encoding="utf-8"))
    read = read_workbook(SHARED / workbook, read_areas(SHARED / areas), [managed])
    assert judge(read, wanted["year"], date.fromisoformat(wanted["as_of"])) == wanted


def test_worked_example() -> None:
    """METHOD.md, section 7."""
    given = world(
        need("AIR", weight=5),
        need("ENR", weight=3, sector="ENR"),
        need("TRP", weight=2, sector="TRP"),
        activity(),
        line(900_000_000),
        report("40"),
        activity("PLTS", agency="ESDM", output="ENR-01", title="PLTS komunal"),
        activity("B", agency="BPPW", status=SUBMITTED),
        line(300_000_000, PROPOSED, activity="B"),
    )
    result = judge(given, YEAR, AS_OF)
    assert [(f["key"], f["severity"], f["amount"]) for f in result["findings"]] == [
        (f"same_output/{KARIMATA}/AIR-01", 3, 300_000_000),
        ("unfunded/PLTS", 3, 0),
        (f"unmet_need/TRP/{KARIMATA}", 2, 0),
    ]
    codes = ["61.11.06", "61.11.40034", "61", "61.11", "61.11.06.2002"]
    levels = ["district", "island", "province", "regency", "village"]
    assert [(area["code"], area["level"]) for area in result["areas"]] == list(
        zip(codes, levels, strict=True)
    )
    for area in result["areas"]:
        assert area["index"] == 33.8
        assert (area["coverage"], area["duplication"]) == (0.45, 0.25)
        assert (area["participation"], area["reporting"]) == (None, 1.0)


# -- section 1: places ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("61.11.06.2002@61.11.40034", [KARIMATA]),
        ("61.11.01.2001@-", [SUTERA]),
        ("61.11.06.2002", [KARIMATA]),
        ("61.11.06.2009", [ROCK_VILLAGE]),
        ("61.11.06", [KARIMATA, PADANG, ROCK_VILLAGE]),
        ("61", [SUTERA, KARIMATA, PADANG, ROCK_VILLAGE]),
        ("@61.11.40040", [BARE_ROCK, ROCK_VILLAGE]),
        (" 61.11.01.2001 ;61.11.06.2002@61.11.40034; 61.11.01.2001@-", [SUTERA, KARIMATA]),
        ("#KW", [BARE_ROCK]),
        ("61.04.01.2001; 61.11.01", [SUTERA]),
        ("", []),
    ],
)
def test_notation(text: str, places: list[Place]) -> None:
    zones = {"KW": Zone("KW", "BKSDA", frozenset(), frozenset([BARE_ROCK]))}
    assert expand(text, TERRITORY, zones, ["61.11"]) == frozenset(places)


@pytest.mark.parametrize(
    "text", ["61.04", "61.04.01.2001@-", "61.11.01.2001@61.11.40034", "61.99", "@61.11.40099", "#X"]
)
def test_notation_refused(text: str) -> None:
    with pytest.raises(Refused):
        expand(text, TERRITORY, {}, ["61.11"])


def test_a_zones_own_list_takes_unpopulated_places_and_no_zone() -> None:
    assert expand("61.11.06.2002", TERRITORY, None, ["61.11"]) == {KARIMATA, BARE_ROCK}
    with pytest.raises(Refused):
        expand("#KW", TERRITORY, None, ["61.11"])


# -- section 2: money and progress ------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "effective", "funded"),
    [
        ([], 0, False),
        ([line(5, INDICATIVE), line(7, INDICATIVE)], 12, False),
        ([line(5, INDICATIVE), line(7, PROPOSED)], 7, False),
        ([line(5, PROPOSED), line(7, ENACTED, "dak")], 7, True),
        ([line(5, PROPOSED), line(0, ENACTED, "dak")], 0, False),
        ([line(5, ENACTED), line(0, REVISED)], 0, False),
        ([line(5, ENACTED), line(0, REVISED, "dak")], 5, True),
        ([line(5, ENACTED, year=2025), line(3, PROPOSED)], 3, False),
    ],
)
def test_effective_budget(lines: list[Line], effective: int, funded: bool) -> None:
    judgement = Judgement(world(activity(), *lines), YEAR, AS_OF)
    assert judgement.effective_budget(activity()) == effective
    assert judgement.is_funded(activity()) is funded


def test_amount_at_a_stage() -> None:
    lines = [line(5, INDICATIVE), line(9, ENACTED), line(4, PROPOSED, "dak")]
    judgement = Judgement(world(activity(), *lines), YEAR, AS_OF)
    assert [judgement.amount_at_stage(activity(), stage) for stage in range(4)] == [5, 9, 13, 13]


def test_shares() -> None:
    """Lines that name a place are its own; the rest is one sum; odd rupiah go to the first."""
    three = activity(places=frozenset([PADANG, SUTERA, KARIMATA]))
    lines = [line(50, place=PADANG), line(4), line(4, source="dak"), line(99, PROPOSED, "csr")]
    judgement = Judgement(world(three, *lines, report("50", realised=29)), YEAR, AS_OF)
    assert judgement.shares(three) == {SUTERA: 3, KARIMATA: 3, PADANG: 52}
    assert judgement.realised_shares(three) == {SUTERA: 2, KARIMATA: 1, PADANG: 26}
    assert judgement.volume_share(three) == Fraction(10, 3)


def test_splits() -> None:
    island, mainland = Place("61.11.01.2001", "61.11.40001"), SUTERA
    assert split_equally(1, [island, mainland]) == {mainland: 1, island: 0}
    assert split_in_proportion(5, {mainland: 0, island: 0}) == {mainland: 3, island: 2}


def test_progress_and_latest_report() -> None:
    reports = [
        report("70", 4, year=2025, day=date(2026, 1, 9)),
        report("20", 1, day=AS_OF),
        report("90", 2, day=date(2026, 8, 2)),
        report("95", 3, submitted=False),
        report("99", 1, year=2027),
    ]
    judgement = Judgement(world(activity(), *reports), YEAR, AS_OF)
    assert judgement.progress(activity()) == 20
    latest = judgement.latest_report(activity())
    assert latest is not None and latest.quarter == 1
    assert Judgement(world(activity(), reports[0]), YEAR, AS_OF).progress(activity()) == 70
    assert Judgement(world(activity(), reports[0]), YEAR, AS_OF).latest_report(activity()) is None


# -- section 3: needs -------------------------------------------------------------------------

ENDED = activity(first=date(2025, 2, 1), last=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("records", "level"),
    [
        ([], 0),
        ([activity(status=SUBMITTED), line(1), report("100")], 0),
        ([activity(output="AIR-09"), line(1), report("100")], 0),
        ([activity(), report("100")], 1),
        ([activity(), line(1)], 2),
        ([activity(), line(1), report("0.01")], 3),
        ([activity(), line(1), report("100")], 4),
        ([ENDED, report("100")], 4),
        ([ENDED, report("99.99")], 0),
        ([replace(ENDED, status=SUBMITTED), report("100")], 0),
        ([replace(ENDED, last=date(2024, 12, 31), first=date(2024, 2, 1)), report("100")], 0),
        ([replace(ENDED, last=date(2026, 1, 1)), report("100")], 1),
    ],
)
def test_level(records: list[Any], level: int) -> None:
    judgement = Judgement(world(need(), *records), YEAR, AS_OF)
    assert judgement.level(judgement.needs[0]) == level
    assert judgement.score(judgement.needs[0]) == Fraction(level, 4)


def test_supply_and_score() -> None:
    wanted = need(output="AIR-01", target=Fraction(40), places=BOTH)
    records = [
        activity(volume=Fraction(9)),
        line(1),
        activity("S", status=SUBMITTED, volume=Fraction(5)),
        activity("X", status=DRAFT, volume=Fraction(100)),
        replace(ENDED, code="E", volume=Fraction(1)),
        report("100", activity="E"),
    ]
    judgement = Judgement(world(wanted, *records), YEAR, AS_OF)
    sutera, karimata = judgement.needs
    assert (karimata.place, karimata.target) == (KARIMATA, Fraction(20))
    assert judgement.supply(karimata) == 15
    assert judgement.score(karimata) == Fraction(1, 2)
    assert judgement.score(sutera) == 0


@pytest.mark.parametrize(
    ("volume", "kinds"),
    [("8.99", "undersupply"), ("9", ""), ("11", ""), ("11.01", "oversupply")],
)
def test_undersupply_and_oversupply(volume: str, kinds: str) -> None:
    records = [
        need(output="AIR-01", target=Fraction(10)),
        activity(volume=Fraction(volume)),
        line(7),
        Mandate("BPPW", "AIR", "61.11.06"),
        Mandate("BPPW", "AIR"),
        Mandate("ESDM", "AIR", "61.11.01"),
    ]
    key = f"N/{KARIMATA}"
    under, over = findings("undersupply", *records), findings("oversupply", *records)
    assert (list(under), list(over)) == (
        [key] if kinds == "undersupply" else [],
        [key] if kinds == "oversupply" else [],
    )
    if under:
        assert (under[key].severity, under[key].agencies) == (5, ("BPPW",))
    if over:
        assert (over[key].severity, over[key].amount, over[key].agencies) == (3, 7, ("DPUPR",))


@pytest.mark.parametrize(
    ("records", "unmet"),
    [
        ([], True),
        ([activity(status=SUBMITTED)], False),
        ([activity(status=DRAFT)], True),
        ([activity(status=CANCELLED)], True),
        ([activity(output="AIR-09")], True),
        ([activity(output="ENR-01")], True),
        ([activity(places=frozenset([PADANG]))], True),
        ([ENDED, report("100")], False),
        ([activity(first=date(2026, 12, 31), last=date(2027, 2, 1))], False),
        ([activity(first=date(2027, 1, 1), last=date(2027, 2, 1))], True),
    ],
)
def test_unmet_need(records: list[Any], unmet: bool) -> None:
    target = need(output="AIR-01", target=Fraction(100))
    for wanted in (need(), target):
        assert (list(findings("unmet_need", wanted, *records)) != []) is unmet
    assert (severities("undersupply", target, *records) == [5]) is not unmet


def test_a_need_is_of_its_years_only() -> None:
    assert severities("unmet_need", need(first_year=2026, last_year=2026)) == [5]
    assert severities("unmet_need", need(first_year=2027)) == []
    assert severities("unmet_need", need(last_year=2025)) == []


def test_missing_stakeholder() -> None:
    mandates = [Mandate("DPUPR", "AIR"), Mandate("BPPW", "AIR", "61.11.06.2002")]
    assert findings("missing_stakeholder", need(), *mandates) == {}
    assert findings("missing_stakeholder", need(output="AIR-01"), activity(), *mandates) == {}
    assert list(findings("missing_stakeholder", need(), activity(), *mandates)) == [
        f"N/{KARIMATA}/BPPW"
    ]
    assert list(findings("missing_stakeholder", need(), ENDED, report("100"), *mandates)) == [
        f"N/{KARIMATA}/BPPW"
    ]
    both = [activity(), activity("B", agency="BPPW", status=SUBMITTED)]
    assert findings("missing_stakeholder", need(), *both, *mandates) == {}


# -- section 5: findings of an activity -------------------------------------------------------


def test_unfunded() -> None:
    records = [activity(), line(4, PROPOSED), need("N1", weight=2), need("N2", weight=1)]
    (found,) = findings("unfunded", *records, as_of=date(2026, 1, 1)).values()
    assert (found.severity, found.amount, found.places) == (2, 4, (str(KARIMATA),))
    assert findings("unfunded", *records, as_of=date(2025, 12, 31)) == {}
    assert severities("unfunded", activity(output="AIR-09"), need()) == [3]
    assert severities("unfunded", activity(status=SUBMITTED)) == []
    assert severities("unfunded", activity(), line(1)) == []


@pytest.mark.parametrize("status", [DRAFT, SUBMITTED, CANCELLED])
def test_unplanned_budget(status: str) -> None:
    assert severities("unplanned_budget", activity(status=status), line(1)) == [4]
    assert severities("unplanned_budget", activity(status=status), line(1, PROPOSED)) == []


def test_unplanned_budget_of_another_year() -> None:
    assert severities("unplanned_budget", ENDED, line(1)) == [4]
    assert severities("unplanned_budget", activity(), line(1)) == []


@pytest.mark.parametrize(
    ("left", "expected"), [(76, []), (75, [3]), (51, [3]), (50, [4]), (0, [4])]
)
def test_budget_drop(left: int, expected: list[int]) -> None:
    lines = [line(60, PROPOSED), line(40, PROPOSED, "dak"), line(left)]
    assert severities("budget_drop", activity(status=SUBMITTED), *lines) == expected
    assert severities("budget_drop", activity(status=DRAFT), *lines) == []


def test_budget_drop_needs_a_first_amount() -> None:
    assert severities("budget_drop", activity(), line(0, INDICATIVE), line(0)) == []
    assert severities("budget_drop", activity(), line(100), line(0, INDICATIVE)) == []


def test_unlocated() -> None:
    assert severities("unlocated", activity(places=NOWHERE)) == [2]
    assert severities("unlocated", activity(places=NOWHERE, output="AIR-09")) == []
    assert severities("unlocated", activity(places=NOWHERE, status=DRAFT)) == []


def test_quarters() -> None:
    assert quarter_bounds(2024, 1) == (date(2024, 1, 1), date(2024, 3, 31))
    assert quarter_bounds(2026, 4) == (date(2026, 10, 1), date(2026, 12, 31))
    assert [due_day(2026, quarter) for quarter in (1, 2, 3, 4)] == [
        date(2026, 4, 15),
        date(2026, 7, 15),
        date(2026, 10, 15),
        date(2027, 1, 15),
    ]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 7, 15), []),
        (date(2026, 7, 16), [2]),
        (date(2026, 10, 16), [3]),
        (date(2027, 1, 16), [4]),
    ],
)
def test_unreported(as_of: date, expected: list[int]) -> None:
    other_year = report("5", 2, year=2025)
    late = report("5", 2, day=date(2027, 2, 1))
    assert severities("unreported", activity(), line(1), other_year, late, as_of=as_of) == expected
    assert severities("unreported", activity(), as_of=as_of) == []
    reported = [report("5", quarter) for quarter in (2, 3, 4)]
    assert severities("unreported", activity(), line(1), *reported, as_of=as_of) == []


@pytest.mark.parametrize(
    ("physical", "expected"), [("25.01", []), ("25", [3]), ("0.01", [3]), ("0", [5])]
)
def test_behind_schedule(physical: str, expected: list[int]) -> None:
    """100 days of which 50 are over on 30 June, the first day and the last counted."""
    hundred = activity(first=date(2026, 5, 12), last=date(2026, 8, 19))
    records = [hundred, line(10), report(physical, realised=12)]
    found = findings("behind_schedule", *records)
    assert [one.severity for one in found.values()] == expected
    assert all(one.amount == 0 for one in found.values())


def test_behind_schedule_is_held_within_the_activity() -> None:
    judgement = Judgement(world(), YEAR, AS_OF)
    assert judgement.expected_progress(activity(), 1) == 0
    assert judgement.expected_progress(activity(), 4) == 100
    one_day = activity(first=date(2026, 6, 30), last=date(2026, 6, 30))
    assert judgement.expected_progress(one_day, 2) == 100
    assert severities("behind_schedule", activity(), line(1)) == []


@pytest.mark.parametrize(("realised", "expected"), [(64, []), (65, [4])])
def test_spent_ahead(realised: int, expected: list[int]) -> None:
    given = report("40", realised=realised)
    assert severities("spent_ahead", activity(), line(100), given) == expected
    for outside in (activity(last=date(2027, 1, 1)), activity(first=date(2025, 12, 31))):
        assert severities("spent_ahead", outside, line(100), given) == []


# -- section 5: action plan, zones, islands ---------------------------------------------------


def test_uncommitted() -> None:
    item = Item("RA", "DPUPR", BOTH, 2026, 2027, 8, date(2026, 7, 31))
    kept = Commitment("RA", "DPUPR", AS_OF, "RKPD", "1/2026", AS_OF)
    (found,) = findings("uncommitted", item).values()
    assert (found.severity, found.amount, found.agencies) == (3, 8, ("DPUPR",))
    assert findings("uncommitted", item, kept) == {}
    assert findings("uncommitted", replace(item, due=AS_OF)) == {}
    assert findings("uncommitted", replace(item, first_year=2027)) == {}
    for lacking in (
        replace(kept, agency="ESDM"),
        replace(kept, day=date(2026, 8, 2)),
        replace(kept, document_day=date(2026, 8, 2)),
        replace(kept, document=None),
        replace(kept, number=None),
        replace(kept, document_day=None),
    ):
        assert list(findings("uncommitted", item, lacking)) == ["RA"]


@pytest.mark.parametrize(
    ("spans", "cleared"),
    [
        ([((2026, 4, 1), (2026, 11, 30))], True),
        ([((2026, 4, 2), (2026, 11, 30))], False),
        ([((2026, 4, 1), (2026, 11, 29))], False),
        ([((2026, 4, 1), (2026, 6, 30)), ((2026, 7, 1), (2026, 12, 31))], True),
        ([((2026, 4, 1), (2026, 6, 30)), ((2026, 7, 2), (2026, 12, 31))], False),
        ([((2026, 6, 1), (2026, 12, 31)), ((2026, 1, 1), (2026, 7, 1))], True),
        ([((2026, 11, 30), (2026, 4, 1))], False),
    ],
)
def test_clearances(spans: list[tuple[Any, Any]], cleared: bool) -> None:
    zone = Zone("KW", "BKSDA", frozenset(), frozenset([KARIMATA]))
    given = [Clearance("SK", "A", "KW", date(*first), date(*last)) for first, last in spans]
    found = findings("no_clearance", zone, activity(places=BOTH), line(11), *given)
    assert (found == {}) is cleared
    if not cleared:
        (one,) = found.values()
        assert (one.severity, one.amount) == (5, 5)
        assert one.agencies == ("BKSDA", "DPUPR")
        assert one.places == (str(KARIMATA),)


def test_no_clearance_is_asked_for_the_part_of_the_year() -> None:
    zone = Zone("KW", "BKSDA", frozenset(), frozenset([KARIMATA]))
    long = activity(first=date(2025, 5, 1), last=date(2027, 5, 1))
    given = Clearance("SK", "A", "KW", date(2026, 1, 1), date(2026, 12, 31))
    assert findings("no_clearance", zone, long, given) == {}


def test_no_clearance_of_whom() -> None:
    zone = Zone("KW", "BKSDA", frozenset(["AIR"]), frozenset([KARIMATA]))
    assert list(findings("no_clearance", zone, activity(status=SUBMITTED))) == ["A/KW"]
    assert list(findings("no_clearance", zone, activity(output="AIR-09"))) == ["A/KW"]
    for spared in (
        activity(output="ENR-01"),
        activity(agency="BKSDA"),
        activity(status=DRAFT),
        activity(places=frozenset([SUTERA])),
    ):
        assert findings("no_clearance", zone, spared) == {}


def test_unserved_island() -> None:
    """Burung is populated and has no place, Kepayang has two and no people."""
    assert list(findings("unserved_island")) == ["61.11.40034"]
    (found,) = findings("unserved_island").values()
    assert found.places == (str(KARIMATA), str(PADANG))
    assert findings("unserved_island", activity(output="AIR-09")) == {}
    assert list(findings("unserved_island", activity(status=SUBMITTED))) == ["61.11.40034"]


# -- section 5: overlaps ----------------------------------------------------------------------


def test_same_output() -> None:
    records = [
        activity("A1", places=BOTH),
        line(100, activity="A1"),
        activity("A2"),
        line(10, activity="A2", stage=PROPOSED),
        activity("B1", agency="BPPW", status=SUBMITTED),
        line(30, activity="B1", stage=PROPOSED),
    ]
    (found,) = findings("same_output", *records).values()
    assert found.key == f"same_output/{KARIMATA}/AIR-01"
    assert (found.severity, found.amount, found.agencies) == (3, 30, ("BPPW", "DPUPR"))
    assert severities("same_output", *records, line(1, activity="B1")) == [5]
    assert severities("same_output", *records[:4]) == []


def test_same_output_not_of_supporting_or_dead() -> None:
    travel = [activity(output="AIR-09"), activity("B", agency="BPPW", output="AIR-09")]
    assert severities("same_output", *travel) == []
    assert severities("same_output", activity(), activity("B", agency="BPPW", status=DRAFT)) == []
    other = activity("B", agency="BPPW", first=date(2027, 1, 1), last=date(2027, 2, 1))
    assert severities("same_output", activity(), other) == []


def test_words() -> None:
    assert words("Pengadaan AIR-bersih di RT.03/ab Café") == {
        "pengadaan",
        "air",
        "bersih",
        "café",
    }
    assert name_words("Betok Jaya") == {"betok", "jaya", "betokjaya"}
    assert name_words("Sungai Mata - Mata") == {"sungai", "mata", "sungaimata"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("abc", "abc", True),
        ("abc def", "abc xyz", True),
        ("abc def ghi", "abc xyz uvw", False),
        ("abc def ghi", "abc xyz", True),
        ("abc", "def", False),
        ("", "", False),
    ],
)
def test_same_subject_of_words(one: str, other: str, same: bool) -> None:
    assert same_subject(words(one), words(other)) is same


def test_subject_leaves_out_names_and_stop_words() -> None:
    title = "Pembangunan sumur bor Desa BetokJaya Kecamatan Kepulauan Karimata, Kayong Utara"
    judgement = Judgement(world(), YEAR, AS_OF)
    assert judgement.subject(activity(title=title), KARIMATA) == {"sumur", "bor"}
    at_home = judgement.subject(activity(title=title), SUTERA)
    assert at_home == {"sumur", "bor", "betokjaya", "karimata"}


def test_same_subject() -> None:
    records = [
        activity("A1", title="Sumur bor"),
        line(100, activity="A1"),
        activity("A2", title="Sumur gali"),
        line(5, activity="A2"),
        activity("A3", title="Jalan rabat"),
        line(999, activity="A3"),
        activity("B1", agency="BPPW", output="AIR-02", title="sumur BOR lapangan"),
        line(40, PROPOSED, activity="B1"),
    ]
    (found,) = findings("same_subject", *records).values()
    assert found.key == f"same_subject/{KARIMATA}/BPPW/DPUPR"
    assert (found.severity, found.amount, found.agencies) == (2, 40, ("BPPW", "DPUPR"))
    (funded,) = findings("same_subject", *records, line(900, activity="B1")).values()
    assert (funded.severity, funded.amount) == (4, 105)


def test_same_subject_not_of_one_output_or_supporting() -> None:
    one = activity(title="Sumur bor")
    other = activity("B", agency="BPPW", output="AIR-02", title="Sumur bor")
    assert severities("same_subject", one, other) == [2]
    for unlike in (
        replace(other, output="AIR-01"),
        replace(other, output="AIR-09"),
        replace(other, agency="DPUPR"),
        replace(other, status=CANCELLED),
        replace(other, places=frozenset([PADANG])),
    ):
        assert severities("same_subject", one, unlike) == []


# -- section 4: figures -----------------------------------------------------------------------


def figures(given: World, places: Places, as_of: date = AS_OF) -> dict[str, float | None]:
    return Judgement(given, YEAR, as_of).figures(places)


def test_rounding_is_half_up() -> None:
    assert printed(Fraction(3375, 100), 1) == 33.8
    assert printed(Fraction(3365, 100), 1) == 33.7
    assert printed(Fraction(1, 20000), 4) == 0.0001
    assert printed(None, 1) is None


def test_accepted_findings_leave_d_and_stay_in_the_list() -> None:
    given = world(need(), activity(), activity("B", agency="BPPW"), line(3), line(1, activity="B"))
    assert figures(given, frozenset([KARIMATA]))["duplication"] == 0.25
    given.accepted = {f"same_output/{KARIMATA}/AIR-01"}
    assert figures(given, frozenset([KARIMATA]))["duplication"] == 0.0
    kinds = [found["kind"] for found in judge(given, YEAR, AS_OF)["findings"]]
    assert "same_output" in kinds


def test_participation() -> None:
    mandates = [
        Mandate("DPUPR", "AIR"),
        Mandate("DPUPR", "AIR", "61.11"),
        Mandate("BPPW", "AIR"),
        Mandate("ESDM", "AIR", "61.11.01"),
    ]
    given = world(need(places=BOTH), need("X", output="AIR-01"), activity(), *mandates)
    assert figures(given, frozenset([KARIMATA]))["participation"] == 0.5
    assert figures(given, BOTH)["participation"] == 0.2
    assert figures(world(need(), activity()), BOTH)["participation"] is None


def test_reporting_counts_an_activity_once_per_area() -> None:
    both = activity(places=BOTH)
    other = activity("B", first=date(2026, 1, 1))
    given = world(both, line(1), report("5"), other, line(1, activity="B"))
    assert figures(given, BOTH)["reporting"] == 0.3333
    assert figures(given, frozenset([SUTERA]))["reporting"] == 1.0
    assert figures(given, BOTH, date(2026, 7, 15))["reporting"] == 0.0
    assert figures(given, BOTH, date(2026, 4, 15))["reporting"] is None


def test_areas_without_needs_or_live_activities_are_not_listed() -> None:
    given = world(activity(places=frozenset([SUTERA])), activity("D", status=DRAFT))
    areas = judge(given, YEAR, AS_OF)["areas"]
    assert [area["code"] for area in areas] == ["61.11.01", "61", "61.11", "61.11.01.2001"]
    assert all(area["index"] is None and area["duplication"] == 0 for area in areas)


# -- the generator ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_files_hold_the_world(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    write_case(make_case(rng), tmp_path, rng)
    first = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))
    assert first["findings"]
    assert first["findings"] == sorted(first["findings"], key=lambda found: str(found["key"]))


def test_bigger_worlds_have_hundreds_of_activities() -> None:
    case = make_case(random.Random(1), "bigger")
    assert len(case.world.activities) >= 150
    kinds = {found["kind"] for found in judge(case.world, *case.moments[0])["findings"]}
    assert len(kinds) >= 14


def test_a_seed_names_a_world() -> None:
    assert make_case(random.Random(5)) == make_case(random.Random(5))
