"""No script or style stands in a page, and the header forbids it."""

import re

import pytest

from convergence.models import Finding
from tests.pages.reading import get

PAGES = [
    "/2026/", "/2026/heat/village", "/2026/heat/island?measure=money", "/2026/map",
    "/2026/area/61.11/", "/2026/area/61.11.40034/", "/2026/findings/",
    "/2026/findings/?view=single", "/2027/", "/2026/freshness",
]  # fmt: skip


def check(response) -> None:
    """Header and page of a response."""
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    for tag in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in tag, tag
    assert not re.search(r"<style\b", page)
    assert not re.search(r"<[^>]+\sstyle\s*=", page)
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", page)
    assert "javascript:" not in page


@pytest.mark.parametrize("address", PAGES)
def test_pages(regent, stage, address):
    check(get(regent, address))


def test_finding_pages(regent, stage):
    for finding in Finding.objects.all():
        check(get(regent, f"/2026/findings/{finding.pk}/"))


def test_the_door_and_what_fails(client, stage):
    check(get(client, "/accounts/login/"))
    check(client.get("/nope"))


def test_what_people_type_is_shown_as_text(regent, stage):
    page = get(regent, "/2026/findings/?q=<script>alert(1)</script>&area=<b>x")

    assert "<script>alert" not in page.content.decode()
    assert "<b>x" not in page.content.decode()
    check(page)
