"""METHOD.md sections 3 and 4: levels, scores, and the figures of areas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from convergence.engine import judge
from convergence.models import AreaFigure, NeedLevel

from . import cast as c

pytestmark = pytest.mark.usefixtures("cast")

AFTER = "2027-02-01"  # every report of 2026 is due


def level(as_of: c.Day = c.AS_OF) -> int:
    """The level of the one need, after a run that stores."""
    c.keep(as_of=as_of)
    return NeedLevel.objects.get().level


def decimal(value: str | None) -> Decimal | None:
    """A figure as it is stored."""
    return None if value is None else Decimal(value)


# --- Levels and scores (section 3) --------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "dpa", "physical", "expected"),
    [
        ("submitted", 1, "100", 0),
        ("draft", 1, "100", 0),
        ("verified", None, None, 1),
        ("verified", 0, None, 1),
        ("verified", None, "100", 1),  # each stage requires the one before
        ("verified", 1, None, 2),
        ("verified", 1, "0", 2),
        ("verified", 1, "0.000000000000001", 3),
        ("verified", 1, "99.999999999999999", 3),
        ("verified", 1, "100", 4),
    ],
)
def test_level(status: str, dpa: int | None, physical: str | None, expected: int) -> None:
    """None, planned, funded, under way, delivered."""
    c.need()
    c.activity(status=status, dpa=dpa)
    if physical is not None:
        c.report("A", physical)
    assert level() == expected


def test_the_furthest_activity_counts() -> None:
    """Whichever they are; one that was delivered before is the furthest of all."""
    c.need()
    c.activity("FUNDED", dpa=1)
    c.activity("PLANNED")
    c.activity("LIVE", status="submitted", dpa=1)
    c.report("LIVE", "100")
    assert level() == 2
    c.delivered()
    assert level() == 4


@pytest.mark.parametrize(("last", "expected"), [("2025-12-31", 4), ("2026-01-01", 1)])
def test_what_ends_before_the_year_is_delivered_without_its_money(last: str, expected: int) -> None:
    """One that still has a day in the year must be funded in it."""
    c.need()
    c.activity(first="2025-02-01", last=last)
    c.report("A", "100")
    assert level() == expected


def test_progress_of_an_earlier_year_is_progress() -> None:
    """It is that of the whole activity since its first day; a later report goes before it."""
    c.need()
    c.activity(first="2025-03-01", dpa=1)
    c.report("A", "30", quarter=4, year=2025, dated="2026-01-10")
    assert level() == 3
    c.report("A", "0", quarter=1, dated="2026-04-10")
    assert level() == 2
    c.report("A", "50", year=2027, quarter=1, dated="2026-05-01")  # of no year that counts
    assert level() == 2


@pytest.mark.parametrize(
    ("status", "volume", "expected"),
    [
        ("verified", "2", "0.3125"),  # 3/4 · (3 + 2)/12
        ("verified", "9", "0.75"),  # exactly the target
        ("verified", "40", "0.75"),  # never more than all of it
        ("submitted", "9", "0.1875"),  # only the counted ones: 3/4 · 3/12
    ],
)
def test_score_with_a_target(status: str, volume: str, expected: str) -> None:
    """Level ÷ 4, times what the counted ones supply of the target."""
    c.need(output="AIR-01", target="12")
    c.activity("A", volume="3", dpa=1)
    c.report("A", "10")
    c.activity("B", volume=volume, status=status)
    c.keep()
    assert NeedLevel.objects.get().score == Decimal(expected)


def test_what_was_delivered_supplies() -> None:
    """Level 4 by one of before; supply of both."""
    c.need(output="AIR-01", target="10")
    c.delivered(volume="4")
    c.activity(volume="2")
    assert c.figures().coverage == Decimal("0.6")


# --- Coverage and index ---------------------------------------------------------------------------
def test_coverage_weighs_the_needs() -> None:
    """(5 · 2/4 + 1 · 0) ÷ 6 = 0.41666…, and the index of it is 41.7."""
    c.need("A", weight=5)
    c.need("B", weight=1, sector="ENR")
    c.activity(dpa=1)
    figure = c.figures(as_of="2026-01-01")
    assert (figure.coverage, figure.index) == (Decimal("0.4167"), Decimal("41.7"))
    assert (figure.needs, figure.weight) == (2, 6)


@pytest.mark.parametrize(
    ("target", "coverage", "index"),
    [
        ("20000", "0.0001", "0.0"),  # 0.00005: half up
        ("20001", "0.0000", "0.0"),
        ("4000", "0.0003", "0.0"),  # 0.00025: half to even would be 2
        ("2000", "0.0005", "0.1"),  # an index of 0.05
        ("2001", "0.0005", "0.0"),
        ("400", "0.0025", "0.3"),  # 0.25
        ("32", "0.0313", "3.1"),  # 0.03125 and 3.125: each rounds by itself
        ("6.4", "0.1563", "15.6"),  # 0.15625
        ("3", "0.3333", "33.3"),
        ("1.5", "0.6667", "66.7"),
        ("1", "1.0000", "100.0"),
        ("0.000000000000001", "1.0000", "100.0"),
        ("999999999999999", "0.0000", "0.0"),
    ],
)
def test_ties_are_rounded_half_up(target: str, coverage: str, index: str) -> None:
    """One need, delivered, of which one unit is supplied: coverage is 1 ÷ target."""
    c.need(output="AIR-01", target=target, weight=1)
    c.activity(volume="1", dpa=1)
    c.report("A", "100")
    figure = c.figures()
    assert (figure.coverage, figure.index) == (Decimal(coverage), Decimal(index))


def test_the_index_is_made_of_exact_fractions() -> None:
    """C = 2/3 (0.6667), D = 1/3 (0.3333): the index is 44.444…, not that of the rounded ones.

    And 100 · 0.45 · 0.75 = 33.75 is a tie that goes up (section 7).
    """
    c.need(output="AIR-01", target="1.5")
    c.activity("A", volume="1", dpa=2)
    c.report("A", "100")
    c.activity("B", agency="BPPW", status="submitted", volume="1")
    c.line("B", 1, c.PROPOSED)
    figure = c.figures()
    assert (figure.coverage, figure.duplication) == (Decimal("0.6667"), Decimal("0.3333"))
    assert figure.index == Decimal("44.4")


# --- Duplication ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "second", "duplication"),
    [
        (900, 300, "0.25"),
        (19_999, 1, "0.0001"),  # 0.00005
        (31, 1, "0.0313"),  # 0.03125
        (20_000, 1, "0.0000"),
        (1, 1, "0.5"),
        (0, 0, "0"),
        (0, 5, "0"),
    ],
)
def test_duplication(first: int, second: int, duplication: str) -> None:
    """Duplicated ÷ shares of all live activities; 0 where nothing is spent."""
    c.activity("A", dpa=first)
    c.activity("B", agency="BPPW", dpa=second)
    figure = c.figures()
    assert figure.duplication == Decimal(duplication)
    assert (figure.coverage, figure.index) == (None, None)


def test_duplication_is_of_all_that_is_spent_in_the_area() -> None:
    """Other outputs and places dilute it; supporting ones do too, an overlap of them is none."""
    c.activity("A", dpa=100)
    c.activity("B", agency="BPPW", dpa=100)
    c.activity("T1", output=c.SUPPORTING, dpa=150)
    c.activity("T2", output=c.SUPPORTING, agency="BPPW", dpa=50)
    c.activity("D", output="TRP-01", places=[c.SUTERA], dpa=600)
    values = {code: c.figures(code).duplication for code in ("61.11.06.2002", "61.11", "61.11.01")}
    assert values == {
        "61.11.06.2002": Decimal("0.25"), "61.11": Decimal("0.1"), "61.11.01": Decimal("0"),
    }  # fmt: skip


def test_same_subject_and_oversupply_are_no_duplication() -> None:
    """Only the same output at the same place is."""
    c.need(output="AIR-01", target="1")
    c.activity("A", title="sumur bor", dpa=10)
    c.activity("B", title="sumur bor", output="ENR-01", agency="BPPW", dpa=10)
    figure = c.figures()
    assert c.found("same_subject") and c.found("oversupply")
    assert figure.duplication == 0


# --- Participation and reporting ------------------------------------------------------------------
def test_participation() -> None:
    """Of the pairs of a need that names no output and an agency: here 2 of 5."""
    c.need("OPEN", places=[c.BETOK, c.PADANG])
    c.need("NAMED", output="AIR-01", places=[c.BETOK])
    c.need("ENERGY", sector="ENR")
    c.mandate("DPUPR")
    c.mandate("BPPW", area="61.11.06")
    c.mandate("BPPW", area="61.11.06.2002")
    c.mandate("ESDM", "ENR")
    c.activity("A", agency="DPUPR")
    c.activity("B", agency="BPPW", status="draft")
    c.activity("C", agency="ESDM", output="ENR-01", status="submitted")
    figure = c.figures()
    assert (figure.pairs_met, figure.pairs) == (2, 5)
    assert figure.participation == Decimal("0.4")
    assert c.figures("61.11.06.2003").participation == Decimal("0")


def test_who_has_delivered_participates() -> None:
    """One that fulfils the need is as good as one that matches it."""
    c.need()
    c.mandate("BPPW")
    c.delivered(agency="BPPW")
    assert c.figures().participation == Decimal("1")


def test_participation_is_rounded_half_up() -> None:
    """1 of 32 pairs is 0.03125."""
    for number in range(32):
        c.need(f"N{number}", sector="HUT" if number else "AIR")
    c.mandate("DPUPR", "HUT")
    c.mandate("DPUPR", "AIR")
    c.activity(agency="DPUPR")
    figure = c.figures()
    assert (figure.pairs_met, figure.pairs) == (1, 32)
    assert figure.participation == Decimal("0.0313")


def test_reporting() -> None:
    """Of the reports due before the day; 1 of 32 is 0.03125."""
    for number in range(8):
        c.activity(f"A{number}", first="2026-01-01", last="2026-12-31", dpa=1)
    c.report("A3", "0", quarter=3)
    figure = c.figures(as_of=AFTER)
    assert (figure.reports_made, figure.reports_due) == (1, 32)
    assert figure.reporting == Decimal("0.0313")
    assert c.figures(as_of="2026-07-15").reports_due == 8
    assert c.figures(as_of="2026-04-15").reporting is None


def test_an_activity_counts_once_an_area_in_reporting() -> None:
    """However many of its places lie there; one without a place counts nowhere."""
    c.activity("A", places=[c.BETOK, c.PADANG, c.ROCK], dpa=1)
    c.activity("B", places=[c.BETOK], dpa=1)
    c.activity("NOWHERE", places=[], dpa=1)
    c.report("A", "1")
    rates = {code: (f.reports_made, f.reports_due) for code in (
        "61.11.06.2002", "61.11.06.2003", c.KARIMATA_ISLAND, c.ROCK_ISLAND, "61.11.06", "61",
    ) for f in [c.figures(code)]}  # fmt: skip
    assert rates == {
        "61.11.06.2002": (1, 2), "61.11.06.2003": (1, 1), c.KARIMATA_ISLAND: (1, 2),
        c.ROCK_ISLAND: (1, 1), "61.11.06": (1, 2), "61": (1, 2),
    }  # fmt: skip


# --- Areas ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("need", "activity", "expected"),
    [
        (True, None, ("0.0000", "0", None, None)),
        (False, {"dpa": 1}, (None, "0", None, "0")),
        (False, {"status": "submitted"}, (None, "0", None, None)),
        (True, {}, ("0.25", "0", None, None)),
    ],
)
def test_none_where_there_is_none(
    need: bool, activity: dict[str, Any] | None, expected: tuple[str | None, ...]
) -> None:
    """Coverage without needs, participation without pairs, reporting without reports due."""
    if need:
        c.need()
    if activity is not None:
        c.activity(**activity)
    figure = c.figures()
    seen = (figure.coverage, figure.duplication, figure.participation, figure.reporting)
    assert seen == tuple(map(decimal, expected))
    assert (figure.index is None) is (figure.coverage is None)


def test_areas_with_a_need_or_a_live_activity() -> None:
    """The others are not listed; an activity with no money and one in a zone of nobody's is one."""
    c.need("N", places=[c.SUTERA])
    c.need("PAST", places=[c.PADANG], last=2025)
    c.activity("A", places=[c.ROCK], status="submitted")
    c.activity("DRAFT", places=[c.PADANG], status="draft", dpa=1)
    c.activity("NOWHERE", places=[], dpa=1)
    areas = judge(year=2026, as_of=c.AS_OF).areas
    assert [(area["level"], area["code"]) for area in areas] == [
        ("district", "61.11.01"),
        ("district", "61.11.06"),
        ("island", c.ROCK_ISLAND),
        ("province", "61"),
        ("regency", "61.11"),
        ("village", "61.11.01.2001"),
        ("village", "61.11.06.2002"),
    ]


