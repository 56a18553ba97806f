"""`manage.py backup FILE`: database and uploads in one file, the secret key apart."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core.backup import BackupRefused, write_backup


class Command(BaseCommand):
    help = "Write database and uploads into one file; the secret key is kept apart from it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the file to write; - is standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"] == "-":
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "backup"
                    manifest = write_backup(path)
                    with path.open("rb") as file:
                        shutil.copyfileobj(file, sys.stdout.buffer)
            else:
                manifest = write_backup(Path(options["file"]).absolute())
        except BackupRefused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        done = _("Backed up to %(file)s: %(rows)d records, %(uploads)d uploads.")
        self.stderr.write(
            done
            % {
                "file": options["file"],
                "rows": manifest.rows,
                "uploads": len(manifest.uploads),
            },
            self.style.SUCCESS,
        )
