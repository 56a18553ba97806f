"""The JSON API: what it says of the cast, to whom, narrowed how, in how many queries."""

import datetime as dt
import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from convergence.engine import judge
from convergence.models import Finding
from exchange.api import changes
from programs.models import Activity, ActivityPlace
from tests.exchange import api
from tests.exchange.api import codes, read
from tests.pages import cast

PATHS = ["activities", "activities/KG-1", "findings", "findings/1", "figures", "schema", "nope"]


@pytest.fixture
def planner(db):
    api.stage()
    return api.program(api.person("bappelitbang", "planner"))


@pytest.fixture
def partner(db):
    api.stage()
    return api.program(api.person("pusat"))


def test_an_activity(planner):
    found = read(planner, "activities/KG-1")
    changed = dt.datetime.fromisoformat(found.pop("changed"))

    assert timezone.now() - changed < dt.timedelta(minutes=5)
    assert found == {
        "code": "KG-1", "agency": "DPUPR", "title": "Pembangunan air pipa Betok Jaya",
        "output": "AIR-01", "sector": "AIR", "volume": "1", "unit": "unit",
        "first_day": "2026-04-01", "last_day": "2026-11-30", "status": "verified",
        "programme": "", "action_item": None, "places": [cast.KARIMATA],
        "origin_system": "", "origin_code": "", "version": 1,
        "lines": [
            {"code": "AG-1", "year": 2026, "source": "apbd_kab", "stage": "enacted",
             "amount": 900_000_000, "place": None},
        ],
        "reports": [
            {"year": 2026, "quarter": 2, "physical": "40", "realised": 300_000_000,
             "dated": "2026-07-10", "status": "submitted"},
            {"year": 2026, "quarter": 3, "physical": "60", "realised": 400_000_000,
             "dated": "2026-10-05", "status": "draft"},
        ],
    }  # fmt: skip


def test_findings_and_figures_are_those_of_the_contract(planner):
    judged = judge(year=2026, as_of=cast.AS_OF).as_json()
    found = read(planner, "findings", year=2026, page_size=500)["results"]
    figures = read(planner, "figures", year=2026, page_size=500)["results"]

    assert judged["findings"] and judged["areas"]
    assert [{name: row[name] for name in judged["findings"][0]} for row in found] == judged[
        "findings"
    ]
    assert [{name: row[name] for name in judged["areas"][0]} for row in figures] == judged["areas"]
    assert {row["as_of"] for row in [*found, *figures]} == {"2026-08-01"}


def test_a_finding_has_its_proof(partner):
    key = f"same_output/{cast.KARIMATA}/AIR-01"
    [found] = read(partner, "findings", year=2026, key=key)["results"]

    assert found == read(partner, f"findings/{found['id']}")
    assert found["amount"] == 300_000_000
    assert found["members"] == ["KG-1", "KG-3"]
    assert {row["code"] for row in found["evidence"]["activities"]} == {"KG-1", "KG-3"}


def test_figures_have_their_parts(partner):
    [row] = read(partner, "figures", year=2026, code="61.11.06.2002")["results"]

    assert row["level"] == "village"
    assert (row["duplicated"], row["amount"]) == (300_000_000, 1_366_666_667)
    assert row["needs"] == 3 and row["weight"] == 10
    assert row["participation"] is None or isinstance(row["participation"], float)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_told_401(client, path):
    response = client.get(f"/api/v1/{path}")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert "detail" in response.json()


@pytest.mark.parametrize("path", PATHS)
def test_it_is_only_read(planner, path):
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(planner, method)(f"/api/v1/{path}", "{}", content_type="application/json")
        assert answer.status_code == 405, method


@pytest.mark.parametrize(
    ("role", "agencies", "hidden"),
    [
        ("planner", (), set()),
        ("viewer", ("DISHUB",), set()),
        ("viewer", ("DPUPR",), {"KG-8", "KG-9"}),
        ("viewer", (), {"KG-8", "KG-9"}),
        ("administrator", (), {"KG-8", "KG-9"}),
    ],
)
def test_drafts_are_their_agency_s_and_the_planners(db, role, agencies, hidden):
    api.stage()
    client = api.program(api.person("somebody", role, *agencies))

    everything = set(Activity.objects.values_list("code", flat=True))
    assert set(codes(client)) == everything - hidden
    for code in everything:
        answer = client.get(f"/api/v1/activities/{code}")
        assert answer.status_code == (404 if code in hidden else 200)


