"""The whole way from files to judgement, on made-up worlds in ever different notations.

`load_areas`, `import_workbook` and the engine together must give what the reference reads in the
same files; and what is exported and imported again must be judged the same.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pytest

from convergence.engine import judge
from exchange.actions import export_workbook, import_workbook
from territory.actions import load_areas

from . import worlds

FILES = 40


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1000, 1000 + FILES))
def test_files_are_judged_as_the_reference_reads_them(seed: int, tmp_path: Path) -> None:
    """Every finding and figure, at every moment of the world; a second import changes nothing."""
    rng = random.Random(seed)
    worlds.write_case(worlds.make_case(rng), tmp_path, rng)
    load_areas(folder=tmp_path / "areas", managed=(tmp_path / "managed.txt").read_text().split())
    report = import_workbook(tmp_path / "workbook.xlsx")
    assert not report.errors
    expected = [json.loads(file.read_text()) for file in sorted(tmp_path.glob("expected*.json"))]
    for moment in expected:
        as_of = dt.date.fromisoformat(moment["as_of"])
        assert judge(year=moment["year"], as_of=as_of).as_json() == moment

    again = import_workbook(tmp_path / "workbook.xlsx")
    assert not any(counts.new or counts.changed for counts in again.sheets.values())
    export_workbook(tmp_path / "export.xlsx")
    back = import_workbook(tmp_path / "export.xlsx")
    assert not back.errors
    assert not any(counts.new or counts.changed for counts in back.sheets.values())
