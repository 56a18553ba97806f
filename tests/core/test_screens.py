"""Every screen: list, record, form, removal; who may; two people at one record; history."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.models import Output, Sector
from core.screens import SCREENS
from planning.models import Need, Zone
from stakeholders.models import Agency, Mandate
from territory.models import Island, Place
from tests.pages import cast
from tests.pages.reading import get, links, rows, text

SLUGS = ["islands", "sectors", "outputs", "agencies", "mandates", "needs", "zones"]
NEED = {
    "code": "KB-9", "places": "61.11.06.2002", "weight": "4", "target": "", "output": "",
    "first_year": "2026", "last_year": "2027", "note": "Musrenbang",
}  # fmt: skip


@pytest.fixture
def stage(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO_USERNAMES = frozenset({"planner", "administrator"})  # no telephone in a test
    cast.territory()
    cast.catalogue()
    cast.plans()
    bksda = Agency.objects.get(code="BKSDA")
    zone = Zone.objects.create(code="KW-1", name="CAL Karimata", kind="Cagar", authority=bksda)
    zone.places.set(Place.objects.filter(code__in=[cast.KARIMATA, cast.SERUTU]))


def person(role: str) -> Client:
    """Somebody's browser, in English, so that tests read the msgids."""
    user = User.objects.create_user(role, name=role.capitalize(), role=role)
    client = Client()
    client.force_login(user)
    client.post("/i18n/setlang/", {"language": "en"})
    return client


@pytest.fixture
def planner(stage):
    return person("planner")


@pytest.fixture
def viewer(stage):
    return person("viewer")


