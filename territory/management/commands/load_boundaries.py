"""`load_boundaries FILE.geojson` (CONTRACT.md section 2)."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from core.formats import number
from territory.actions import load_boundaries
from territory.management.terminal import refuse
from territory.reading import RefusedError

UNKNOWN_SHOWN = 20


class Command(BaseCommand):
    """Loads outlines of villages and islands for maps."""

    help = "Load outlines of villages and islands for maps from a GeoJSON file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", metavar="FILE.geojson")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what came of it; codes that fit nothing go to standard error."""
        try:
            result = load_boundaries(file=options["file"])
        except RefusedError as error:
            raise refuse(self.stderr, error) from error
        self.stdout.write(
            _("Outlines: %(changed)s new or changed, %(unchanged)s unchanged.")
            % {"changed": number(result.changed), "unchanged": number(result.unchanged)}
        )
        if result.nameless:
            self.stdout.write(
                _("%(count)s features without a code are skipped.")
                % {"count": number(result.nameless)}
            )
        if result.unknown:
            shown = ", ".join(result.unknown[:UNKNOWN_SHOWN])
            more = ", …" if len(result.unknown) > UNKNOWN_SHOWN else ""
            self.stderr.write(
                _("%(count)s codes are not stored here and are skipped: %(codes)s")
                % {"count": number(len(result.unknown)), "codes": shown + more}
            )
