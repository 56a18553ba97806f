"""A thin link: what a first and a later look at a page cost, compressed, in all."""

import gzip
import re

import pytest

from tests.pages.reading import get
from tests.pages.statics import collected, real_static

__all__ = ["collected", "real_static"]
KB = 1024
FIRST, LATER, OWN_STYLE = 150 * KB, 30 * KB, 15 * KB
PAGES = {
    "login": "/accounts/login/",
    "home": "/2026/",
    "heat": "/2026/heat/village?all=1",
    "map": "/2026/map",
    "area": "/2026/area/61.11/",
    "findings": "/2026/findings/",
}


def size(response) -> int:
    """What goes over the line: the page as it is sent, compressed."""
    assert response.headers.get("Content-Encoding") == "gzip" or len(response.content) < 300
    return len(response.content)


def files(page: str) -> set[str]:
    """Static files that a page loads, by the names that it gives them."""
    return set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))


def sent(folder, name: str) -> int:
    """The compressed size of a static file; what is not worth compressing is sent as it is."""
    packed = folder / f"{name}.gz"
    return int((packed if packed.exists() else folder / name).stat().st_size)


@pytest.mark.parametrize("name", PAGES)
def test_first_and_later_load(client, stage, real_static, name):
    from tests.pages import cast

    if name != "login":
        client.force_login(cast.regent())
    packed = get(client, PAGES[name], headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(packed.content).decode()
    data = 0
    for address in re.findall(r'data-url="([^"]+)"', page):
        data += size(get(client, address, headers={"Accept-Encoding": "gzip"}))

    again = size(packed) + data
    first = again + sum(sent(real_static, file) for file in files(page))

    assert again <= LATER, f"{again / KB:.1f} KB"
    assert first <= FIRST, f"{first / KB:.1f} KB"


def test_our_style_is_small(real_static):
    (style,) = real_static.glob("kerapu/kerapu.*.css.gz")

    assert style.stat().st_size < OWN_STYLE


def test_static_files_are_kept_by_the_browser(client, stage, real_static):
    page = get(client, "/accounts/login/").content.decode()

    for name in files(page):
        response = client.get(f"/static/{name}")
        assert response.status_code == 200
        assert "immutable" in response["Cache-Control"]
        response.close()


def test_nothing_comes_from_elsewhere(client, stage, real_static):
    page = get(client, "/accounts/login/").content.decode()
    for style in real_static.glob("kerapu/*.css"):
        page += style.read_text()
    for script in real_static.glob("kerapu/*.js"):
        page += script.read_text()

    elsewhere = set(re.findall(r"https?://[^\s\"')]+", page))
    assert elsewhere <= {"http://www.w3.org/2000/svg"}  # a name, not an address
