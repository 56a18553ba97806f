"""A workbook that comes by browser: kept, checked as a job, imported as a job.

Both are jobs of one kind: the same file, read without and with writing. An import may run twice
without harm, because importing the same file again changes nothing.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from pathlib import Path, PurePath
from typing import Any

import pghistory
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.formats import number
from core.jobs import Progress, enqueue
from core.models import Job, StoredFile
from exchange.actions import ImportReport, import_workbook
from exchange.workbook.sheets import SHEETS

KIND = "import_workbook"
MOST_BYTES = 20_000_000
SHOWN = 1000  # errors and warnings that a job keeps of each
NOTED_EVERY = 0.3  # seconds between two lines of progress
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def take(*, upload: UploadedFile[Any], by: User) -> Job:
    """Keep the file and ask for its check; nothing is written to the plans yet."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = PurePath(upload.name or "workbook.xlsx").name[-200:]
    upload.name = f"{uuid.uuid4().hex}.xlsx"
    stored = StoredFile.objects.create(
        file=upload,
        name=name,
        kind=XLSX,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        sent_by=by,
    )
    return _ask(stored.pk, by, dry_run=True)


def carry_out(*, checked: Job, by: User) -> Job:
    """Ask for the import of a file that was checked without an error."""
    assert may_be_imported(checked)
    return _ask(checked.arguments["file"], by, dry_run=False)


def may_be_imported(job: Job) -> bool:
    """Whether a check ended without an error and with something to write."""
    result = job.result or {}
    return bool(
        job.kind == KIND
        and job.state == Job.State.DONE
        and job.arguments["dry_run"]
        and not result["errors_count"]
        and result["changes"]
    )


def _ask(file: int, by: User, *, dry_run: bool) -> Job:
    arguments = {
        "file": file,
        "dry_run": dry_run,
        "user": by.pk,
        "language": translation.get_language() or "id",
    }
    return enqueue(KIND, arguments, asked_by=by)


def run(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: read the file, and write it unless only a check was asked for."""
    stored = StoredFile.objects.get(pk=arguments["file"])
    steps = _Steps(progress, writes=not arguments["dry_run"])
    with translation.override(arguments["language"]), pghistory.context(user=arguments["user"]):
        report = import_workbook(
            Path(stored.file.path), dry_run=arguments["dry_run"], progress=steps
        )
    return _result(report)


def _result(report: ImportReport) -> dict[str, Any]:
    return {
        "sheets": {name: vars(counts) for name, counts in report.sheets.items()},
        "changes": report.changes,
        "errors_count": len(report.errors),
        "errors": [issue.as_json() for issue in report.errors[:SHOWN]],
        "warnings_count": len(report.warnings),
        "warnings": [issue.as_json() for issue in report.warnings[:SHOWN]],
    }


class _Steps:
    """What the import says, as steps of the job: a sheet read or written is one."""

    def __init__(self, progress: Progress, *, writes: bool) -> None:
        self.progress = progress
        self.total = len(SHEETS) * (2 if writes else 1)
        self.order = {sheet.name: place for place, sheet in enumerate(SHEETS)}
        self.noted = 0.0

    def __call__(self, what: str, sheet: str, rows: int) -> None:
        """`what` is `waiting`, `read` or `written`."""
        now = time.monotonic()
        if what != "waiting" and now - self.noted < NOTED_EVERY:
            return
        self.noted = now
        done = self.order.get(sheet, 0) + (len(SHEETS) if what == "written" else 0)
        self.progress(done, self.total, self._say(what, sheet, rows))

    def _say(self, what: str, sheet: str, rows: int) -> str:
        if what == "waiting":
            return _("Another import is running. This one waits until it is done.")
        if what == "read":
            line = _("%(sheet)s: %(rows)s rows read and checked")
        else:
            line = _("%(sheet)s: %(rows)s rows written")
        return line % {"sheet": sheet, "rows": number(rows)}
