"""Entering activities and moving them through their states (DOMAIN.md).

| action | from | by | leads to |
|---|---|---|---|
| submit | draft, returned | editor of the agency | submitted |
| verify | submitted | planning agency | verified |
| send_back (reason) | submitted | planning agency | returned |
| cancel (reason) | draft, submitted, returned, never verified | editor | cancelled |
| cancel (reason) | verified, or verified once | editor | the same, asked to be cancelled |
| agree_to_cancellation | asked to be cancelled | planning agency | cancelled |
| refuse_cancellation (reason) | asked to be cancelled | planning agency | the same |
| save_activity | all but cancelled | editor | the same; verified → submitted if it is CORE |

Who may not gets PermissionDenied; a step that the state does not allow is a ValidationError with
the code `state`, a reason that is missing one with the code `reason`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.locking import lock
from core.models import Comment
from programs import parts
from programs.changes import CORE, activity_events, was_verified
from programs.codes import next_codes
from programs.models import Activity, ActivityPlace, StatusStep

Status = Activity.Status
NOT_NOW = _("This cannot be done while the activity is %(status)s.")
NO_REASON = _("Say the reason, so that the others know what to do.")
WAITS = _("The planning agency has been asked to agree to the cancellation already.")


@transaction.atomic
def save_activity(
    *,
    user: User,
    activity: Activity,
    places: Collection[int],
    version: int | None = None,
    also: Sequence[parts.FormPart] = (),
) -> Activity:
    """Create or change an activity that has been validated, with its places and its other parts.

    `version` is what the person has read; raises Conflict when somebody changed it since. After
    verification a change of what was verified makes it submitted again.
    """
    if activity.agency_id not in user.edited_agency_ids:
        raise PermissionDenied
    if activity._state.adding:
        _create(user, activity, places)
    else:
        _change(user, activity, places, version)
    activity.__dict__["place_ids"] = frozenset(places)
    for part in also:
        part.save(user=user, activity=activity)
    for check in parts.CHECKS:
        check(activity)
    return activity


def _create(user: User, activity: Activity, places: Collection[int]) -> None:
    if not activity.code:
        prefix = f"KG-{activity.agency.code}"
        [activity.code] = next_codes(prefix, 1, Activity.objects.all(), activity_events())
    activity.status = Status.DRAFT
    activity.save(force_insert=True)
    _put_places(activity, frozenset(), frozenset(places))
    StatusStep.objects.create(activity=activity, user=user, before=Status.DRAFT, after=Status.DRAFT)


def _change(user: User, activity: Activity, places: Collection[int], version: int | None) -> None:
    stored = lock(Activity.objects.editable_by(user), activity.pk, version)
    before, after = stored.place_ids, frozenset(places)
    activity.status = stored.status
    activity.version = stored.version
    activity.cancellation_asked = stored.cancellation_asked
    is_other = any(getattr(stored, name) != getattr(activity, name) for name in CORE)
    if stored.status == Status.VERIFIED and (is_other or before != after):
        activity.status = Status.SUBMITTED
        _step(activity, user, Status.VERIFIED)
    activity.save(force_update=True)
    activity.refresh_from_db(fields=["version"])
    if before != after:
        _put_places(activity, before, after)
        if activity.version == stored.version:  # the database counts changes of the row alone
            Activity.objects.filter(pk=activity.pk).update(version=F("version") + 1)
            activity.refresh_from_db(fields=["version"])


def _put_places(activity: Activity, before: frozenset[int], after: frozenset[int]) -> None:
    ActivityPlace.objects.filter(activity=activity, place__in=before - after).delete()
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=activity, place_id=place) for place in sorted(after - before)
    )


@transaction.atomic
def submit(*, user: User, activity: Activity, version: int | None = None) -> Activity:
    """Hand it in: the planning agency looks at it."""
    stored = _for_editor(user, activity, version, Status.DRAFT, Status.RETURNED)
    stored.full_clean()
    return _move(stored, user, Status.SUBMITTED)


@transaction.atomic
def verify(*, user: User, activity: Activity, version: int | None = None) -> Activity:
    """The planning agency has looked at it: from now on it counts."""
    stored = _for_planner(user, activity, version, Status.SUBMITTED)
    return _move(stored, user, Status.VERIFIED)


@transaction.atomic
def send_back(
    *, user: User, activity: Activity, reason: str, version: int | None = None
) -> Activity:
    """The planning agency asks for something else."""
    stored = _for_planner(user, activity, version, Status.SUBMITTED)
    return _move(stored, user, Status.RETURNED, _given(reason))


@transaction.atomic
def cancel(*, user: User, activity: Activity, reason: str, version: int | None = None) -> Activity:
    """Give it up. What was verified stays as it is until the planning agency agrees."""
    stored = _for_editor(
        user, activity, version, Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.VERIFIED
    )
    reason = _given(reason)
    if not was_verified(stored):
        return _move(stored, user, Status.CANCELLED, reason)
    if stored.cancellation_asked:
        raise ValidationError(WAITS, code="state")
    stored.cancellation_asked = reason
    return _move(stored, user, stored.status, reason)


@transaction.atomic
def agree_to_cancellation(
    *, user: User, activity: Activity, version: int | None = None
) -> Activity:
    """The planning agency agrees that a verified activity is given up."""
    stored = _asked(user, activity, version)
    reason, stored.cancellation_asked = stored.cancellation_asked, ""
    return _move(stored, user, Status.CANCELLED, reason)


@transaction.atomic
def refuse_cancellation(
    *, user: User, activity: Activity, reason: str, version: int | None = None
) -> Activity:
    """The planning agency does not agree; the activity stays what it is."""
    stored = _asked(user, activity, version)
    reason = _given(reason)
    stored.cancellation_asked = ""
    return _move(stored, user, stored.status, reason)


@transaction.atomic
def comment(*, user: User, activity: Activity, text: str) -> Comment:
    """Write about an activity: its agency's people and the planning agency."""
    if not may_comment(user, activity):
        raise PermissionDenied
    written = Comment(
        content_type=ContentType.objects.get_for_model(Activity),
        object_id=activity.pk,
        author=user,
        text=text.strip(),
    )
    written.full_clean()
    written.save()
    return written