@pytest.mark.parametrize(
    ("role", "agencies", "quarters"),
    [("viewer", (), [2]), ("viewer", ("DPUPR",), [2, 3]), ("planner", (), [2, 3])],
)
def test_draft_reports_too(db, role, agencies, quarters):
    api.stage()
    client = api.program(api.person("somebody", role, *agencies))

    found = read(client, "activities/KG-1")["reports"]
    assert [report["quarter"] for report in found] == quarters


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"agency": "DPUPR"}, ["KG-1"]),
        ({"agency": "DPUPR,ESDM"}, ["KG-1", "KG-2"]),
        ({"status": "submitted"}, ["KG-3", "KG-4"]),
        ({"status": "submitted,verified", "sector": "TRP"}, ["KG-4", "KG-5"]),
        ({"output": "ENR-01"}, ["KG-2"]),
        ({"year": 2027}, []),
        ({"year": 2026, "area": "61.11.01"}, ["KG-5"]),
        ({"area": "61.11.40034"}, ["KG-1", "KG-2", "KG-3"]),
        ({"area": cast.SERUTU}, ["KG-5"]),
        ({"area": "61.11"}, ["KG-1", "KG-2", "KG-3", "KG-5"]),
        ({"area": "61.1"}, []),
    ],
)
def test_narrowing_activities(partner, asked, expected):
    assert codes(partner, **asked) == expected


def test_changes_since_a_moment(partner):
    moment = timezone.now() - dt.timedelta(hours=1)
    for app, model, _column in changes.HISTORIES:  # all that the test wrote is of one moment
        apps.get_model(app, model).objects.update(pgh_created_at=moment - dt.timedelta(days=1))
    assert codes(partner, changed_since=moment.isoformat()) == []

    Activity.objects.get(code="KG-2").lines.create(
        code="AG-9", year=2026, source="apbn", stage=1, amount=5
    )
    ActivityPlace.objects.get(activity__code="KG-5", place__code=cast.SERUTU).delete()
    Activity.objects.filter(code="KG-4").update(title="Kajian dermaga")

    assert codes(partner, changed_since=moment.isoformat()) == ["KG-2", "KG-4", "KG-5"]
    changed = read(partner, "activities/KG-5")["changed"]
    assert dt.datetime.fromisoformat(changed) >= moment


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"kind": "same_output"}, {"same_output"}),
        ({"kind": "same_output,budget_drop"}, {"same_output", "budget_drop"}),
        ({"agency": "BPPW"}, {"same_output"}),
        ({"severity": 4, "area": "61.11.06.2001"}, {"budget_drop", "unreported"}),
        ({"key": "budget_drop/KG-5", "year": 2026}, {"budget_drop"}),
        ({"year": 2031}, set()),
    ],
)
def test_narrowing_findings(partner, asked, kinds):
    found = read(partner, "findings", **asked)["results"]
    expected = Finding.objects.filter(kind__in=kinds)
    if "area" in asked:
        expected = expected.filter(severity=4, places__contains=[cast.PELAPIS])

    assert {row["id"] for row in found} == set(expected.values_list("pk", flat=True))


def test_severity_and_state(partner):
    Finding.objects.filter(kind="unmet_need").update(state="closed")
    closed = Finding.objects.filter(state="closed")

    assert closed and not {row["state"] for row in read(partner, "findings")["results"]} & {
        "closed"
    }
    found = read(partner, "findings", state="closed")
    assert found["count"] == closed.count()
    one = closed[0]
    assert read(partner, f"findings/{one.pk}")["state"] == "closed"
    assert codes(partner, "findings", key=one.key) == [one.key]
    least = read(partner, "findings", severity__gte=3)["results"]
    assert least and {row["severity"] for row in least} <= {3, 4, 5}


