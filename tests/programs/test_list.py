"""The list of activities: whose are seen, how it is narrowed, and at what cost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Activity, ActivityPlace
from tests.convergence import cast as c
from tests.pages.reading import get, rows, text

pytestmark = pytest.mark.django_db
LIST = "/activities/"
QUERIES = 13


def codes(client, query: str = "?agency=") -> set[str]:
    """Codes of the activities that are listed."""
    return {activity.code for activity, _amount in get(client, LIST + query).context["lines"]}


@pytest.fixture
def plans(people):
    """One of each status at DPUPR, one at another agency elsewhere."""
    for status in Activity.Status.values:
        c.activity(status.upper(), status=status, title=f"Air {status}")
    c.activity(
        "LAIN", agency="BPPW", output="TRP-01", places=[c.SUTERA], title="Dermaga Sutera",
        first="2028-01-01", last="2028-12-31",
    )  # fmt: skip
    c.line("VERIFIED", 900, 1)
    c.line("VERIFIED", 700, 3)
    c.line("VERIFIED", 50, 3, year=2027)
    c.line("SUBMITTED", 30, 2)


PUBLIC = {"SUBMITTED", "VERIFIED", "CANCELLED", "LAIN"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("editor", PUBLIC | {"DRAFT", "RETURNED"}),
        ("head", PUBLIC | {"DRAFT", "RETURNED"}),
        ("planner", PUBLIC | {"DRAFT", "RETURNED"}),
        ("other", PUBLIC),
        ("administrator", PUBLIC),
        ("reader", PUBLIC),
    ],
)
def test_who_sees_what(plans, browser, who, seen):
    client = browser(who)
    assert codes(client) == seen
    for activity in Activity.objects.all():
        expected = 200 if activity.code in seen else 404
        assert client.get(f"/activities/{activity.pk}/").status_code == expected
        by_code = client.get(f"/activities/code/{activity.code}").status_code
        assert by_code == (302 if activity.code in seen else 404)


def test_nobody_who_is_not_logged_in(plans, browser):
    one = Activity.objects.get(code="VERIFIED")
    for page in (LIST, f"{LIST}{one.pk}/", f"{LIST}code/VERIFIED", f"{LIST}places.json?q=kari"):
        assert browser("").get(page).status_code == 302


def test_ones_own_agency_until_another_is_chosen(plans, browser):
    assert codes(browser("other"), "") == {"LAIN"}
    assert codes(browser("reader"), "") == PUBLIC


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=verified", {"VERIFIED", "LAIN"}),
        ("year=2028", {"LAIN"}),
        ("output=s:TRP", {"LAIN"}),
        ("output=o:AIR-01&status=submitted", {"SUBMITTED"}),
        ("agency=BPPW", {"LAIN"}),
        ("area=61.11.01", {"LAIN"}),
        ("area=61.11.01.2001", {"LAIN"}),
        ("area=61.11.40034&status=verified", {"VERIFIED"}),
        ("q=sutera dermaga", {"LAIN"}),
        ("q=%25", set()),
        ("status=nonsense&agency=BPPW", {"LAIN"}),
    ],
)
def test_narrowed(plans, browser, query, found):
    assert codes(browser("reader"), f"?agency=&{query}") == found


def test_money_ties_out(plans, browser):
    page = get(browser("editor"), f"{LIST}?agency=&year=2026")
    amounts = {one.code: amount for one, amount in page.context["lines"]}
    assert (amounts["VERIFIED"], amounts["SUBMITTED"], amounts["DRAFT"]) == (700, 30, None)
    assert page.context["total"] == 730
    assert get(browser("editor"), LIST).context["total"] == 780


@pytest.mark.parametrize("sort", ["changed", "title", "code", "agency", "first_day", "status", "x"])
def test_sorted(plans, browser, sort):
    assert len(rows(get(browser("editor"), f"{LIST}?agency=&sort={sort}"), "activities")) == 8


def test_only_the_results_for_htmx(plans, browser):
    part = get(browser("editor"), LIST, HTTP_HX_REQUEST="true")
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_an_empty_list_says_what_to_do(people, browser):
    page = get(browser("editor"), LIST)
    assert page.context["page"].paginator.count == 0
    assert "/activities/new" in page.content.decode()


def many(count: int) -> None:
    """So many activities of one agency, each with a place."""
    like = Activity.objects.filter(code="LIKE").first() or c.activity("LIKE", title="Kegiatan")
    made = Activity.objects.bulk_create(
        Activity(
            code=f"M-{count}-{n:05d}", agency=like.agency, output=like.output,
            title=f"Kegiatan {n}",
            volume=1, first_day=dt.date(2026, 1, 1), last_day=dt.date(2026, 12, 31),
            status="submitted",
        )
        for n in range(count)
    )  # fmt: skip
    place = c.place(c.BETOK)
    ActivityPlace.objects.bulk_create(ActivityPlace(activity=one, place=place) for one in made)
    with connection.cursor() as cursor:  # as after an import: the planner knows the new sizes
        cursor.execute("ANALYZE")


def queries(client, address: str) -> int:
    """How many queries a page makes."""
    get(client, address)
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    return len(captured)


@pytest.mark.parametrize("address", [LIST, f"{LIST}?q=kegiatan&area=61.11.06&year=2026&sort=title"])
def test_queries(plans, browser, address):
    client = browser("editor")
    many(1)
    few = queries(client, address)
    many(2_500)

    assert queries(client, address) == few == QUERIES, few
    assert "2.507" in text(get(client, LIST))
