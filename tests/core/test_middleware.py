"""Whose forwarded headers are believed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from core.middleware import TrustedProxyMiddleware

PROXY, VISITOR, CLAIMED = "10.0.0.5", "203.0.113.9", "198.51.100.7"


def seen(settings: Settings, trusted: list[str], **meta: Any) -> HttpRequest:
    """The request as the application sees it, behind proxies that are trusted."""
    settings.TRUSTED_PROXIES = trusted
    passed: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        passed.append(request)
        return HttpResponse()

    TrustedProxyMiddleware(view)(RequestFactory().get("/", **meta))
    return passed[0]


def test_a_trusted_proxy_is_believed(settings: Settings) -> None:
    """The visitor's address, and that it came by TLS."""
    request = seen(
        settings,
        [PROXY],
        REMOTE_ADDR=PROXY,
        HTTP_X_FORWARDED_FOR=VISITOR,
        HTTP_X_FORWARDED_PROTO="https",
    )
    assert (request.META["REMOTE_ADDR"], request.is_secure()) == (VISITOR, True)


@pytest.mark.parametrize("trusted", [[], [PROXY], ["10.0.0.0/24"]])
def test_nobody_else_is_believed(settings: Settings, trusted: list[str]) -> None:
    """Their headers are dropped, so that nothing behind reads them either."""
    request = seen(
        settings,
        trusted,
        REMOTE_ADDR=VISITOR,
        HTTP_X_FORWARDED_FOR=CLAIMED,
        HTTP_X_FORWARDED_PROTO="https",
    )
    assert (request.META["REMOTE_ADDR"], request.is_secure()) == (VISITOR, False)
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    assert "HTTP_X_FORWARDED_PROTO" not in request.META


@pytest.mark.parametrize(
    ("trusted", "address", "believed"),
    [
        ("172.16.0.0/12", "172.31.255.255", True),
        ("172.16.0.0/12", "172.32.0.0", False),
        ("10.0.0.5", "10.0.0.50", False),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "10.0.0.5", False),
        ("10.0.0.0/8", "fd12::1", False),
        ("10.0.0.0/8", "", False),  # a Unix socket has no address
        ("10.0.0.0/8", "unix:", False),
    ],
)
def test_addresses_and_networks(
    settings: Settings, trusted: str, address: str, believed: bool
) -> None:
    """Of both families."""
    request = seen(settings, [trusted], REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=VISITOR)
    assert request.META["REMOTE_ADDR"] == (VISITOR if believed else address)


def test_the_last_entry_is_what_the_proxy_saw(settings: Settings) -> None:
    """What stands before it came with the request and may be made up."""
    request = seen(
        settings, [PROXY], REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"{CLAIMED}, {VISITOR} "
    )
    assert request.META["REMOTE_ADDR"] == VISITOR


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True), ("ftp", False)])
def test_schemes(settings: Settings, scheme: str, secure: bool) -> None:
    """The web's two; without a header it stays as it came."""
    request = seen(settings, [PROXY], REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_PROTO=scheme)
    assert request.is_secure() is secure
    assert request.META["REMOTE_ADDR"] == PROXY


def test_a_wrong_setting_is_told_at_the_start(settings: Settings) -> None:
    """In a sentence that names it."""
    settings.TRUSTED_PROXIES = ["10.0.0.5", "proxy.example"]
    with pytest.raises(ImproperlyConfigured, match=r"KERAPU_TRUSTED_PROXY: 'proxy\.example'"):
        TrustedProxyMiddleware(lambda request: HttpResponse())
