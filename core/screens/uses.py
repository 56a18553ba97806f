"""What uses a record, in words: it can be removed only when nothing does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.formats import number

# Kinds of records by their label, as people call several of them.
NAMES: dict[str, StrOrPromise] = {
    "accounts.Membership": _("Memberships"),
    "budgets.BudgetLine": _("Budget lines"),
    "catalogue.Output": _("Outputs"),
    "planning.ActionItem": _("Action items"),
    "planning.Commitment": _("Commitments"),
    "planning.Need": _("Needs"),
    "planning.Zone": _("Zones"),
    "planning.ZoneSector": _("Zones that restrict it"),
    "programs.Activity": _("Activities"),
    "programs.Clearance": _("Clearances"),
    "programs.ClearanceRequest": _("Requests for clearance"),
    "stakeholders.Agency": _("Agencies below it"),
    "stakeholders.Mandate": _("Mandates"),
}


def uses(record: Any) -> list[tuple[StrOrPromise, str]]:
    """(kind, how many) of what refers to a record and keeps it from being removed."""
    collector = Collector(using=router.db_for_write(type(record)), origin=record)
    try:
        collector.collect([record])
    except ProtectedError as error:
        found = error.protected_objects
    except RestrictedError as error:
        found = error.restricted_objects
    else:
        return []
    counts = Counter(one._meta.label for one in found)
    return [(NAMES.get(label, label), number(count)) for label, count in sorted(counts.items())]
