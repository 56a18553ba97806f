"""`import_workbook FILE.xlsx [--dry-run] [--json -]` (CONTRACT.md section 2)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number
from exchange.actions import ImportReport, import_workbook
from exchange.management.terminal import Progress


class Command(BaseCommand):
    """Reads a workbook and writes what is new or changed in it: all of it, or nothing."""

    help = "Import a workbook: all of it, or nothing; every error is listed with its cell."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, and how the outcome is told."""
        parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument(
            "--json", choices=["-"], help="print the outcome as JSON on standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what came of it."""
        progress = Progress(self.stderr)
        report = import_workbook(options["file"], dry_run=options["dry_run"], progress=progress)
        progress.clear()
        for warning in report.warnings:
            self.stderr.write(_("Warning: %(warning)s") % {"warning": warning})
        for error in report.errors:
            self.stderr.write(str(error))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        if report.errors:
            count = len(report.errors)
            message = ngettext(
                "%(count)s error; nothing was written.",
                "%(count)s errors; nothing was written.",
                count,
            )
            raise CommandError(message % {"count": number(count)}, returncode=1)
        if not options["json"]:
            self._say(report)

    def _say(self, report: ImportReport) -> None:
        for name, counts in report.sheets.items():
            line = _("%(sheet)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
            self.stdout.write(
                line
                % {
                    "sheet": name,
                    "new": number(counts.new),
                    "changed": number(counts.changed),
                    "unchanged": number(counts.unchanged),
                }
            )
        if not report.sheets:
            self.stdout.write(_("The file has no sheet that is known; there is nothing to import."))
        elif not report.changes:
            self.stdout.write(_("Nothing has changed: all of it is already stored."))
        elif report.dry_run:
            self.stdout.write(_("This was a dry run: nothing was written."))