def test_narrowing_figures(partner):
    assert codes(partner, "figures", level="island") == [
        "61.11.40034",
        "61.11.40075",
        "61.11.40082",
    ]
    assert codes(partner, "figures", code="61,61.11") == ["61", "61.11"]
    assert codes(partner, "figures", year=2020) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"agancy": "DPUPR"}, {"status": "lost"}, {"year": "soon"}, {"year": 99999},
        {"changed_since": "yesterday"},
    ],
)  # fmt: skip
def test_a_slip_is_said_and_not_answered(partner, asked):
    response = partner.get("/api/v1/activities", asked)

    assert response.status_code == 400
    assert list(response.json()) == list(asked)


def test_it_speaks_the_language_that_is_asked_for(client):
    english = client.get("/api/v1/findings", headers={"Accept-Language": "en"})
    indonesian = client.get("/api/v1/findings")

    assert english.json() == {"detail": "Authentication credentials were not provided."}
    assert indonesian.json()["detail"] != english.json()["detail"]
    assert indonesian["Content-Language"] == "id"


@pytest.mark.parametrize("path", ["activities/KG-8", "activities/NO", "findings?page=99", "no"])
def test_what_is_not_there(partner, path):
    response = partner.get(f"/api/v1/{path}")

    assert response.status_code == 404
    assert response.json() == {
        "detail": "There is nothing at this address, or it is not open to you."
    }


def test_pages(partner):
    first = read(partner, "activities", page_size=2)
    assert first["count"] == 5 and first["previous"] is None
    second = partner.get(first["next"]).json()

    assert [row["code"] for row in [*first["results"], *second["results"]]] == [
        "KG-1", "KG-2", "KG-3", "KG-4",
    ]  # fmt: skip


def test_our_own_fault_shows_nothing_behind_it(partner, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("secret path /srv")

    monkeypatch.setattr("exchange.api.changes.with_change", fail)
    response = partner.get("/api/v1/activities")

    assert response.status_code == 500
    assert list(response.json()) == ["detail"]
    assert "secret" not in response.content.decode()


# Queries: the token; memberships of who is no planner; then what is fetched.
QUERIES = {"activities": 7, "activities/KG-1": 6, "findings": 3, "figures": 3}


@pytest.mark.parametrize("path", QUERIES)
def test_as_many_queries_however_much_there_is(partner, path):
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(partner, path)
        return len(captured)

    read(partner, path)  # notes the use of the token, once in five minutes
    before = counted()
    for number in range(10):
        cast.activity(
            f"KH-{number}", "DISHUB", f"Dermaga {number}", "TRP-01", "verified",
            [cast.PELAPIS, cast.SERUTU],
        )  # fmt: skip
    cast.judged()

    assert counted() == before == QUERIES[path]


def test_the_schema_is_valid(db, tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_filter_is_documented():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    asked = {one["name"] for one in schema["paths"]["/api/v1/activities"]["get"]["parameters"]}

    assert asked == {
        "agency", "status", "year", "sector", "output", "area", "changed_since", "page",
        "page_size",
    }  # fmt: skip


def test_the_schema_is_served(partner):
    schema = json.loads(partner.get("/api/v1/schema").content)

    assert schema["openapi"].startswith("3.")
    assert set(schema["components"]["securitySchemes"]) == {"token", "session"}


def test_the_page_about_it(db):
    client = Client()
    client.force_login(api.person("bupati"))
    page = client.get("/api/v1/docs").content.decode()

    assert "GET /api/v1/activities/{code}" in page
    assert "changed_since" in page
    assert "<script" not in page and "style=" not in page


def test_a_session_reads_as_its_person(db):
    api.stage()
    client = Client()
    assert client.get("/api/v1/docs").status_code == 302
    client.force_login(api.person("operator", "viewer", "DISHUB"))

    assert "KG-8" in codes(client)


def test_a_session_needs_its_second_factor(db):
    client = Client()
    client.force_login(api.person("perencana", "planner"))

    assert client.get("/api/v1/activities").status_code == 401
