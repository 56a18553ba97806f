"""Between the web server and the views: whose headers are believed, which language is spoken."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from core import jobs


class TrustedProxyMiddleware:
    """Takes client address and scheme from `X-Forwarded-*`, sent by `KERAPU_TRUSTED_PROXY` only.

    The setting is a list of addresses or networks (`10.0.0.5`, `172.16.0.0/12`). From anybody else
    the headers are dropped, so that no visitor can claim another's address or to have come by TLS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        try:
            self.trusted = [ipaddress.ip_network(item) for item in settings.TRUSTED_PROXIES]
        except ValueError as error:
            raise ImproperlyConfigured(
                f"KERAPU_TRUSTED_PROXY: {error}. Give addresses or networks, with commas."
            ) from error

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded_for = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        forwarded_proto = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            if forwarded_for:
                # The last entry is the one that the trusted proxy itself has seen.
                request.META["REMOTE_ADDR"] = forwarded_for.split(",")[-1].strip()
            if forwarded_proto in {"http", "https"}:
                request.META["wsgi.url_scheme"] = forwarded_proto
        return self.get_response(request)

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:  # a Unix socket has no address
            return False
        return any(parsed in network for network in self.trusted)


class LanguageMiddleware(LocaleMiddleware):
    """Indonesian, unless the reader switched: many a phone in the offices is set to English.

    The choice is kept in Django's language cookie (`set_language`); what the browser would prefer
    is not asked.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language of the cookie, or the installation's."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


class WakeMiddleware:
    """Wakes the worker when somebody has saved: the judgement comes at once, not at the tick."""

    SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in self.SAFE and response.status_code < 400:
            jobs.wake()
        return response
