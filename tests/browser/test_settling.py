"""Settling in a browser, with a real worker: the judgement follows, and the page by itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.test_fit import sideways, violations
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OVERLAP = "same_output/61.11.06.2002@61.11.40034/AIR-01"
NEED = "unmet_need/KB-3/61.11.06.2002@61.11.40034"
PATIENCE = 90_000  # milliseconds; some three thousand are usual


@pytest.fixture
def people(site: str, settings) -> None:
    """A planner, without a telephone, and an editor of an agency that the overlap concerns."""
    from accounts.models import Membership, User
    from stakeholders.models import Agency

    settings.DEMO_USERNAMES = frozenset({"sri"})
    for name, role in (("sri", "planner"), ("edi", "viewer")):
        User.objects.create_user(name, password="laut-tenang-1", name=name.title(), role=role)
    Membership.objects.create(
        user=User.objects.get(username="edi"), agency=Agency.objects.get(code="DPUPR"),
        role="editor",
    )  # fmt: skip


@pytest.fixture
def worker(people: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker with its clock on the test's database, woken by the messages of the web server."""
    from kombu import Connection

    from convergence.models import Dirty, Judgement
    from core import tasks
    from core.models import Job
    from tests.convergence.test_worker import database_url, kill, wait_for

    home = Path(tempfile.mkdtemp(prefix="kerapu-worker-"))
    environment = {**os.environ, "DATABASE_URL": database_url(), "KERAPU_HOME": str(home)}
    command = ["celery", "-A", "kerapu", "worker", "--pool", "solo", "-B", "-l", "info"]
    command += ["-s", str(home / "beat"), "--without-gossip", "--without-mingle"]
    # Started again when it ends, as the supervisor does: it may read a message half written.
    again = ["sh", "-c", 'while :; do "$@"; sleep 1; done', "sh", sys.executable, "-m", *command]
    process = subprocess.Popen(
        again, cwd=ROOT, env=environment, start_new_session=True,
        stdout=(home / "log").open("ab"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    queue = str(home / "broker" / "queue")
    folders = {"data_folder_in": queue, "data_folder_out": queue, "store_processed": False}
    folders["control_folder"] = str(home / "broker" / "control")
    original: Any = tasks.tick.apply_async

    def to_this_worker(expires: int) -> None:
        with Connection("home://localhost//", transport_options=folders) as broker:
            original(expires=expires, connection=broker)

    monkeypatch.setattr(tasks.tick, "apply_async", to_this_worker)
    try:
        wait_for(lambda: Judgement.objects.filter(as_of=timezone.localdate()).count() >= 3)
        wait_for(lambda: not Dirty.objects.exists() and not Job.objects.unfinished().exists())
        yield
    finally:
        kill(process)
        print((home / "log").read_text())  # shown when the test failed
        shutil.rmtree(home, ignore_errors=True)


def log_in(visitor, name: str, then: str):
    """Through the door, to a page."""
    visitor.go(f"/accounts/login/?next={then}")
    visitor.page.fill("#id_username", name)
    visitor.page.fill("#id_password", "laut-tenang-1")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"{visitor.address}{then}")
    return visitor.page


def address(key: str = OVERLAP) -> str:
    """Where the finding is shown."""
    from convergence.models import Finding

    return f"/2026/findings/{Finding.objects.get(year=2026, key=key).pk}/"


def index(page) -> float:
    """The index of the managed area, as the page says it."""
    return float(page.inner_text(".index .big b").replace(",", "."))


def test_the_index_rises_after_a_verdict(visitor, site, people, worker, record_property):
    page = log_in(visitor, "sri", "/2026/")
    before = index(page)
    visitor.go(address())
    page.check("input[value=complementary]")
    page.fill("#reason", "Pipa induk dan sambungan rumah")
    began = time.monotonic()
    page.click("#settle button.next")
    page.wait_for_url(f"**{address()}#main")
    page.goto(f"{site}/2026/")
    page.wait_for_selector("#freshness .busy")  # it is said that figures are being computed
    page.evaluate("window.sameDocument = true")
    page.focus("#kind-unmet_need")

    page.wait_for_function(
        "before => parseFloat(document.querySelector('.index .big b').innerText"
        ".replace(',', '.')) > before",
        arg=before, timeout=PATIENCE,
    )  # fmt: skip

    seconds = time.monotonic() - began
    record_property("seconds from the verdict to the index", round(seconds, 1))
    print(f"The index rose {seconds:.1f} s after the verdict")
    assert index(page) > before
    page.wait_for_selector("#freshness:not(:has(.busy))")
    assert page.evaluate("window.sameDocument") is True
    assert page.evaluate("document.activeElement.id") == "kind-unmet_need"


def test_the_finding_refreshes_itself_and_keeps_what_is_typed(visitor, site, people, worker):
    page = log_in(visitor, "sri", address())
    page.check("input[value=duplicate]")
    page.click("#settle button.next")
    page.wait_for_selector("#freshness .busy")
    page.evaluate("window.sameDocument = true")
    page.fill("#text", "Sedang dibahas")

    page.wait_for_selector("#freshness:not(:has(.busy))", timeout=PATIENCE)

    assert page.evaluate("window.sameDocument") is True
    assert page.input_value("#text") == "Sedang dibahas"
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.locator(".facts .state.discussed").count() == 1


def test_an_agency_comments_and_the_planner_answers(visitor, site, people):
    page = log_in(visitor, "edi", address())
    assert page.locator("#settle").count() == 0
    page.click("a.next")
    page.fill("#text", "Kami membangun di dusun lain.")
    page.click("#comments button")
    page.wait_for_selector(".comments >> text=dusun lain")
    assert page.url.endswith("#comments")
    visitor.page.context.clear_cookies()

    page = log_in(visitor, "sri", address())
    assert "Kami membangun di dusun lain." in page.inner_text(".comments")
    page.fill("#text", "Terima kasih.")
    page.click("#comments button")
    page.wait_for_selector(".comments >> text=Terima kasih")
    assert page.locator(".comments li").count() == 2


def tab_to(page, selector: str) -> None:
    """Press Tab until this is reached."""
    for _press in range(120):
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached with the keyboard")


def test_with_the_keyboard_alone(visitor, site, people):
    page = log_in(visitor, "sri", address())
    tab_to(page, "a.next")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=verdict]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.type("Rapat 3 Agustus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messages")

    assert page.locator(".facts .state.open").count() == 0
    tab_to(page, "#text")
    page.keyboard.type("Sudah dibahas.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".comments >> text=Sudah dibahas.")


def test_several_at_once_without_javascript(chromium, site, people):
    from convergence.models import Finding

    context = chromium.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(f"{site}/accounts/login/?next=/2026/findings/")
    page.fill("#id_username", "sri")
    page.fill("#id_password", "laut-tenang-1")
    page.click("main button")
    page.check("input[name=all]")
    page.select_option("#many-verdict", "successive")
    page.fill("#many-reason", "Bertahap sampai 2028")
    page.click("#settle button.next")

    assert page.locator(".messages").count() == 1
    assert not Finding.objects.unsettled().exists()
    context.close()


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_everybody_can_read_it_and_it_fits_a_phone(visitor, site, people):
    from accounts.models import User
    from convergence.actions import settle_case
    from convergence.models import Finding
    from core.comments import add_comment

    sri = User.objects.get(username="sri")
    overlap = Finding.objects.get(year=2026, key=OVERLAP)
    add_comment(about=overlap, author=sri, text="Apa bedanya? " + "Panjang" * 30)
    log_in(visitor, "sri", "/2026/findings/")
    page = visitor.go("/2026/findings/")
    found = {"list": violations(page)}
    assert sideways(page) == 0
    page.select_option("#many-verdict", "complementary")
    page.check("input[name=all]")
    page.click("#settle button.next")  # without a reason
    page.wait_for_selector(".alert")
    found["list refused"] = violations(page)
    assert sideways(page) == 0
    for key in (OVERLAP, NEED):
        visitor.go(address(key))
        found[key] = violations(page)
        assert sideways(page) == 0, key
    page.check("input[value=discuss]")
    page.fill("#reason", "Rapat")
    settle_case(
        finding=Finding.objects.get(year=2026, key=NEED), verdict="successive",
        reason="Tahun depan", user=sri,
    )  # fmt: skip
    page.click("#settle button.next")
    page.wait_for_selector("table.both")
    found["overtaken"] = violations(page)
    assert sideways(page) == 0
    assert page.input_value("#reason") == "Rapat"

    visitor.complaints[:] = [
        said for said in visitor.complaints if not re.search(r"status of (409|422)", said)
    ]  # a refused form is said in the console too
    assert {name: list_ for name, list_ in found.items() if list_} == {}
