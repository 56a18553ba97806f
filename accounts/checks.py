"""Wrong configuration of log-ins, found at start and said in a sentence with its remedy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _


@register()
def idle_end_is_sensible(**kwargs: Any) -> list[CheckMessage]:
    """A session that ends at once lets nobody work; one that outlives the day is never idle."""
    if 1 <= settings.IDLE_MINUTES <= settings.SESSION_COOKIE_AGE // 60:
        return []
    message = _("KERAPU_IDLE_MINUTES is %(minutes)d: sessions would end at once or never.")
    return [
        Error(
            message % {"minutes": settings.IDLE_MINUTES},
            hint=_("Set it to a number of minutes from 1 to 1440, or leave it out: 60."),
            id="kerapu.E010",
        )
    ]