def may_comment(user: User, activity: Activity) -> bool:
    """Whether the person is of the agency concerned, or of the planning agency."""
    return user.is_planner or activity.agency_id in user.agency_ids


def allowed(user: User, activity: Activity) -> set[str]:
    """What the person may do with it now; the same conditions as above, for the buttons."""
    status = activity.status
    found: set[str] = set()
    if activity.agency_id in user.edited_agency_ids and status != Status.CANCELLED:
        found.add("edit")
        if status in {Status.DRAFT, Status.RETURNED}:
            found.add("submit")
        if not activity.cancellation_asked:
            found.add("cancel")
    if user.is_planner:
        if activity.cancellation_asked:
            found.add("decide")
        if status == Status.SUBMITTED:
            found |= {"verify", "send_back"}
    if may_comment(user, activity):
        found.add("comment")
    return found


def _for_editor(user: User, activity: Activity, version: int | None, *statuses: Status) -> Activity:
    if activity.agency_id not in user.edited_agency_ids:
        raise PermissionDenied
    stored = lock(Activity.objects.all(), activity.pk, version)
    if stored.agency_id not in user.edited_agency_ids:  # it has moved meanwhile
        raise PermissionDenied
    return _in_state(stored, statuses)


def _for_planner(
    user: User, activity: Activity, version: int | None, *statuses: Status
) -> Activity:
    if not user.is_planner:
        raise PermissionDenied
    return _in_state(lock(Activity.objects.all(), activity.pk, version), statuses)


def _asked(user: User, activity: Activity, version: int | None) -> Activity:
    stored = _for_planner(user, activity, version, *Status)
    if not stored.cancellation_asked:
        raise _not_now(stored)
    return stored


def _in_state(activity: Activity, statuses: Sequence[Status]) -> Activity:
    if activity.status not in statuses:
        raise _not_now(activity)
    return activity


def _not_now(activity: Activity) -> ValidationError:
    return ValidationError(NOT_NOW, "state", {"status": activity.get_status_display()})


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError(NO_REASON, code="reason")
    return reason


def _move(activity: Activity, user: User, after: str, reason: str = "") -> Activity:
    before, activity.status = activity.status, after
    activity.save(update_fields=["status", "cancellation_asked"])
    activity.refresh_from_db(fields=["version"])
    _step(activity, user, before, reason)
    return activity


def _step(activity: Activity, user: User, before: str, reason: str = "") -> None:
    StatusStep.objects.create(
        activity=activity, user=user, before=before, after=activity.status, reason=reason
    )
