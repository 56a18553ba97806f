"""Slowing the guessing of passwords. django-axes counts in the database; how much is said here.

Three counts run beside each other, because each alone is either evaded or turned against people:

* a name from one address: 5. Who mistypes waits a quarter of an hour;
* a name from anywhere: 20, against one who guesses from many addresses;
* an address for any names: 50, against one who tries a common password with everybody. An office
  of thirty behind one address does not reach it by mistyping.

A name that nobody has is counted like any other, so nothing tells whether a user exists.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

ALLOWED = (5, 20, 50)  # in the order of AXES_LOCKOUT_PARAMETERS
Credentials = dict[str, Any] | None


def typed_name(request: HttpRequest, credentials: Credentials) -> str:
    """By what an attempt is counted: what was typed, however it was written."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(name).replace("\0", "").strip().casefold()[:255]


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]  # axes brings no types
    """The handler of django-axes with a limit for each of the three counts."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """The fullest of the counts, scaled to AXES_FAILURE_LIMIT."""
        attempts = self.get_user_attempts(request, credentials)
        shares = (_failures(found) / allowed for found, allowed in _with_limits(attempts))
        return int(max(shares) * settings.AXES_FAILURE_LIMIT)

    def reset_user_attempts(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """Forget, after a log-in, what this name mistyped here.

        The other counts stay: one who knows one password must not clear the way to guess others.
        """
        first, *_others = self.filter_user_attempts(request, credentials)
        count: int = first.delete()[0]
        return count

    def locked_until(self, request: HttpRequest, credentials: Credentials) -> dt.datetime:
        """When the next attempt is allowed."""
        attempts = self.get_user_attempts(request, credentials)
        full = [found for found, allowed in _with_limits(attempts) if _failures(found) >= allowed]
        lasts = [found.aggregate(last=Max("attempt_time"))["last"] for found in full]
        cool_off: dt.timedelta = settings.AXES_COOLOFF_TIME
        latest: dt.datetime = max(filter(None, lasts), default=timezone.now())
        return latest + cool_off


def _with_limits(attempts: list[QuerySet[Any]]) -> Any:
    return zip(attempts, ALLOWED, strict=True)


def _failures(attempts: QuerySet[Any]) -> int:
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Credentials
) -> HttpResponse:
    """The page for who is locked out: until when."""
    until = Throttle().locked_until(request, credentials)
    page = render(request, "accounts/locked.html", {"until": until}, status=429)
    seconds = (until - timezone.now()).total_seconds()
    page["Retry-After"] = str(max(1, int(seconds)))
    return page
