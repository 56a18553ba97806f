"""How many queries each page makes: pinned, and the same however much there is to show.

`UPDATE_QUERY_COUNTS=1 pytest tests/pages/test_queries.py` writes the counts anew.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from convergence.models import Finding
from tests.pages import cast
from tests.pages.reading import get

FILE = Path(__file__).with_name("query_counts.json")
PAGES = {
    "home": "/2026/",
    "freshness": "/2026/freshness",
    "heat village coverage": "/2026/heat/village",
    "heat village findings": "/2026/heat/village?measure=findings",
    "heat village money": "/2026/heat/village?measure=money",
    "heat island coverage": "/2026/heat/island",
    "map": "/2026/map",
    "map data": "/2026/map.json",
    "area regency": "/2026/area/61.11/",
    "area village": "/2026/area/61.11.06.2002/",
    "area island": "/2026/area/61.11.40034/",
    "findings cases": "/2026/findings/",
    "findings single": "/2026/findings/?view=single",
    "findings filtered": "/2026/findings/?area=61.11.06&q=KG-5&agency=DISHUB",
    "findings export": "/2026/findings.csv",
    "finding overlap": "same_output/61.11.06.2002@61.11.40034/AIR-01",
    "finding need": "unmet_need/KB-3/61.11.06.2002@61.11.40034",
    "finding activity": "budget_drop/KG-5",
}


def queries(client, page: str) -> int:
    """How many queries a page makes, the session's and the user's among them."""
    address = page
    if not page.startswith("/"):
        address = f"/2026/findings/{Finding.objects.get(year=2026, key=page).pk}/"
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    return len(captured)


def more() -> None:
    """Three times as many plans, needs and findings."""
    for number in range(10):
        for code, agency, title, output, status, places in cast.ACTIVITIES:
            cast.activity(f"{code}-{number}", agency, f"{title} {number}", output, status, places)
        cast.need(f"KB-9{number}", "TRP", 4, cast.KARIMATA, cast.PELAPIS, cast.SUTERA)
    cast.judged()


@pytest.mark.parametrize("name", PAGES)
def test_as_many_as_pinned(regent, stage, name):
    counts = json.loads(FILE.read_text()) if FILE.exists() else {}
    found = queries(regent, PAGES[name])
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        counts[name] = found
        FILE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")

    assert found == counts.get(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_same_however_much_there_is(regent, stage, name):
    before = queries(regent, PAGES[name])
    more()

    assert queries(regent, PAGES[name]) == before
