"""Import and export of the workbook (CONTRACT.md sections 2 and 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from exchange.workbook.export import ExportError, write_workbook
from exchange.workbook.intake import Intake
from exchange.workbook.issues import Issue
from exchange.workbook.package import WorkbookError
from exchange.workbook.rows import Workbook
from exchange.workbook.storing import Storing
from territory.notation import Gazetteer

# Held while a workbook is read and written, so that two imports do not interleave.
LOCK = int.from_bytes(hashlib.sha256(b"kerapu import_workbook").digest()[:8], "big", signed=True)

# What PostgreSQL says when others change what is being written: serialisation failure, deadlock, a
# code that exists by now, a record that is gone.
MEANWHILE = frozenset(["40001", "40P01", "23505", "23503"])

# Called with what is being done (`waiting`, `read`, `written`), the sheet, and its rows so far.
Progress = Callable[[str, str, int], None]


@dataclass(frozen=True)
class Counts:
    """What an import does to the records of one sheet."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class ImportReport:
    """What came of an import. With an error, nothing was written and `sheets` is empty."""

    sheets: dict[str, Counts] = field(default_factory=dict)
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)
    dry_run: bool = False

    @property
    def changes(self) -> int:
        """How many records are new or changed."""
        return sum(counts.new + counts.changed for counts in self.sheets.values())

    def as_json(self) -> dict[str, Any]:
        """The machine-readable report of `import_workbook --json -`."""
        return {
            "sheets": {name: vars(counts) for name, counts in self.sheets.items()},
            "warnings": [warning.as_json() for warning in self.warnings],
            "errors": [error.as_json() for error in self.errors],
            "dry_run": self.dry_run,
        }


def _silent(_what: str, _sheet: str, _rows: int) -> None:
    """Nobody wants to know how far it is."""


def import_workbook(
    path: Path, *, dry_run: bool = False, progress: Progress = _silent
) -> ImportReport:
    """Read a workbook and write what is new or changed in it: all of it, or nothing.

    Everything that is wrong with the file comes back in the report; only the failure of the
    database itself is raised. With `dry_run` nothing is written, and the report says what would be.
    """
    context = pghistory.context(source="workbook", file=path.name)
    try:
        with _alone(progress), _snapshot(), context:
            return _import(path, dry_run=dry_run, progress=progress)
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) not in MEANWHILE:
            raise
        message = _(
            "Somebody changed the same records while the import ran, so nothing was written. Import"
            " the file again. (%(reason)s)"
        ) % {"reason": str(error).strip().splitlines()[0]}
        return ImportReport(errors=[Issue("", "", "meanwhile", message)], dry_run=dry_run)


def _import(path: Path, *, dry_run: bool, progress: Progress) -> ImportReport:
    try:
        with Workbook(path) as workbook:
            intake = Intake(Gazetteer.load(), lambda sheet, rows: progress("read", sheet, rows))
            intake.read(workbook)
    except WorkbookError as error:
        return ImportReport(errors=[Issue("", "", error.code, str(error))], dry_run=dry_run)
    warnings = intake.warnings.in_order()
    if intake.errors:
        return ImportReport(warnings=warnings, errors=intake.errors.in_order(), dry_run=dry_run)
    if not dry_run:
        Storing(intake, lambda sheet, rows: progress("written", sheet, rows)).write()
    counts = {
        sheet.sheet.name: Counts(sheet.new, sheet.changed, sheet.unchanged)
        for sheet in intake.sheets.values()
    }
    return ImportReport(counts, warnings, dry_run=dry_run)


def export_workbook(path: Path, *, progress: Progress = _silent) -> dict[str, int]:
    """Write everything as a workbook that `import_workbook` reads; the records of each sheet.

    Raises ExportError when the file cannot be written.
    """
    with _snapshot():
        return write_workbook(path, lambda sheet, rows: progress("written", sheet, rows))


@contextmanager
def _alone(progress: Progress) -> Iterator[None]:
    """Wait until no other import runs. The lock is the session's: the snapshot comes after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        [free] = cursor.fetchone() or [False]
        if not free:
            progress("waiting", "", 0)
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        # A connection that broke has taken its lock with it.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _snapshot() -> Iterator[None]:
    """One transaction that sees one state: what others change meanwhile makes it fail whole.

    Inside somebody else's transaction the state is theirs.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


__all__ = ["Counts", "ExportError", "ImportReport", "export_workbook", "import_workbook"]
