"""Every page fits a phone, and everybody can read it: full, and empty too."""

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/2026/", "/2026/heat/village", "/2026/heat/island?measure=money",
    "/2026/heat/village?measure=findings&all=1", "/2026/map", "/2026/area/61.11/",
    "/2026/area/61.11.40034/", "/2026/findings/", "/2026/findings/?view=single",
]  # fmt: skip
EMPTY = [page for page in PAGES if "/area/" not in page]


def finding_pages(kinds: tuple[str, ...]) -> list[str]:
    """Addresses of findings of these kinds."""
    from convergence.models import Finding

    found = [Finding.objects.filter(kind=kind).order_by("key").first() for kind in kinds]
    return [f"/2026/findings/{finding.pk}/" for finding in found if finding]


def sideways(page) -> int:
    """By how many pixels the page is wider than the screen."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def violations(page) -> list[str]:
    """What the accessibility rules find, in words."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
    results = axe.Axe().run(page)
    return [
        f"{found['id']}: {found['help']}: {found['nodes'][0]['html'][:120]}"
        for found in results.response["violations"]
    ]


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_a_phone_needs_no_sideways_scrolling(visitor, site):
    page = visitor.log_in()
    pages = [*PAGES, *finding_pages(("same_output", "budget_drop", "unmet_need")), "/nope"]
    for address in pages:
        page = visitor.go(address)
        assert sideways(page) == 0, address
    visitor.complaints.clear()  # /nope is not found, as it should be


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_empty_pages_on_a_phone(visitor, empty):
    visitor.log_in()
    for address in EMPTY:
        page = visitor.go(address)
        assert sideways(page) == 0, address
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_accessibility(visitor, site):
    page = visitor.go("/accounts/login/")
    found = {"login": violations(page)}
    visitor.log_in()
    for address in [*PAGES, *finding_pages(("same_output", "no_clearance", "unmet_need"))]:
        page = visitor.go(address)
        if address == "/2026/map":
            page.wait_for_selector("#map[data-ready]")
        found[address] = violations(page)

    assert {address: list_ for address, list_ in found.items() if list_} == {}


def test_accessibility_of_empty_pages(visitor, empty):
    visitor.log_in()
    found = {address: violations(visitor.go(address)) for address in EMPTY}

    assert {address: list_ for address, list_ in found.items() if list_} == {}


def test_on_paper(visitor, site):
    page = visitor.log_in("/2026/heat/village")

    page.emulate_media(media="print")

    assert not page.is_visible("nav[aria-label]")
    assert page.is_visible("table.heat")
    style = "getComputedStyle(document.querySelector('table.heat td.s4')).color"
    assert page.evaluate(style) == "rgb(0, 0, 0)"  # the number is readable on any printer
