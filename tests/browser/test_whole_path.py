"""The whole path with a real worker: a plan collides, is settled, and the index moves."""

from __future__ import annotations

import re
import time

import pytest

from tests.browser.test_entry import choose
from tests.browser.test_fit import sideways
from tests.browser.test_settling import PATIENCE, index, log_in, people, tab_to, worker

__all__ = ["people", "worker"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KEY = "same_output/61.11.06.2001@61.11.40075/TRP-01"
INDEX = "document.querySelector('.index .big b').innerText.replace(',', '.')"


def enter_plan(page) -> None:
    """A jetty where another agency builds one already."""
    page.fill("#id_title", "Pembangunan dermaga Pelapis")
    page.select_option("#id_output", label="Dermaga")
    page.fill("#id_volume", "1")
    page.fill("#id_first_day", "2026-04-01")
    page.fill("#id_last_day", "2026-11-30")
    choose(page, "pelapis", "Pulau Pelapis")
    page.fill("#id_lines-0-amount", "150000000")
    page.select_option("#id_lines-0-source", "apbd_kab")
    page.select_option("#id_lines-0-stage", "2")
    page.click("button[value=submit]")
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
    tab_to(page, "input[name=verdict]")
    page.check("input[value=complementary]")
    page.fill("#reason", "Dermaga tambat dan dermaga apung")
    page.click("#settle button.next")
    page.wait_for_selector(".messages")
    visitor.go("/2026/")
    assert wait_for_index(page, ">", lower) >= before  # accepted, it does not count
