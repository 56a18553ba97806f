"""The door of a page with a form: who comes through, and what happens to what was typed outside."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.middleware import SecondFactorMiddleware
from core.drafts import FIELD, View, keep, keeps_typed, read_token


def form_page(view: View) -> View:
    """Decorator of a view with a form: what is sent after the log-in has ended is kept.

    Such a view is reached without a log-in, to keep what was sent; the middleware of the second
    factor would take it for open to everybody, so it is asked here.
    """

    @functools.wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        turned = _turned_away(request, view, args, kwargs)
        if turned is None:
            return view(request, *args, **kwargs)
        if request.method == "POST" and read_token(request.POST.get(FIELD, "")):
            keep(request)
        assert isinstance(turned, HttpResponse)
        return turned

    return keeps_typed(behind)


def _turned_away(
    request: HttpRequest, view: View, args: Any, kwargs: Any
) -> HttpResponseBase | None:
    return SecondFactorMiddleware(view).process_view(request, view, args, kwargs)
