"""What changed since an activity was last verified, read from its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.models import Output
from core.formats import number
from programs.models import Activity
from programs.places import names_of
from stakeholders.models import Agency

# A change of these after verification is looked at again (DOMAIN.md); places are the sixth.
CORE = ("agency_id", "output_id", "volume", "first_day", "last_day")


@dataclass(frozen=True)
class Change:
    """A field as it was verified, and as it is."""

    label: str
    before: str
    after: str


def activity_events() -> QuerySet[Any, Any]:
    """The history of activities, kept by the database."""
    events: QuerySet[Any, Any] = apps.get_model("programs", "ActivityEvent")._default_manager.all()
    return events


def place_events() -> QuerySet[Any, Any]:
    """The history of where activities are."""
    model = apps.get_model("programs", "ActivityPlaceEvent")
    events: QuerySet[Any, Any] = model._default_manager.all()
    return events


def last_verified(activities: Iterable[Activity]) -> dict[int, Any]:
    """The last state of each that was verified, as its event; those never verified are missing."""
    ids = [activity.pk for activity in activities]
    events = activity_events().filter(pgh_obj_id__in=ids, status=Activity.Status.VERIFIED)
    return {
        event.pgh_obj_id: event
        for event in events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    }


def was_verified(activity: Activity) -> bool:
    """Whether the planning agency has ever verified it: then it also agrees to a cancellation."""
    if activity.status == Activity.Status.VERIFIED:
        return True
    return activity_events().filter(pgh_obj_id=activity.pk, status="verified").exists()


def places_at(events: dict[int, Any], now: dict[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Where each activity was at the moment of its event: what happened since is taken back."""
    if not events:
        return {}
    since = min(event.pgh_created_at for event in events.values())
    steps = place_events().filter(activity_id__in=list(events), pgh_created_at__gt=since)
    places = {pk: set(now.get(pk, ())) for pk in events}
    rows = steps.order_by("-pgh_id").values_list(
        "activity_id", "place_id", "pgh_label", "pgh_created_at"
    )
    for activity, place, label, at in rows:
        if at > events[activity].pgh_created_at:
            change = places[activity].discard if label == "insert" else places[activity].add
            change(place)
    return {pk: frozenset(found) for pk, found in places.items()}


def comparisons(activities: Sequence[Activity]) -> dict[int, list[Change]]:
    """For each that was verified before: what is other now. Four queries, however many."""
    events = last_verified(activities)
    known = [activity for activity in activities if activity.pk in events]
    now = {
        activity.pk: frozenset(place.pk for place in activity.places.all()) for activity in known
    }
    before = places_at(events, now)
    agencies = _named(Agency, (event.agency_id for event in events.values()))
    outputs = _named(Output, (event.output_id for event in events.values()))
    places = names_of(frozenset().union(*before.values(), *now.values()))
    found: dict[int, list[Change]] = {}
    for one in known:
        event = events[one.pk]
        rows = [
            (_("Agency"), agencies.get(event.agency_id, "–"), str(one.agency)),
            (_("Output"), outputs.get(event.output_id, "–"), str(one.output)),
            (_("Volume"), number(event.volume), number(one.volume)),
            (_("First day"), _day(event.first_day), _day(one.first_day)),
            (_("Last day"), _day(event.last_day), _day(one.last_day)),
            (_("Places"), _list(before[one.pk], places), _list(now[one.pk], places)),
        ]
        found[one.pk] = [Change(*row) for row in rows if row[1] != row[2]]
    return found


def _named(model: type[Agency] | type[Output], ids: Iterable[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=set(ids)).values_list("pk", "name")
    return dict(rows)


def _day(day: Any) -> str:
    return date_format(day, "j F Y")


def _list(places: Iterable[int], names: dict[int, str]) -> str:
    return ", ".join(sorted(names.get(place, "–") for place in places)) or _("not known yet")
