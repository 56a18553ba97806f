"""A real browser before a real server: collected static files, WhiteNoise, the policy header."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.statics import collected, real_static

__all__ = ["collected", "real_static"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def chromium_path() -> str | None:
    """The Chromium of the machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("KERAPU_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """A browser; skipped with the reason where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium is installed (chromium, google-chrome, or KERAPU_CHROMIUM)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(transactional_db: None, real_static: Path, settings) -> Iterator[str]:
    """Address of a running site. Not pytest-django's: that one serves static files by itself."""
    from django.db import connections
    from django.test.testcases import LiveServerThread

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain: Any = lambda site: site  # noqa: E731  WhiteNoise serves, no handler before it
    thread = LiveServerThread("127.0.0.1", static_handler=plain)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connections.close_all()


@pytest.fixture
def empty(server: str) -> str:
    """A site where nothing is recorded but the person who logs in."""
    from tests.pages import cast

    cast.regent()
    return server


@pytest.fixture
def site(empty: str) -> str:
    """A site with the cast on the stage."""
    from tests.pages import cast

    cast.everything()
    return empty


class Visitor:
    """Somebody at a browser: what the page said in its console is kept, and must be nothing."""

    def __init__(self, page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def log_in(self, then: str = "/2026/"):
        """Through the door, to a page."""
        self.page.goto(f"{self.address}/accounts/login/?next={then}")
        self.page.fill("#id_username", "bupati")
        self.page.fill("#id_password", "laut-tenang-1")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.address}{then}")
        return self.page

    def go(self, path: str):
        """Another page."""
        self.page.goto(f"{self.address}{path}")
        return self.page


@pytest.fixture
def visitor(chromium, request) -> Iterator[Visitor]:
    """A visitor of the site (or of the empty one), at a desk or with a phone."""
    names = {"site", "empty"} & set(request.fixturenames)
    address = request.getfixturevalue(names.pop() if len(names) == 1 else "site")
    width = getattr(request, "param", 1280)
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, locale="id-ID", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    visitor = Visitor(context.new_page(), address)
    yield visitor
    context.close()
    assert visitor.complaints == []
