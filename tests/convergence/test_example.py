"""METHOD.md section 7: the worked example, to the letter."""

from __future__ import annotations

import pytest

from convergence.engine import judge
from convergence.models import AreaFigure, NeedLevel

from . import cast as c

# Betok Jaya on Pulau Karimata lies in these; all of them hold this one place alone.
AREAS = [
    ("61.11.06", "district"),
    ("61.11.40034", "island"),
    ("61", "province"),
    ("61.11", "regency"),
    ("61.11.06.2002", "village"),
]


@pytest.fixture(autouse=True)
def plans(cast: None) -> None:
    """Three needs; Dinas PUPR's pipes, ESDM's solar plant, and the Balai that plans pipes too."""
    c.need("AIR", weight=5)
    c.need("ENR", sector="ENR", weight=3)
    c.need("TRP", sector="TRP", weight=2)
    c.activity("PIPES", agency="DPUPR", dpa=900_000_000)
    c.report("PIPES", "40")
    c.activity("SOLAR", agency="ESDM", output="ENR-01", title="PLTS komunal")
    c.activity("AGAIN", agency="BPPW", status="submitted")
    c.line("AGAIN", 300_000_000, c.PROPOSED)


def test_findings() -> None:
    """Three, sorted by key, and no other."""
    assert judge(year=2026, as_of=c.AS_OF).findings == [
        {
            "kind": "same_output",
            "key": f"same_output/{c.BETOK}/AIR-01",
            "severity": 3,
            "amount": 300_000_000,
            "agencies": ["BPPW", "DPUPR"],
            "places": [c.BETOK],
        },
        {
            "kind": "unfunded",
            "key": "unfunded/SOLAR",
            "severity": 3,
            "amount": 0,
            "agencies": ["ESDM"],
            "places": [c.BETOK],
        },
        {
            "kind": "unmet_need",
            "key": f"unmet_need/TRP/{c.BETOK}",
            "severity": 2,
            "amount": 0,
            "agencies": [],
            "places": [c.BETOK],
        },
    ]


def test_figures() -> None:
    """C = 0.45, D = 0.25, index 33.75 → 33.8, in every area that holds the place."""
    assert judge(year=2026, as_of=c.AS_OF).areas == [
        {
            "code": code,
            "level": level,
            "index": 33.8,
            "coverage": 0.45,
            "duplication": 0.25,
            "participation": None,
            "reporting": 1.0,
        }
        for code, level in AREAS
    ]


def test_stored() -> None:
    """The same on the pages: levels of the needs, and the parts that the figures are made of."""
    c.keep()
    assert dict(NeedLevel.objects.values_list("need__code", "level")) == {
        "AIR": 3, "ENR": 1, "TRP": 0,
    }  # fmt: skip
    figure = AreaFigure.objects.get(code="61.11.06.2002")
    assert (figure.needs, figure.weight) == (3, 10)
    assert (figure.duplicated, figure.amount) == (300_000_000, 1_200_000_000)
    assert (figure.reports_made, figure.reports_due) == (1, 1)
