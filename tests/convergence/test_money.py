"""METHOD.md section 2: effective budgets, shares of places, and sums that tie out."""

from __future__ import annotations

import datetime as dt

import pytest

from convergence.models import Finding, PlaceMoney
from programs.models import ActivityPlace

from . import cast as c

pytestmark = pytest.mark.usefixtures("cast")

Lines = list[tuple[str, int, int]]  # source, stage, amount

BUDGETS: list[tuple[Lines, int, bool]] = [
    # One source: the lines of its latest stage.
    ([], 0, False),
    ([("apbn", 1, 70)], 70, False),
    ([("apbn", 1, 70), ("apbn", 2, 60)], 60, False),
    ([("apbn", 2, 60), ("apbn", 2, 5)], 65, False),
    ([("apbn", 2, 60), ("apbn", 3, 50)], 50, True),
    ([("apbn", 3, 50), ("apbn", 4, 40)], 40, True),
    ([("apbn", 4, 40), ("apbn", 3, 50), ("apbn", 1, 90)], 40, True),
    ([("apbn", 3, 30), ("apbn", 3, 20)], 50, True),
    # Zero at the latest stage is zero, and not funded.
    ([("apbn", 3, 50), ("apbn", 4, 0)], 0, False),
    ([("apbn", 3, 0), ("apbn", 3, 1)], 1, True),
    # Several sources: each its own latest stage, as long as none is enacted.
    ([("apbn", 1, 70), ("csr", 2, 5)], 75, False),
    ([("apbn", 1, 70), ("apbn", 2, 60), ("csr", 1, 5)], 65, False),
    # Once one is enacted or revised, what is neither was dropped.
    ([("apbn", 2, 60), ("csr", 3, 5)], 5, True),
    ([("apbn", 2, 60), ("csr", 4, 5)], 5, True),
    ([("apbn", 2, 60), ("csr", 3, 0)], 0, False),
    ([("apbn", 3, 50), ("csr", 3, 5)], 55, True),
    ([("apbn", 3, 50), ("csr", 4, 5)], 55, True),
    ([("apbn", 3, 50), ("apbn", 4, 40), ("csr", 3, 5), ("dak", 1, 9)], 45, True),
]


def test_effective_budget_and_funded() -> None:
    """Seen through the activities that nobody located: at stake is their effective budget."""
    for number, (lines, _effective, _funded) in enumerate(BUDGETS):
        c.activity(f"C{number}", places=[])
        c.line(f"C{number}", 1_000, c.REVISED, "dak", year=2025)  # another year's do not count
        for source, stage, amount in lines:
            c.line(f"C{number}", amount, stage, source)
    c.keep()
    rows = Finding.objects.filter(kind="unlocated").values_list("amount", "evidence", "key")
    seen = {key: (amount, proof["activities"][0]["funded"]) for amount, proof, key in rows}
    assert seen == {
        f"unlocated/C{number}": (effective, funded)
        for number, (_lines, effective, funded) in enumerate(BUDGETS)
    }


def test_the_proof_says_which_lines_are_in_the_effective_budget() -> None:
    """The dropped source and the superseded stage stand in it, marked as what they are."""
    c.activity("A", places=[])
    c.line("A", 60, c.PROPOSED, "apbn")
    c.line("A", 70, c.PROPOSED, "csr")
    c.line("A", 50, c.ENACTED, "apbn")
    lines = c.stored("unlocated").evidence["lines"]
    assert {(line["source"], line["stage"]): line["effective"] for line in lines} == {
        ("apbn", 2): False, ("csr", 2): False, ("apbn", 3): True,
    }  # fmt: skip


def shares(year: int = c.YEAR) -> dict[str | None, int]:
    """The stored money by place, of all sectors."""
    c.keep(year)
    rows = PlaceMoney.objects.filter(year=year).values_list("place__code", "amount")
    sums: dict[str | None, int] = {}
    for code, amount in rows:
        sums[code] = sums.get(code, 0) + amount
    return sums


FOUR = [c.PADANG, c.SUTERA, c.ROCK, c.BETOK]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (8, [2, 2, 2, 2]),
        (9, [3, 2, 2, 2]),
        (10, [3, 3, 2, 2]),
        (11, [3, 3, 3, 2]),
        (3, [1, 1, 1, 0]),
        (9_007_199_254_740_993, [2_251_799_813_685_249] + 3 * [2_251_799_813_685_248]),
    ],
)
def test_remaining_rupiah_go_to_the_first_places(amount: int, expected: list[int]) -> None:
    """Village code, then mainland before islands, then island code; above 2⁵³ too."""
    c.activity(places=FOUR, dpa=amount)
    wanted = zip([c.SUTERA, c.BETOK, c.ROCK, c.PADANG], expected, strict=True)
    assert shares() == dict(wanted)


