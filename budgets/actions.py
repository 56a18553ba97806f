"""Writing the budget lines of an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from budgets.models import BudgetLine
from core.locking import Conflict
from programs.codes import next_codes
from programs.models import Activity

FIELDS = ("year", "source", "stage", "amount", "place_id")


def line_events() -> QuerySet[Any, Any]:
    """The history of lines, kept by the database."""
    events: QuerySet[Any, Any] = apps.get_model("budgets", "BudgetLineEvent")._default_manager.all()
    return events


def base_of(line: BudgetLine, version: int) -> Any:
    """The line as it was at a version; None where the history does not reach."""
    events = line_events().filter(pgh_obj_id=line.pk, version=version)
    return events.order_by("-pgh_id").first()


@transaction.atomic
def save_lines(
    *,
    activity: Activity,
    lines: Sequence[BudgetLine],
    removed: Sequence[BudgetLine],
    versions: Mapping[int, int],
) -> None:
    """Create, change and remove lines of one activity; the caller has asked who may.

    A line that the person has not touched is left as it is, even if somebody else has changed it;
    one that both have changed raises Conflict. Budgets are entered without another verification,
    so the activity's status stays.
    """
    known = [line.pk for line in [*lines, *removed] if line.pk]
    locked = BudgetLine.objects.select_for_update().filter(pk__in=known).order_by("pk")
    stored = {line.pk: line for line in locked}
    for line in removed:
        if line.pk in stored:
            _check(stored[line.pk], versions)
            stored[line.pk].delete()
    new = [line for line in lines if line.pk is None]
    for line in lines:
        if line.pk is not None and line.pk in stored:
            _change(stored[line.pk], line, versions)
    _create(activity, new)


def _check(stored: BudgetLine, versions: Mapping[int, int]) -> None:
    if versions.get(stored.pk, stored.version) != stored.version:
        raise Conflict(stored)


def _values(line: Any) -> list[Any]:
    return [getattr(line, name) for name in FIELDS]


def _change(stored: BudgetLine, line: BudgetLine, versions: Mapping[int, int]) -> None:
    if _values(line) == _values(stored):
        return
    read = versions.get(stored.pk, stored.version)
    if read != stored.version:
        base = base_of(stored, read)
        if base is not None and _values(base) == _values(line):
            return  # the person has not touched it
        raise Conflict(stored)
    for name in FIELDS:
        setattr(stored, name, getattr(line, name))
    stored.save(update_fields=["year", "source", "stage", "amount", "place"])


def _create(activity: Activity, lines: Sequence[BudgetLine]) -> None:
    if not lines:
        return
    prefix = f"AG-{activity.code}"
    codes = next_codes(prefix, len(lines), BudgetLine.objects.all(), line_events())
    for line, code in zip(lines, codes, strict=True):
        line.activity = activity
        line.code = code
        line.save(force_insert=True)
