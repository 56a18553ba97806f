"""`manage.py restore FILE`: fills an empty installation from a backup, all of it or nothing."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core.backup import BackupRefused, Manifest, restore_backup


class Command(BaseCommand):
    help = "Fill an empty installation from a file that backup wrote."
    # The tables may not exist yet; what the checks would say, restoring says itself.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the file to read; - is standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = self._restore(options["file"])
        except BackupRefused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        done = _("Restored the backup of %(made)s: %(rows)d records, %(uploads)d uploads.")
        self.stderr.write(
            done % {"made": manifest.made, "rows": manifest.rows, "uploads": len(manifest.uploads)},
            self.style.SUCCESS,
        )

    def _restore(self, name: str) -> Manifest:
        if name != "-":
            return restore_backup(Path(name).absolute())
        with tempfile.NamedTemporaryFile() as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
            file.flush()
            return restore_backup(Path(file.name))
