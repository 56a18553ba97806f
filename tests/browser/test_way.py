"""The ways that people take: by mouse, by keyboard, on a phone."""

import pytest

pytestmark = pytest.mark.browser


def test_from_the_door_to_the_proof(visitor, site):
    page = visitor.log_in()
    page.click("nav >> text=/Lokasi|Places/")
    page.wait_for_url("**/2026/heat/village")
    page.click("table.heat tbody a >> text=Betok Jaya")
    page.wait_for_url("**/2026/area/61.11.06.2002/")
    page.click('table.kinds a[href*="kind=same_output"]')
    page.wait_for_url("**/findings/?kind=same_output&area=61.11.06.2002")
    page.click("table.findings tbody th a")

    assert page.inner_text("h1") == "Sambungan air pipa"
    assert "Rp 900.000.000" in page.inner_text("table.proof").replace("\N{NO-BREAK SPACE}", " ")


def test_a_click_on_the_map_leads_to_the_place(visitor, site):
    page = visitor.log_in("/2026/map")
    page.wait_for_selector("#map[data-ready]")

    page.click('#map path[data-url="/2026/area/61.11.40075/"]')

    page.wait_for_url("**/2026/area/61.11.40075/")
    assert page.inner_text("h1").startswith("Pulau Pelapis")


def test_enter_on_the_map_leads_to_the_place(visitor, site):
    page = visitor.log_in("/2026/map")
    page.wait_for_selector("#map[data-ready]")

    page.focus('#map path[data-url="/2026/area/61.11.40034/"]')
    page.keyboard.press("Enter")

    page.wait_for_url("**/2026/area/61.11.40034/")


def test_the_number_stands_on_the_map(visitor, site):
    page = visitor.log_in("/2026/map")
    page.wait_for_selector("#map[data-ready]")

    numbers = page.locator("#map .figure:not(.hidden)").all_inner_texts()
    table = page.locator("table.parts .chip").all_inner_texts()
    assert numbers
    assert set(numbers) <= set(table)


def test_with_the_keyboard_alone(visitor, site):
    page = visitor.log_in()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.next')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/?severity=*")
    while not page.evaluate("document.activeElement.matches('table.findings a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2026/findings/*/")


def test_the_filter_narrows_without_loading_the_page_anew(visitor, site):
    page = visitor.log_in("/2026/findings/")
    page.evaluate("window.sameDocument = true")

    page.select_option("#id_kind", "unmet_need")
    page.wait_for_url("**/findings/?*kind=unmet_need*")
    page.wait_for_function("document.querySelectorAll('table.findings tbody tr').length === 1")
    page.fill("#id_q", "tidak-ada-yang-begini")
    page.wait_for_selector("#results .empty")

    assert page.evaluate("window.sameDocument") is True
    page.reload()  # the address says it all
    assert page.input_value("#id_kind") == "unmet_need"


def test_the_language_is_switched(visitor, site):
    page = visitor.log_in("/2026/findings/")

    page.click("button[lang=en]")
    page.wait_for_selector("html[lang=en]")

    assert page.url.endswith("/2026/findings/")
    assert "Findings" in page.inner_text("h1")


def test_without_javascript(chromium, site):
    context = chromium.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(f"{site}/accounts/login/?next=/2026/findings/")
    page.fill("#id_username", "bupati")
    page.fill("#id_password", "laut-tenang-1")
    page.click("main button")
    page.select_option("#id_kind", "same_output")
    page.click(".filter button")

    assert "kind=same_output" in page.url
    assert page.locator("table.findings tbody tr").count() == 1
    context.close()
