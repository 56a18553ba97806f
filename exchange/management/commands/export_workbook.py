"""`export_workbook FILE.xlsx` (CONTRACT.md section 2)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.formats import number
from exchange.actions import ExportError, export_workbook
from exchange.management.terminal import Progress


class Command(BaseCommand):
    """Writes everything as a workbook that `import_workbook` reads."""

    help = "Export everything as a workbook that import_workbook reads."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, and say what was written."""
        progress = Progress(self.stderr)
        try:
            counts = export_workbook(options["file"], progress=progress)
        except ExportError as error:
            raise CommandError(str(error), returncode=1) from error
        progress.clear()
        for name, count in counts.items():
            self.stdout.write(
                _("%(sheet)s: %(count)s records.") % {"sheet": name, "count": number(count)}
            )
