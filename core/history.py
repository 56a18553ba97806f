"""A record's history in sentences: who changed what when, from the events the database keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from core.fields import RupiahField
from core.formats import number, rupiah

LIMIT = 200  # events of each kind that are read; older ones stay in the database
Names = Callable[[set[int]], Mapping[int, str]]


@dataclass(frozen=True)
class Source:
    """Where events come from, and how their records are called.

    `event` is the event model (`programs.ActivityEvent`), `key` its field that names the record
    whose history is told, `about` says which record an event is about, and `labels` names the
    fields that people know; others are not told.
    """

    event: str
    key: str
    about: Callable[[Callable[[str], str]], str] | None
    labels: Mapping[str, StrOrPromise]


@dataclass
class Told:
    """What one person did at one moment."""

    at: dt.datetime
    who: str
    lines: list[str] = field(default_factory=list)


def tell(
    sources: Sequence[Source], pk: int, names: Mapping[type[models.Model], Names] | None = None
) -> list[Told]:
    """The history of a record and of what belongs to it, the newest first.

    Two queries and one for each kind of event and of record that events name, however long it is.
    `names` says how records of a kind are called; others by their own words.
    """
    found = [(source, list(_events(source, pk))) for source in sources]
    shower = _Shower(found, names or {})
    people = _people(event for _source, events in found for event in events)
    told: dict[Any, Told] = {}
    for source, events in found:
        before: dict[int, Any] = {}
        for event in events:
            lines = list(_lines(source, event, before.get(event.id), shower))
            before[event.id] = event
            if lines:
                moment = event.pgh_context_id or event.pgh_created_at
                who = people.get(event.pgh_context_id, "")
                told.setdefault(moment, Told(event.pgh_created_at, who)).lines.extend(lines)
    return sorted(told.values(), key=lambda one: one.at, reverse=True)


def last_editor(event: str, pk: int) -> str:
    """Who changed a record last; empty where nobody is known (a command, an import)."""
    model = apps.get_model(event)
    latest = list(model._default_manager.filter(pgh_obj_id=pk).order_by("-pgh_id")[:1])
    return _people(latest).get(latest[0].pgh_context_id, "") if latest else ""


def _events(source: Source, pk: int) -> Iterable[Any]:
    model = apps.get_model(source.event)
    newest: Any = model._default_manager.filter(**{source.key: pk}).order_by("-pgh_id")[:LIMIT]
    return list(reversed(newest))


def _people(events: Iterable[Any]) -> dict[Any, str]:
    """Context of an event → who was logged in."""
    contexts = {event.pgh_context_id for event in events} - {None}
    rows = apps.get_model("pghistory", "Context")._default_manager.filter(pk__in=contexts)
    by_context = {pk: metadata.get("user") for pk, metadata in rows.values_list("pk", "metadata")}
    users = apps.get_model(settings.AUTH_USER_MODEL)._default_manager.in_bulk(
        {user for user in by_context.values() if user}
    )
    return {pk: str(users[user]) for pk, user in by_context.items() if user in users}


class _Shower:
    """Values of events in words; names of records are looked up in bulk."""

    def __init__(
        self,
        found: Sequence[tuple[Source, Sequence[Any]]],
        names: Mapping[type[models.Model], Names],
    ) -> None:
        wanted: dict[Any, set[int]] = {}
        for source, events in found:
            for name in self._relations(source):
                target = apps.get_model(source.event)._meta.get_field(name).related_model
                ids = {getattr(event, f"{name}_id") for event in events} - {None}
                wanted.setdefault(target, set()).update(ids)
        self.names = {
            model: names[model](ids) if model in names else self._own_words(model, ids)
            for model, ids in wanted.items()
        }

    @staticmethod
    def _relations(source: Source) -> list[str]:
        model = apps.get_model(source.event)
        kept = {"pgh_obj", "pgh_context"}
        return [
            one.name
            for one in model._meta.fields
            if isinstance(one, models.ForeignKey)
            and one.name not in kept
            and (one.name in source.labels or source.about)
            and one.name != source.key.removesuffix("_id")
        ]

    @staticmethod
    def _own_words(model: Any, ids: set[int]) -> Mapping[int, str]:
        return {pk: str(one) for pk, one in model._default_manager.in_bulk(ids).items()}

    def show(self, event: Any, name: str) -> str:
        """A value of an event as people read it."""
        kind = event._meta.get_field(name)
        value = getattr(event, kind.attname)
        if value is None or value == "":
            return "–"
        if isinstance(kind, models.ForeignKey):
            return str(self.names.get(kind.related_model, {}).get(value, _("removed since")))
        if kind.choices:
            return str(dict(kind.flatchoices).get(value, value))
        if isinstance(kind, RupiahField):
            return rupiah(value)
        if isinstance(value, dt.date):
            return date_format(value, "j F Y")
        return number(value) if isinstance(value, Decimal) else str(value)


def _lines(source: Source, event: Any, before: Any, shower: _Shower) -> Iterable[str]:
    about = source.about(lambda name: shower.show(event, name)) if source.about else ""
    if event.pgh_label == "insert":
        yield _("Added: %(what)s") % {"what": about} if about else _("Entered")
    elif event.pgh_label == "delete":
        yield _("Removed: %(what)s") % {"what": about} if about else _("Removed")
    elif before is not None:
        for name, label in source.labels.items():
            old, new = shower.show(before, name), shower.show(event, name)
            if old != new:
                change = f"{label}: {old} → {new}"
                yield f"{about} · {change}" if about else change