def test_areas_sum_over_their_places() -> None:
    """Two villages, their island, their district, regency and province: nothing counted twice."""
    c.need("W", places=[c.BETOK, c.PADANG, c.SUTERA], weight=2)
    c.need("E", places=[c.BETOK], sector="ENR", weight=4)
    c.activity("A", places=[c.BETOK, c.SUTERA], dpa=1)  # level 2
    c.activity("B", places=[c.PADANG])  # level 1
    c.keep(as_of="2026-01-01")
    weights = {f.code: (f.needs, f.weight, f.coverage) for f in AreaFigure.objects.all()}
    assert weights == {
        "61.11.06.2002": (2, 6, Decimal("0.1667")),  # (2·½ + 4·0) ÷ 6
        "61.11.06.2003": (1, 2, Decimal("0.2500")),
        "61.11.01.2001": (1, 2, Decimal("0.5000")),
        c.KARIMATA_ISLAND: (3, 8, Decimal("0.1875")),  # (1 + ½) ÷ 8
        "61.11.06": (3, 8, Decimal("0.1875")),
        "61.11.01": (1, 2, Decimal("0.5000")),
        "61.11": (4, 10, Decimal("0.2500")),
        "61": (4, 10, Decimal("0.2500")),
    }


def test_figures_cover_the_managed_part() -> None:
    """The neighbour's needs and money are not this installation's."""
    c.need("N", places=[c.NEIGHBOUR, c.BETOK])
    c.activity("A", places=[c.NEIGHBOUR, c.BETOK], dpa=7)
    figure = c.figures("61")
    assert (figure.needs, figure.amount) == (1, 7)
    assert not AreaFigure.objects.filter(code__startswith="61.04").exists()


def test_a_target_is_split_over_the_managed_places() -> None:
    """What lies outside is cut off before the target is split."""
    c.need("N", output="AIR-01", target="10", places=[c.NEIGHBOUR, c.BETOK, c.PADANG])
    c.activity("A", volume="5", dpa=1)
    c.report("A", "100")
    c.keep()
    assert NeedLevel.objects.get(place__code=c.BETOK).score == 1