def test_lines_that_name_a_place_belong_to_it() -> None:
    """The rest is one sum, whatever its lines are; only the effective budget is shared."""
    c.activity(places=[c.BETOK, c.PADANG, c.SUTERA])
    c.line("A", 5, at=c.PADANG)
    c.line("A", 7, at=c.PADANG, source="apbn")
    c.line("A", 2)
    c.line("A", 3, source="apbn")
    c.line("A", 900, c.PROPOSED, at=c.BETOK)
    c.line("A", 800, c.PROPOSED, "csr", at=c.SUTERA)
    assert shares() == {c.SUTERA: 2, c.BETOK: 2, c.PADANG: 13}


def test_mainland_comes_before_the_islands_of_its_village() -> None:
    """A village with land on no island: that part is its first place."""
    from territory.models import Place

    rock = c.place(c.ROCK)
    Place.objects.create(
        code="61.11.06.2002@-", village=rock.village, district=rock.district,
        regency=rock.regency, province=rock.province, managed=True,
    )  # fmt: skip
    c.activity(places=[c.BETOK, "61.11.06.2002@-"], dpa=3)
    assert shares() == {"61.11.06.2002@-": 2, c.BETOK: 1}


def test_what_has_no_place_is_apart() -> None:
    """Not located, and so is a line that names a place which is not one of the activity's."""
    c.activity("NOWHERE", places=[], dpa=40)
    c.activity("ASTRAY", places=[c.BETOK], dpa=10)
    c.line("ASTRAY", 5, at=c.SUTERA)
    assert shares() == {None: 45, c.BETOK: 10}


def test_only_the_managed_part_is_shared() -> None:
    """A place outside has no share: what lies outside the managed area is cut off."""
    c.activity(places=[c.NEIGHBOUR, c.BETOK, c.PADANG], dpa=9)
    assert shares() == {c.BETOK: 5, c.PADANG: 4}


def test_of_live_activities_active_in_the_year() -> None:
    """A draft has no money anywhere."""
    c.activity("V", dpa=1)
    c.activity("S", status="submitted", dpa=2)
    for number, status in enumerate(c.DEAD):
        c.activity(status, status=status, dpa=100 * 10**number)
    c.activity("PAST", first="2025-01-01", last="2025-12-31", dpa=7)
    c.activity("NEXT", first="2027-01-01", last="2027-12-31", places=[], dpa=7)
    assert shares() == {c.BETOK: 3}


def test_sums_tie_out() -> None:
    """Rows by place and sector add up to the effective budgets of all live activities."""
    total = 0
    for number in range(12):
        output = ("AIR-01", "ENR-01", "TRP-01", c.SUPPORTING)[number % 4]
        c.activity(f"A{number}", output=output, places=FOUR[: number % 5], title="")
        for source, amount in (("apbn", 1_000_003 * number), ("csr", 17 + number)):
            c.line(f"A{number}", amount, source=source)
            total += amount
        if number % 5:
            c.line(f"A{number}", 29, source="apbn", at=FOUR[0])
            total += 29
    assert sum(shares().values()) == total
    assert ActivityPlace.objects.count() > 12
    by_sector = PlaceMoney.objects.filter(place=None).values_list("sector__code", flat=True)
    assert sorted(by_sector) == ["AIR", "ENR", "TRP"]  # A0, A5, A10: one row a sector


def test_sums_of_areas_tie_out_with_those_of_places() -> None:
    """A province is the sum of its places; the island's two villages meet in it."""
    c.activity("A", places=FOUR, dpa=10)
    c.activity("B", agency="BPPW", places=[c.BETOK], dpa=7)
    c.activity("C", places=[], dpa=100)
    amounts = {code: c.figures(code, as_of=dt.date(2026, 1, 1)).amount for code in (
        "61", "61.11", "61.11.06", "61.11.01", "61.11.06.2002", "61.11.06.2003",
        c.KARIMATA_ISLAND, c.ROCK_ISLAND,
    )}  # fmt: skip
    assert amounts == {
        "61": 17, "61.11": 17, "61.11.06": 14, "61.11.01": 3, "61.11.06.2002": 12,
        "61.11.06.2003": 2, c.KARIMATA_ISLAND: 12, c.ROCK_ISLAND: 2,
    }  # fmt: skip
