"""Writing quarterly reports. They need no verification of the activity."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from core.locking import Conflict, lock
from monitoring.models import Report
from programs.models import Activity


@transaction.atomic
def save_report(*, user: User, report: Report, version: int | None) -> Report:
    """Create or change a report that has been validated.

    `version` is what the person has read, None for a new one. Raises Conflict where somebody else
    has written or changed the same quarter's report since.
    """
    if not Activity.objects.editable_by(user).filter(pk=report.activity_id).exists():
        raise PermissionDenied
    if report._state.adding:
        return _create(report)
    stored = lock(Report.objects.editable_by(user), report.pk, version)
    report.version = stored.version
    report.save(force_update=True)
    report.refresh_from_db(fields=["version"])
    return report


def _create(report: Report) -> Report:
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        report.pk = None
        same = Report.objects.filter(
            activity=report.activity_id, year=report.year, quarter=report.quarter
        ).first()
        if same is None:
            raise
        raise Conflict(same) from None
    return report
