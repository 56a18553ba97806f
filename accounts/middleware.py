"""Between log-in and view: sessions that are over, and the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import second_factor, sessions
from accounts.second_factor import Door


class SessionEndMiddleware:
    """Logs out who was away too long; the log-in is then asked for as of anybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = timezone.now()
            if sessions.is_over(request.session, now):
                logout(request)
                messages.info(request, _("You were logged out after a while. Please log in again."))
            else:
                sessions.touch(request.session, now)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads who has given only a password to the second factor, before anything else is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """A way round, or nothing. Whatever is open without a log-in is open here too."""
        if getattr(view, "before_second_factor", False) or not getattr(
            view, "login_required", True
        ):
            return None
        door = second_factor.door(request)
        if door is Door.OPEN:
            return None
        page = "accounts:code" if door is Door.CODE else "accounts:set_up"
        back = request.get_full_path() if request.method == "GET" else ""
        return redirect(f"{reverse(page)}?{urlencode({'next': back})}" if back else reverse(page))
