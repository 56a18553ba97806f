"""The two worked data sets of the method, judged by the engine (without the import)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from convergence.engine import judge

from . import reference
from .store import store

CASES = [
    ("kayong_utara", "example.xlsx", "example.expected.json", "61.11", 2026, dt.date(2026, 8, 1)),
    (
        "kab_bandung",
        "kab_bandung/procurement_2025.xlsx",
        "kab_bandung/procurement_2025.expected.json",
        "32.04",
        2025,
        dt.date(2025, 10, 20),
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("areas", "workbook", "expected", "managed", "year", "as_of"), CASES)
def test_expected(
    shared: Path,
    areas: str,
    workbook: str,
    expected: str,
    managed: str,
    year: int,
    as_of: dt.date,
) -> None:
    """Equal as data to what the method's authors computed."""
    data = shared
    territory = reference.read_areas(data / areas)
    store(reference.read_workbook(data / workbook, territory, [managed]))
    assert judge(year=year, as_of=as_of).as_json() == json.loads((data / expected).read_text())