def form(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of a form that nobody touches."""
    context = get(client, address).context
    found = {name: context["form"][name].value() for name in context["form"].fields}
    sent = {name: "" if value is None else value for name, value in found.items()}
    return {name: value for name, value in sent.items() if value is not False} | {
        "read": context["read"]
    }


def first(slug: str) -> Any:
    """The first record of a screen."""
    return SCREENS[slug].model._default_manager.order_by("pk")[0]


def path(slug: str, what: str = "") -> str:
    """The address of the first record."""
    return f"/data/{slug}/{first(slug).pk}/{what}"


def test_they_are_listed(viewer):
    page = get(viewer, "/data/")

    assert set(SLUGS) == set(SCREENS)
    assert {f"/data/{slug}/" for slug in SLUGS} | {"/data/sources/"} <= set(links(page))
    assert "/imports/" not in links(page)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_list_names_its_records(viewer, slug):
    page = get(viewer, f"/data/{slug}/")

    assert f"/data/{slug}/{first(slug).pk}/" in links(page)
    assert not [link for link in links(page) if link.endswith("/new")]
    total = rows(page, "screen")[-1]
    assert total[0].startswith("Total")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_record_has_its_page_and_history(viewer, slug):
    page = get(viewer, path(slug))

    assert "Entered" in text(page)
    assert not [link for link in links(page) if link.endswith(("/change", "/delete"))]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_form_has_help_at_every_field(planner, slug):
    page = get(planner, path(slug, "change"))

    for bound in page.context["form"]:
        assert bound.help_text, bound.name
        assert f'id="{bound.auto_id}_help"' in page.content.decode()


@pytest.mark.parametrize("slug", SLUGS)
def test_each_form_saves_what_it_shows_and_changes_nothing(planner, slug):
    record = first(slug)
    sent = form(planner, path(slug, "change"))

    response = planner.post(path(slug, "change"), sent)

    assert response.status_code == 302, response.context["form"].errors
    assert type(record)._default_manager.get(pk=record.pk).version == record.version


@pytest.mark.parametrize("role", ["viewer", "administrator"])
@pytest.mark.parametrize("slug", SLUGS)
def test_only_planners_change(stage, role, slug):
    client = person(role)

    for address in (f"/data/{slug}/new", path(slug, "change"), path(slug, "delete")):
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_nobody_is_led_to_the_door(client, stage, slug):
    for address in (f"/data/{slug}/", f"/data/{slug}.csv", path(slug), path(slug, "change")):
        assert client.get(address).url.startswith("/accounts/login/")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_list_as_a_file(viewer, slug):
    lines = viewer.get(f"/data/{slug}.csv").content.decode("utf-8-sig").splitlines()

    assert len(lines) == 1 + SCREENS[slug].model._default_manager.count()


@pytest.mark.parametrize("slug", SLUGS)
def test_each_column_orders_the_list(viewer, slug):
    for column in SCREENS[slug].columns:
        if column.sort:
            for sort in (column.sort, f"-{column.sort}"):
                page = get(viewer, f"/data/{slug}/?sort={sort}")
                assert page.context["listing"].records().query.order_by[0] == sort
    get(viewer, f"/data/{slug}/?sort=password")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_filter_narrows(viewer, slug):
    everything = SCREENS[slug].model._default_manager.count()
    for choice in SCREENS[slug].choices:
        counts = [
            get(viewer, f"/data/{slug}/?{choice.name}={value}").context["page"].paginator.count
            for value, _label in choice.choices()
        ]
        assert all(count <= everything for count in counts), choice.name
        broken = get(viewer, f"/data/{slug}/?{choice.name}=%27x")
        assert broken.context["page"].paginator.count == everything


def test_search_and_totals(viewer):
    page = get(viewer, "/data/needs/?q=TRANSPORTASI KB-3")

    assert [row[0] for row in rows(page, "screen")[1:]] == ["KB-3", "Total"]
    assert page.context["totals"][5] == 2
    assert "Nothing matches." in text(get(viewer, "/data/needs/?q=nothing"))


def test_an_empty_list_says_what_to_do(stage, viewer):
    Mandate.objects.all().delete()

    assert "No mandate is recorded. Add one" in text(get(viewer, "/data/mandates/"))


@pytest.mark.parametrize("slug", SLUGS)
def test_as_many_queries_however_much_there_is(viewer, slug):
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(viewer, f"/data/{slug}/")
        return len(captured)

    before = counted()
    for number in range(20):
        sector = Sector.objects.create(code=f"S-{number}", name=f"Bidang {number}")
        output = Output.objects.create(code=f"O-{number}", name="x", sector=sector, unit="unit")
        agency = Agency.objects.create(code=f"A-{number}", name=f"Dinas {number}", kind="pemda")
        Mandate.objects.create(agency=agency, sector=sector)
        cast.need(f"N-{number}", sector.code, 3, cast.PADANG)
        zone = Zone.objects.create(code=f"Z-{number}", name="z", kind="z", authority=agency)
        zone.sectors.add(sector)
        Island.objects.create(code=f"61.11.4{number:04}", name=f"Pulau {output.pk}")

    assert counted() == before <= 9


def test_a_new_need(planner):
    sector = Sector.objects.get(code="AIR")
    response = planner.post("/data/needs/new", NEED | {"sector": sector.pk})

    need = Need.objects.get(code="KB-9")
    assert response.url == f"/data/needs/{need.pk}/"
    assert {place.code for place in need.places.all()} == {cast.KARIMATA, cast.SERUTU}
    page = text(get(planner, response.url))
    assert "Betok Jaya · Pulau Karimata; Betok Jaya · Pulau Serutu" in page
    assert "Planner" in page and "Added: Betok Jaya · Pulau Karimata" in page


def test_errors_stand_at_the_field_and_in_the_summary_and_nothing_is_lost(planner):
    sent = NEED | {"places": "61.11.99", "weight": "9", "code": "KB 9", "sector": ""}
    page = planner.post("/data/needs/new", sent)
    content = page.content.decode()

    assert set(page.context["form"].errors) == {"places", "weight", "code", "sector"}
    for name in ("places", "weight", "code", "sector"):
        assert f'href="#id_{name}"' in content and f'id="id_{name}_error"' in content
    assert "61.11.99</textarea>" in content and 'value="KB 9"' in content
    assert "Musrenbang" in content
    assert not Need.objects.filter(code="KB-9").exists()


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ("61.11.06.2001", "Pelapis · Pulau Pelapis"),
        ("#KW-1", "Betok Jaya · Pulau Karimata; Betok Jaya · Pulau Serutu"),
        ("61.11.99", "there is no area with the code 61.11.99"),
        ("", ""),
    ],
)
def test_places_are_named_while_they_are_typed(planner, places, said):
    response = planner.get("/data/needs/resolve/places", {"places": places})

    assert said in response.content.decode()
    assert response["Content-Type"] == "text/plain"
    assert planner.get("/data/needs/resolve/note", {"note": "x"}).status_code == 404


def test_a_code_stays(planner):
    sent = form(planner, path("sectors", "change")) | {"code": "OTHER", "name": "Air minum"}
    planner.post(path("sectors", "change"), sent)

    assert first("sectors").code == "AIR"
    assert first("sectors").name == "Air minum"


def test_history_says_who_changed_what(planner):
    sent = form(planner, path("sectors", "change"))
    planner.post(path("sectors", "change"), sent | {"name": "Air minum"})

    assert "Name: Air bersih → Air minum" in text(get(planner, path("sectors")))
    assert re.search(r"Planner\s+Name: Air bersih", text(get(planner, path("sectors"))))


def test_places_alone_are_a_version(planner):
    need = Need.objects.get(code="KB-1")
    address = f"/data/needs/{need.pk}/change"
    planner.post(address, form(planner, address) | {"places": f"{cast.PADANG}; {cast.KARIMATA}"})

    assert Need.objects.get(pk=need.pk).version == need.version + 1
    assert need.places.count() == 2


def conflict(planner: Client) -> tuple[Need, str, dict[str, Any], Any]:
    """Two people change a need: one its weight and places, the other its weight and note."""
    need = Need.objects.get(code="KB-1")
    address = f"/data/needs/{need.pk}/change"
    sent = form(planner, address) | {"weight": "2", "note": "ketikan saya"}
    Need.objects.filter(pk=need.pk).update(weight=4)
    need.places.add(Place.objects.get(code=cast.PADANG))
    return need, address, sent, planner.post(address, sent)


def test_two_people_see_both_and_nothing_is_lost(planner):
    need, _address, _sent, page = conflict(planner)

    found = {one.name: one for one in page.context["differences"]}
    assert set(found) == {"weight", "note", "places"}
    assert (found["weight"].mine, found["weight"].theirs) == ("2", "4")
    assert [found[name].changed_by for name in ("weight", "note", "places")] == [
        "both", "mine", "theirs",
    ]  # fmt: skip
    assert "Padang · Pulau Karimata" in found["places"].theirs
    assert ("note", "ketikan saya") in page.context["carried"]
    assert Need.objects.get(pk=need.pk).note == ""


def test_each_side_is_chosen(planner):
    need, address, _sent, page = conflict(planner)
    carried = dict(page.context["carried"])
    sides = {"side:weight": "theirs", "side:note": "mine", "side:places": "theirs"}
    response = planner.post(address, carried | sides | {"resolve": "chosen"})

    assert response.status_code == 302
    stored = Need.objects.get(pk=need.pk)
    assert (stored.weight, stored.note, stored.places.count()) == (4, "ketikan saya", 2)


def test_back_to_the_form_and_saved_over_what_was_seen(planner):
    need, address, sent, page = conflict(planner)
    again = planner.post(address, dict(page.context["carried"]) | {"again": "1"})
    assert "ketikan saya" in again.content.decode()

    response = planner.post(address, sent | {"read": again.context["read"]})
    assert response.status_code == 302
    stored = Need.objects.get(pk=need.pk)
    assert (stored.weight, stored.note, stored.places.count()) == (2, "ketikan saya", 1)


def test_a_form_without_what_was_read_overwrites_nothing(planner):
    need = Need.objects.get(code="KB-1")
    address = f"/data/needs/{need.pk}/change"
    sent = form(planner, address) | {"weight": "1", "read": "forged"}
    page = planner.post(address, sent)

    assert "differences" in page.context
    assert Need.objects.get(pk=need.pk).weight == 5


def test_what_is_used_stays_and_it_is_said_by_what(planner):
    sector = Sector.objects.get(code="AIR")
    address = f"/data/sectors/{sector.pk}/delete"
    page = text(get(planner, address))

    assert "It is in use and stays." in page
    assert "Outputs: 1" in page and "Needs: 1" in page
    planner.post(address, {"version": sector.version})
    assert Sector.objects.filter(pk=sector.pk).exists()


def test_what_is_unused_is_removed_after_a_question(planner):
    sector = Sector.objects.create(code="WIS", name="Wisata")
    address = f"/data/sectors/{sector.pk}/delete"
    assert "Remove for good" in text(get(planner, address))

    assert planner.post(address, {"version": sector.version + 1}).status_code == 200
    assert Sector.objects.filter(pk=sector.pk).exists()
    assert planner.post(address, {"version": sector.version}).url == "/data/sectors/"
    assert not Sector.objects.filter(pk=sector.pk).exists()


def test_a_need_goes_with_its_places(planner):
    need = Need.objects.get(code="KB-1")
    planner.post(f"/data/needs/{need.pk}/delete", {"version": need.version})

    assert not Need.objects.filter(pk=need.pk).exists()


def test_an_island_s_own_count(planner):
    island = Island.objects.get(code="61.11.40082")
    address = f"/data/islands/{island.pk}/change"
    sent = form(planner, address) | {"populated_override": "True"}
    page = planner.post(address, sent)
    assert set(page.context["form"].errors) == {"populated_source", "populated_on"}

    count = {"populated_source": "Sensus desa", "populated_on": "2026-05-02"}
    assert planner.post(address, sent | count).status_code == 302
    assert Island.objects.get(pk=island.pk).populated
    assert "yes (Sensus desa, 2 May 2026)" in text(get(planner, f"/data/islands/{island.pk}/"))
    assert Place.objects.get(code=cast.SERUTU).populated

    planner.post(address, form(planner, address) | {"populated_override": ""})
    island.refresh_from_db()
    assert not island.populated and island.populated_source == ""
    assert not Place.objects.get(code=cast.SERUTU).populated


def test_islands_are_loaded_not_typed(planner):
    assert planner.get("/data/islands/new").status_code == 404
    assert planner.get(path("islands", "delete")).status_code == 404


def test_a_mandate_in_an_area(planner):
    sent = form(planner, path("mandates", "change"))
    page = planner.post(path("mandates", "change"), sent | {"area": "61.99"})
    assert list(page.context["form"].errors) == ["area"]

    planner.post(path("mandates", "change"), sent | {"area": "61.11.06"})
    assert first("mandates").area.code == "61.11.06"


def test_a_mandate_is_there_once(planner):
    mandate = first("mandates")
    sent = {"agency": mandate.agency_id, "sector": mandate.sector_id, "area": ""}
    page = planner.post("/data/mandates/new", sent)

    assert page.status_code == 200 and page.context["form"].non_field_errors()


def test_a_zone_with_its_sectors(planner):
    zone = first("zones")
    sectors = list(Sector.objects.filter(code__in=["AIR", "TRP"]))
    sent = form(planner, path("zones", "change")) | {"sectors": [one.pk for one in sectors]}
    planner.post(path("zones", "change"), sent)

    assert set(zone.sectors.all()) == set(sectors)
    assert zone.places.count() == 2
    page = text(get(planner, path("zones")))
    assert "Added: Air bersih" in page and "Air bersih, Transportasi laut" in page


def test_what_is_typed_survives_the_end_of_the_log_in(planner):
    address = path("sectors", "change")
    page = get(planner, address)
    sent = form(planner, address) | {"form_token": page.context["token"], "name": "Air minum"}
    user = User.objects.get(username="planner")
    planner.logout()
    assert planner.post(address, sent).url.startswith("/accounts/login/")

    planner.force_login(user)
    assert 'value="Air minum"' in get(planner, address).content.decode()


def test_funding_sources_with_their_use(viewer):
    page = get(viewer, "/data/sources/")
    [regency] = [row for row in rows(page, "sources") if "apbd_kab" in row]

    assert regency[2:4] == ["5", "4"]
    assert len(rows(page, "sources")) == 8 + 2


@pytest.mark.parametrize("slug", [*SLUGS, "sources"])
def test_nothing_inline(viewer, slug):
    content = get(viewer, f"/data/{slug}/").content.decode()

    assert "style=" not in content and "onclick" not in content
