"""Clearances [persetujuan]: asked by an agency, answered by the zone's authority (DOMAIN.md).

| action | from | by | leads to |
|---|---|---|---|
| ask | no request open | editor of the activity's agency | asked |
| withdraw | asked | editor of the activity's agency | withdrawn |
| grant (number, days) | asked | member of the zone's authority | granted, and a clearance |
| refuse (answer) | asked | member of the zone's authority | refused |
| revoke (reason) | a clearance | member of the zone's authority | it ends the day before |

Who may not gets PermissionDenied; what the state does not allow is a ValidationError (`state`).
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.locking import lock
from core.models import StoredFile
from planning.models import Zone
from programs.models import Activity, Clearance, ClearanceRequest

State = ClearanceRequest.State
ANSWERED = _("This request has been answered or withdrawn already.")
ELSEWHERE = _("No place of the activity lies in this zone.")
OWN_ZONE = _("An agency needs no clearance for a zone of its own authority.")
NO_ANSWER = _("Say the reason, so that the agency knows what to do.")
ENDED = _("This clearance has ended already.")
BACKWARDS = _("The last day is before the first.")


def may_answer(user: User, zone: Zone) -> bool:
    """Whether the person works for the zone's authority."""
    return zone.authority_id in user.agency_ids


@transaction.atomic
def ask(*, user: User, activity: Activity, zone: Zone, note: str = "") -> ClearanceRequest:
    """Ask the zone's authority to let the activity in."""
    if activity.agency_id not in user.edited_agency_ids:
        raise PermissionDenied
    if zone.authority_id == activity.agency_id:
        raise ValidationError(OWN_ZONE, code="own_zone")
    if not zone.places.filter(pk__in=activity.place_ids).exists():
        raise ValidationError(ELSEWHERE, code="elsewhere")
    request = ClearanceRequest(activity=activity, zone=zone, note=note, asked_by=user)
    request.full_clean()
    request.save()
    return request


@transaction.atomic
def withdraw(*, user: User, request: ClearanceRequest) -> ClearanceRequest:
    """The agency does not need it any more."""
    stored = _open(request)
    if stored.activity.agency_id not in user.edited_agency_ids:
        raise PermissionDenied
    return _answer(stored, user, State.WITHDRAWN, "")


@transaction.atomic
def grant(
    *,
    user: User,
    request: ClearanceRequest,
    number: str,
    valid_from: dt.date,
    valid_to: dt.date,
    conditions: str = "",
    document: StoredFile | None = None,
) -> Clearance:
    """Let the activity in, from a day to a day, under conditions."""
    stored = _open(request)
    if not may_answer(user, stored.zone):
        raise PermissionDenied
    if valid_to < valid_from:
        raise ValidationError({"valid_to": ValidationError(BACKWARDS, code="days")})
    clearance = Clearance(
        number=number,
        activity=stored.activity,
        zone=stored.zone,
        valid_from=valid_from,
        valid_to=valid_to,
        conditions=conditions,
        document=document,
    )
    clearance.full_clean()
    clearance.save()
    stored.clearance = clearance
    _answer(stored, user, State.GRANTED, conditions)
    return clearance


@transaction.atomic
def refuse(*, user: User, request: ClearanceRequest, answer: str) -> ClearanceRequest:
    """Keep the activity out, and say why."""
    stored = _open(request)
    if not may_answer(user, stored.zone):
        raise PermissionDenied
    return _answer(stored, user, State.REFUSED, _given(answer))


@transaction.atomic
def revoke(
    *, user: User, clearance: Clearance, reason: str, version: int | None = None
) -> Clearance:
    """End a clearance: its last day is yesterday; one that has not begun covers no day."""
    stored = lock(Clearance.objects.select_related("zone"), clearance.pk, version)
    if not may_answer(user, stored.zone):
        raise PermissionDenied
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if stored.valid_to <= yesterday:
        raise ValidationError(ENDED, code="state")
    stored.revoked = _given(reason)
    stored.valid_to = yesterday
    stored.save()
    return stored


def _open(request: ClearanceRequest) -> ClearanceRequest:
    stored = (
        ClearanceRequest.objects.select_for_update(of=("self",))
        .select_related("activity", "zone")
        .get(pk=request.pk)
    )
    if stored.state != State.ASKED:
        raise ValidationError(ANSWERED, code="state")
    return stored


def _answer(request: ClearanceRequest, user: User, state: str, answer: str) -> ClearanceRequest:
    request.state = state
    request.answer = answer
    request.answered_by = user
    request.answered = timezone.now()
    request.save()
    return request


def _given(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"answer": ValidationError(NO_ANSWER, code="reason")})
    return reason.strip()
