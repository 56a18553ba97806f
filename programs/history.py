"""The history of an activity and of all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.history import Source, Told, last_editor, tell
from programs import parts
from programs.models import Activity
from programs.places import names_of
from territory.models import Place

SOURCES = (
    Source(
        "programs.ActivityEvent",
        "pgh_obj_id",
        None,
        {
            "status": _("Status"),
            "agency": _("Agency"),
            "programme": _("Programme"),
            "title": _("Title"),
            "output": _("Output"),
            "volume": _("Volume"),
            "first_day": _("First day"),
            "last_day": _("Last day"),
            "action_item": _("Item of the joint action plan"),
            "code": _("Code"),
            "cancellation_asked": _("Reason to cancel"),
        },
    ),
    Source("programs.ActivityPlaceEvent", "activity_id", lambda show: show("place"), {}),
)
NAMES: Mapping[Any, Any] = {Place: names_of}


def of_activity(activity: Activity) -> list[Told]:
    """Who did what to it, the newest first."""
    return tell([*SOURCES, *parts.HISTORIES], activity.pk, NAMES)


def editor_of(activity: Activity) -> str:
    """Who changed it last."""
    return last_editor("programs.ActivityEvent", activity.pk)
