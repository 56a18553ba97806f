"""Screens, import and tokens in a real browser: they fit a phone, everybody can read them."""

import pytest

from tests.browser.test_fit import sideways, violations

pytestmark = pytest.mark.browser

SLUGS = ["islands", "sectors", "outputs", "agencies", "mandates", "needs", "zones"]


def addresses() -> list[str]:
    """Every kind of page, of every screen."""
    from core.screens import SCREENS

    found = ["/data/", "/data/sources/", "/imports/", "/api/v1/docs", "/data/needs/new"]
    for slug in SLUGS:
        one = SCREENS[slug].model._default_manager.order_by("pk")[0]
        found += [f"/data/{slug}/", f"/data/{slug}/{one.pk}/", f"/data/{slug}/{one.pk}/change"]
    return [*found, f"/data/{slug}/{one.pk}/delete"]


@pytest.fixture
def planner(site, settings):
    """The visitor is the planning agency's; no telephone in a test. A zone, for its screen."""
    from accounts.models import User
    from planning.models import Zone
    from stakeholders.models import Agency
    from territory.models import Place

    settings.DEMO_USERNAMES = frozenset({"bupati"})
    User.objects.filter(username="bupati").update(role="planner")
    zone = Zone.objects.create(
        code="KW-1", name="CAL Karimata", kind="Cagar", authority=Agency.objects.get(code="BKSDA")
    )
    zone.places.set(Place.objects.all()[:2])


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_every_page_fits_and_is_accessible(visitor, site, planner):
    visitor.log_in("/data/")
    found = {}
    for address in addresses():
        page = visitor.go(address)
        assert sideways(page) == 0, address
        found[address] = violations(page)

    assert {address: list_ for address, list_ in found.items() if list_} == {}


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_errors_and_conflict_are_accessible_on_a_phone(visitor, site, planner):
    from planning.models import Need

    page = visitor.log_in("/data/needs/new")
    page.click("button.next")
    assert page.locator(".alert li").count() >= 4
    assert violations(page) == [] and sideways(page) == 0

    need = Need.objects.get(code="KB-1")
    page = visitor.go(f"/data/needs/{need.pk}/change")
    page.fill("#id_note", "Sumur asin")
    Need.objects.filter(pk=need.pk).update(weight=1)
    page.click("button.next")
    assert page.locator("fieldset.both").count() == 2
    assert violations(page) == [] and sideways(page) == 0
    page.click("button[value=chosen]")
    page.wait_for_url(f"**/data/needs/{need.pk}/")
    need.refresh_from_db()
    assert (need.note, need.weight) == ("Sumur asin", 1)


def test_places_are_named_while_they_are_typed(visitor, site, planner):
    page = visitor.log_in("/data/needs/new")
    page.fill("#id_places", "61.11.06.2001")

    page.wait_for_selector("#id_places_names:has-text('Pulau Pelapis')")


def test_the_list_narrows_while_one_types(visitor, site, planner):
    page = visitor.log_in("/data/needs/")
    page.fill("#id_q", "KB-3")

    page.wait_for_url("**q=KB-3**")

    assert page.locator("table.screen tbody tr").count() == 1


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_an_import_from_a_phone(visitor, site, planner, tmp_path):
    from core import jobs
    from tests.exchange.books import SOUND, save

    file = save({"Bidang": SOUND["Bidang"]}, tmp_path / "book.xlsx")
    page = visitor.log_in("/imports/")
    page.set_input_files("#id_file", str(file))
    page.click("button.next")
    page.wait_for_selector("progress")
    assert violations(page) == [] and sideways(page) == 0

    jobs.run_waiting()
    page.wait_for_selector("text=Bidang")
    assert violations(page) == [] and sideways(page) == 0


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_tokens_on_a_phone(visitor, site, settings):
    from accounts.models import User

    settings.DEMO_USERNAMES = frozenset({"bupati"})
    User.objects.filter(username="bupati").update(role="administrator")
    page = visitor.log_in("/tokens/")
    page.fill("#id_name", "SIPD")
    page.select_option("#id_user", index=1)
    page.click("button.next")
    page.wait_for_selector("code.secret")
    assert violations(page) == [] and sideways(page) == 0
