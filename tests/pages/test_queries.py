"""How many queries each page makes: pinned, and the same however much there is to show.

`UPDATE_QUERY_COUNTS=1 pytest tests/pages/test_queries.py` writes the counts anew.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from convergence.actions import discuss
from convergence.models import Finding
from core.comments import add_comment
from stakeholders.models import Agency
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
    "planner: findings cases": "/2026/findings/",
    "planner: finding overlap": "same_output/61.11.06.2002@61.11.40034/AIR-01",
    "planner: finding need": "unmet_need/KB-3/61.11.06.2002@61.11.40034",
    "agency: finding overlap": "same_output/61.11.06.2002@61.11.40034/AIR-01",
    "agency: finding of others": "budget_drop/KG-5",
}


@pytest.fixture
def reader(regent: Client, stage, settings, name) -> Client:
    """The browser of who reads the page: somebody, the planner, an editor of DPUPR."""
    settings.DEMO_USERNAMES = frozenset({"sri"})  # no second factor here
    who = name.partition(":")[0]
    if who not in {"planner", "agency"}:
        return regent
    role = "planner" if who == "planner" else "viewer"
    user = User.objects.create_user("sri", role=role)
    if who == "agency":
        agency = Agency.objects.get(code="DPUPR")
        Membership.objects.create(user=user, agency=agency, role="editor")
    client = Client()
    client.force_login(user)
    return client


def queries(client, page: str) -> int:
    """How many queries a page makes, the session's and the user's among them."""
    address = page
    if not page.startswith("/"):
        address = f"/2026/findings/{Finding.objects.get(year=2026, key=page).pk}/"
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    return len(captured)


def more() -> None:
    """Three times as many plans, needs and findings; comments and steps on each."""
    for number in range(10):
        for code, agency, title, output, status, places in cast.ACTIVITIES:
            cast.activity(f"{code}-{number}", agency, f"{title} {number}", output, status, places)
        cast.need(f"KB-9{number}", "TRP", 4, cast.KARIMATA, cast.PELAPIS, cast.SUTERA)
    cast.judged()
    author = User.objects.create_user("many")
    for finding in Finding.objects.filter(year=2026, state="open"):
        add_comment(about=finding, author=author, text="Apa bedanya?")
        discuss(finding=finding, user=author, note="Rapat")


@pytest.mark.parametrize("name", PAGES)
def test_as_many_as_pinned(reader, name):
    counts = json.loads(FILE.read_text()) if FILE.exists() else {}
    found = queries(reader, PAGES[name])
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        counts[name] = found
        FILE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")

    assert found == counts.get(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_same_however_much_there_is(reader, name):
    before = queries(reader, PAGES[name])
    more()

    assert queries(reader, PAGES[name]) == before
