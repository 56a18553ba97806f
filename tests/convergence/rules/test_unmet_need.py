"""`unmet_need`: of the year, no live activity matches, none fulfils it (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")


def test_unmet_need() -> None:
    """As severe as it weighs; concerns who has a mandate for it there."""
    c.need("N", weight=4)
    c.mandate("DPUPR")
    c.mandate("BPPW", area="61.11.06")
    c.mandate("DKP", area="61.11.01")
    c.mandate("ESDM", "ENR")
    finding = c.stored("unmet_need")
    assert c.printed(finding) == {
        "key": f"unmet_need/N/{c.BETOK}",
        "severity": 4,
        "amount": 0,
        "agencies": ["BPPW", "DPUPR"],
        "places": [c.BETOK],
        "members": [],
        "records": ["need/N"],
    }
    assert finding.evidence["needs"] == [
        {"code": "N", "place": c.BETOK, "sector": "AIR", "output": None, "weight": 4,
         "target": None, "level": 0}
    ]  # fmt: skip


def test_a_need_is_of_its_years_and_of_managed_places() -> None:
    """First and last year are within; a place that nobody manages has no need."""
    c.need("PAST", first=2024, last=2025)
    c.need("LAST", first=2024, last=2026)
    c.need("FIRST", first=2026, last=2028)
    c.need("NEXT", first=2027, last=2028)
    c.need("ABROAD", places=[c.NEIGHBOUR])
    assert set(c.severities("unmet_need")) == {f"FIRST/{c.BETOK}", f"LAST/{c.BETOK}"}


def test_a_need_of_several_places_is_one_need_at_each() -> None:
    """Met at one, unmet at the others; an unpopulated place is a place."""
    c.need("N", places=[c.SUTERA, c.BETOK, c.ROCK])
    c.mandate("BPPW")
    c.mandate("DKP", area="61.11.01")
    c.activity()
    assert [(one["places"], one["agencies"]) for one in c.found("unmet_need")] == [
        ([c.SUTERA], ["BPPW", "DKP"]),
        ([c.ROCK], ["BPPW"]),
    ]


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "draft"}, False),
        ({"status": "returned"}, False),
        ({"status": "cancelled"}, False),
        ({"output": "AIR-02"}, True),
        ({"output": "ENR-01"}, False),
        ({"output": c.SUPPORTING}, False),
        ({"places": [c.PADANG]}, False),
        ({"places": []}, False),
        ({"places": [c.PADANG, c.BETOK]}, True),
        ({"first": "2025-02-01", "last": "2025-12-31"}, False),
        ({"first": "2025-02-01", "last": "2026-01-01"}, True),
        ({"first": "2026-12-31", "last": "2027-03-01"}, True),
        ({"first": "2027-01-01", "last": "2027-03-01"}, False),
        ({"first": "2025-12-31", "last": "2027-01-01"}, True),
    ],
)
def test_what_matches(changes: dict[str, Any], met: bool) -> None:
    """A live activity that fits, with a day in the year."""
    c.need()
    c.activity(**changes)
    assert c.severities("unmet_need") == ({} if met else {f"N/{c.BETOK}": 4})


def test_a_need_that_names_an_output_wants_that_one() -> None:
    """Another output of the sector does not fit."""
    c.need("PIPES", output="AIR-01")
    c.need("WELL", output="AIR-02")
    c.activity(output="AIR-02")
    assert set(c.severities("unmet_need")) == {f"PIPES/{c.BETOK}"}


@pytest.mark.parametrize(
    ("changes", "first", "fulfilled"),
    [
        ({}, 2025, True),
        ({}, 2026, False),
        ({"last": "2025-01-01"}, 2025, True),
        ({"last": "2024-12-31"}, 2025, False),
        ({"last": "2025-12-31"}, 2025, True),
        ({"status": "submitted"}, 2025, False),
        ({"places": [c.PADANG]}, 2025, False),
        ({"output": c.SUPPORTING}, 2025, False),
    ],
)
def test_what_fulfils(changes: dict[str, Any], first: int, fulfilled: bool) -> None:
    """A counted one that fits, ended before the year and not before the need's first."""
    c.need(first=first)
    c.delivered(**changes)
    assert (c.severities("unmet_need") == {}) is fulfilled


@pytest.mark.parametrize(
    ("changes", "fulfilled"),
    [
        ({}, True),
        ({"physical": "99.999"}, False),
        ({"status": "draft"}, False),
        ({"dated": c.AS_OF}, True),
        ({"dated": "2026-08-02"}, False),
        ({"year": 2026, "quarter": 1}, True),
        ({"year": 2027, "quarter": 1}, False),
    ],
)
def test_progress_that_fulfils(changes: dict[str, Any], fulfilled: bool) -> None:
    """A submitted report of the year or before, dated by the day, says 100."""
    c.need()
    c.activity(first="2024-06-01", last="2025-06-30")
    values: dict[str, Any] = {"physical": "100", "year": 2025, "dated": "2025-07-10"}
    c.report("A", **(values | changes))
    assert (c.severities("unmet_need") == {}) is fulfilled


def test_the_last_report_says_how_far_it_is() -> None:
    """Highest year, then highest quarter; a correction downwards counts."""
    c.need()
    c.activity(first="2024-06-01", last="2025-06-30")
    c.report("A", "100", quarter=4, year=2024, dated="2025-01-10")
    c.report("A", "100", quarter=1, year=2025, dated="2025-04-10")
    assert c.severities("unmet_need") == {}
    c.report("A", "95", quarter=2, year=2025, dated="2025-07-10")
    assert c.severities("unmet_need") == {f"N/{c.BETOK}": 4}
