"""The whole path by keyboard, with a real worker: a plan collides, is settled, the index moves."""

from __future__ import annotations

import re
import time

import pytest

from tests.browser.test_fit import sideways
from tests.browser.test_settling import PATIENCE, index, log_in, people, tab_to, worker

__all__ = ["people", "worker"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KEY = "same_output/61.11.06.2001@61.11.40075/TRP-01"
INDEX = "document.querySelector('.index .big b').innerText.replace(',', '.')"


def pick(page, selector: str, value: str) -> None:
    """Reach a list or a group of buttons and press the arrow until this is chosen."""
    tab_to(page, selector)
    for _press in range(40):
        if page.evaluate("document.activeElement.value") == value:
            if page.evaluate("document.activeElement.type") == "radio":
                page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} cannot be chosen in {selector} with the keyboard")


def write(page, selector: str, text: str) -> None:
    """Reach a field and type."""
    tab_to(page, selector)
    page.keyboard.type(text)


def enter_plan(page) -> None:
    """A jetty where another agency builds one already."""
    write(page, "#id_title", "Pembangunan dermaga Pelapis")
    tab_to(page, "#id_output")
    page.keyboard.type("Dermaga")
    write(page, "#id_volume", "1")
    write(page, "#id_first_day", "04012026")  # a date is typed as the browser shows it: month first
    write(page, "#id_last_day", "11302026")
    assert page.input_value("#id_last_day") == "2026-11-30"
    write(page, "#place-search", "pelapis")
    page.wait_for_selector("#place-found li >> text=Pulau Pelapis")
    for _press in range(10):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        if "Pulau Pelapis" in page.inner_text("#chips"):
            break
    pick(page, "#id_lines-0-source", "apbd_kab")
    pick(page, "#id_lines-0-stage", "2")
    write(page, "#id_lines-0-amount", "150000000")
    tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/activities/\d+/"))


def wait_for_index(page, comparison: str, before: float) -> float:
    """The home page, once its index is lower or higher; it renews itself."""
    page.wait_for_function(
        f"before => parseFloat({INDEX}) {comparison} before", arg=before, timeout=PATIENCE
    )
    return index(page)


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_a_plan_collides_and_is_settled(visitor, site, people, worker, record_property):
    page = log_in(visitor, "edi", "/2026/")
    before = index(page)
    visitor.go("/activities/new")
    began = time.monotonic()
    enter_plan(page)
    saved = time.monotonic()
    visitor.go("/2026/")
    lower = wait_for_index(page, "<", before)
    seconds = time.monotonic() - saved
    record_property("seconds from save to new judgement on the page", round(seconds, 1))
    print(f"Entered in {saved - began:.1f} s, judged on the page {seconds:.1f} s after the save")

    from convergence.models import Finding

    finding = Finding.objects.get(year=2026, key=KEY)
    assert (finding.state, finding.amount) == ("open", 150_000_000)
    page.context.clear_cookies()
    page = log_in(visitor, "sri", f"/2026/findings/{finding.pk}/")
    assert "Pembangunan dermaga Pelapis" in page.inner_text("main")
    assert sideways(page) == 0
    pick(page, "input[name=verdict]", "complementary")
    write(page, "#reason", "Dermaga tambat dan dermaga apung")
    tab_to(page, "#settle button.next")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messages")
    visitor.go("/2026/")
    assert wait_for_index(page, ">", lower) >= before  # accepted, it does not count
