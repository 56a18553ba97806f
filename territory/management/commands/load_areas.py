"""`load_areas DIR [--area CODE …] [--managed CODE …]` (CONTRACT.md section 2)."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number
from territory.actions import load_areas
from territory.loading import LABELS, LoadResult
from territory.management.terminal import Progress, refuse
from territory.reading import PAIR_FILE, RefusedError

KEPT_SHOWN = 20


class Command(BaseCommand):
    """Loads areas, islands and places from a folder of CSV files."""

    help = "Load areas, islands and places from a folder of CSV files."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The folder, and what of it."""
        parser.add_argument("folder", metavar="DIR", help="folder with provinces.csv, …")
        parser.add_argument(
            "--area",
            action="extend",
            nargs="+",
            default=[],
            metavar="CODE",
            help="load only these areas, all below them and the areas that they lie in",
        )
        parser.add_argument(
            "--managed",
            action="extend",
            nargs="+",
            metavar="CODE",
            help="replace the list of managed areas",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what came of it."""
        try:
            result = load_areas(
                folder=options["folder"],
                areas=options["area"],
                managed=options["managed"],
                report=Progress(self.stdout),
            )
        except RefusedError as error:
            raise refuse(self.stderr, error) from error
        self._say(result)

    def _say(self, result: LoadResult) -> None:
        for name in result.skipped:
            self.stdout.write(_skipped(name))
        for kind in LABELS:  # in their order, from provinces down to places
            if kind not in result.counts:
                continue
            count = result.counts[kind]
            self.stdout.write(
                _(
                    "%(kind)s: %(new)s new, %(changed)s changed, %(removed)s removed,"
                    " %(unchanged)s unchanged."
                )
                % {
                    "kind": str(LABELS[kind]).capitalize(),
                    "new": number(count.new),
                    "changed": number(count.changed),
                    "removed": number(count.removed),
                    "unchanged": number(count.unchanged),
                }
            )
        self._say_kept(result)
        if not result.differs():
            self.stdout.write(_("Nothing has changed."))
        self.stdout.write(
            _("Managed area: %(codes)s (%(places)s places).")
            % {"codes": ", ".join(result.managed), "places": number(result.managed_places)}
        )

    def _say_kept(self, result: LoadResult) -> None:
        if not result.kept:
            return
        self.stdout.write(
            ngettext(
                "%(count)s place is not named any more, but is in use and stays:",
                "%(count)s places are not named any more, but are in use and stay:",
                len(result.kept),
            )
            % {"count": number(len(result.kept))}
        )
        for kept in result.kept[:KEPT_SHOWN]:
            self.stdout.write(f"  {kept.code} ({', '.join(kept.used_by)})")
        if len(result.kept) > KEPT_SHOWN:
            more = number(len(result.kept) - KEPT_SHOWN)
            self.stdout.write("  " + _("… and %(count)s more.") % {"count": more})


def _skipped(name: str) -> str:
    if name == PAIR_FILE:
        return _("%(name)s is not there: the stored pairs of village and island stay.") % {
            "name": name
        }
    return _("%(name)s is not there and is skipped.") % {"name": name}
