"""The history of a person as a text: who changed what when, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from stakeholders.models import Agency


@dataclass(frozen=True)
class Line:
    """One thing that happened; `by` is empty for what was done before a log-in or by command."""

    at: dt.datetime
    what: str
    by: str
    reason: str


def of(user: User) -> list[Line]:
    """Everything that happened to a person, the latest first."""
    rows = [*_person(user), *_memberships(user)]
    authors = [row.pgh_context.metadata.get("user") for row, _what in rows if row.pgh_context]
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=filter(None, authors))}
    lines = [_line(row, what, names) for row, what in rows]
    return sorted(lines, key=lambda line: line.at)[::-1]


def _line(row: Any, what: str, names: dict[int, str]) -> Line:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    by = names.get(metadata.get("user", 0), "")
    reason = metadata.get("reason", "") if _has_reason(row) else ""
    return Line(at=row.pgh_created_at, what=what, by=by, reason=reason)


def _has_reason(row: Any) -> bool:
    return hasattr(row, "is_active")


def _events(model: str) -> models.QuerySet[Any]:
    manager = apps.get_model("accounts", model)._default_manager
    found: models.QuerySet[Any] = manager.select_related("pgh_context")
    return found


def _person(user: User) -> Iterator[tuple[Any, str]]:
    before: Any = None
    for row in _events("UserEvent").filter(pgh_obj_id=user.pk).order_by("pgh_id"):
        if row.pgh_label == "insert":
            yield row, _("Recorded as %(role)s") % {"role": _role(row)}
        elif row.pgh_label == "update" and before is not None:
            yield from ((row, what) for what in _changes(before, row))
        elif row.pgh_label in _noted():
            yield row, _noted()[row.pgh_label]
        before = row


def _noted() -> dict[str, str]:
    return {
        "link_made": _("One-time link made"),
        "password_set": _("Password chosen"),
        "second_factor_set": _("Second factor set up"),
        "second_factor_taken": _("Second factor taken away"),
    }


def _changes(before: Any, row: Any) -> Iterator[str]:
    if before.is_active != row.is_active:
        yield _("Reactivated") if row.is_active else _("Deactivated")
    if before.role != row.role:
        yield _("Role: %(old)s → %(new)s") % {"old": _role(before), "new": _role(row)}
    for field, label in (
        ("name", _("Name")),
        ("username", _("User name")),
        ("email", _("Mail address")),
    ):
        old, new = getattr(before, field), getattr(row, field)
        if old != new:
            yield f"{label}: {old or '–'} → {new or '–'}"


def _role(row: Any) -> str:
    return str(User.Role(row.role).label)


def _memberships(user: User) -> Iterator[tuple[Any, str]]:
    rows = list(_events("MembershipEvent").filter(user_id=user.pk).order_by("pgh_id"))
    agencies = Agency.objects.in_bulk({row.agency_id for row in rows})
    for row in rows:
        names = {
            "role": Membership.Role(row.role).label,
            "agency": agencies.get(row.agency_id, row.agency_id),
        }
        if row.pgh_label == "insert":
            yield row, _("Begins as %(role)s for %(agency)s") % names
        elif row.ended is not None:
            yield row, _("Ends as %(role)s for %(agency)s") % names
