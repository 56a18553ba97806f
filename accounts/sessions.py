"""How long a person stays logged in, and where else.

A session holds when it began, when it was last seen and where. It ends when idle
(`IDLE_MINUTES`) and a day after the log-in, whatever happens.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts import second_factor
from accounts.models import User

SITTING = "sitting"
# A request writes the session only so often: most pages only read.
SEEN_EVERY = dt.timedelta(minutes=1)
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip


@dataclass(frozen=True)
class Sitting:
    """A session as its owner sees it; `handle` names it without giving its key away."""

    handle: str
    started: dt.datetime
    seen: dt.datetime
    address: str
    device: str
    is_this: bool


def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """After a log-in: note where and when; sweep out the sessions that are over."""
    now = timezone.now()
    request.session[SITTING] = {
        "started": now.timestamp(),
        "seen": now.timestamp(),
        "address": request.META.get("REMOTE_ADDR", ""),
        "device": device_of(request.META.get("HTTP_USER_AGENT", "")),
    }
    request.session.set_expiry(now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE))
    second_factor.mark(request, user)
    Session.objects.filter(expire_date__lt=now).delete()


def device_of(agent: str) -> str:
    """Browser and system in words: `Chrome · Android`; empty where the browser does not say."""
    browser = next((name for sign, name in BROWSERS if f"{sign}/" in agent), "")
    system = next((name for name in SYSTEMS if re.search(rf"\b{name}\b", agent)), "")
    return " · ".join(filter(None, (browser, system)))


def is_over(session: SessionBase, now: dt.datetime) -> bool:
    """Whether nobody has been seen for too long; a session that does not say is over."""
    sitting = session.get(SITTING)
    if not sitting:
        return True
    idle = now.timestamp() - sitting["seen"]
    age = now.timestamp() - sitting["started"]
    return bool(idle > settings.IDLE_MINUTES * 60 or age > settings.SESSION_COOKIE_AGE)


def touch(session: SessionBase, now: dt.datetime) -> None:
    """Note that the person is here."""
    sitting = session[SITTING]
    if now.timestamp() - sitting["seen"] >= SEEN_EVERY.total_seconds():
        session[SITTING] = {**sitting, "seen": now.timestamp()}


def of(user: User, this: str | None = None) -> list[Sitting]:
    """The sessions of a person, the latest seen first; `this` is the key of the one at hand."""
    found = [_sitting(row, data, row.session_key == this) for row, data in _rows(user)]
    return sorted(found, key=lambda sitting: sitting.seen, reverse=True)


def end(user: User, *, handle: str | None = None, but: str | None = None) -> int:
    """End sessions of a person: the one with this handle, or all but the one with this key."""
    keys = [row.session_key for row, _data in _rows(user) if row.session_key != but]
    keys = [key for key in keys if handle is None or _handle(key) == handle]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _rows(user: User) -> list[tuple[Session, dict[str, Any]]]:
    """Living sessions of a person. What a session holds is readable only by opening it, so all
    that live are opened: no table of ours can then disagree with the one that counts."""
    living = Session.objects.filter(expire_date__gte=timezone.now())
    opened = ((row, row.get_decoded()) for row in living.iterator())
    return [(row, data) for row, data in opened if data.get(SESSION_KEY) == str(user.pk)]


def _sitting(row: Session, data: dict[str, Any], is_this: bool) -> Sitting:
    kept = data.get(SITTING, {})
    zone = timezone.get_current_timezone()
    return Sitting(
        handle=_handle(row.session_key),
        started=dt.datetime.fromtimestamp(kept.get("started", 0), zone),
        seen=dt.datetime.fromtimestamp(kept.get("seen", 0), zone),
        address=kept.get("address", ""),
        device=kept.get("device", ""),
        is_this=is_this,
    )


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
