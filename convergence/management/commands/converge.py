"""`manage.py converge`: the whole judgement of a year (CONTRACT.md sections 2 and 4)."""

import datetime as dt
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from convergence.engine import Judged, judge
from core.fields import YearField
from core.progress import Terminal


def day(text: str) -> dt.date:
    """A day as YYYY-MM-DD."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("“%s” is not a day; write YYYY-MM-DD") % text) from error


def year(text: str) -> int:
    """A fiscal year."""
    if not text.isdecimal() or not YearField.FIRST <= int(text) <= YearField.LAST:
        raise ArgumentTypeError(_("“%s” is not a fiscal year") % text)
    return int(text)


class Command(BaseCommand):
    help = "Judge a year by METHOD.md and print findings and figures as JSON"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=year, required=True)
        parser.add_argument("--as-of", type=day, default=None, help="YYYY-MM-DD, default today")
        parser.add_argument("--store", action="store_true", help="store another day's judgement")
        parser.add_argument("--json", default="-", metavar="FILE", help="where to, - for stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        as_of: dt.date = options["as_of"] or today
        with Terminal(self.stderr) as progress:
            result = judge(
                year=options["year"],
                as_of=as_of,
                store=options["store"] or as_of == today,
                progress=progress,
            )
        self._print(result, options["json"])

    def _print(self, result: Judged, target: str) -> None:
        text = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
        if target == "-":
            self.stdout.write(text)
        else:
            try:
                Path(target).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(
                    _("%(file)s cannot be written: %(reason)s")
                    % {"file": target, "reason": error.strerror}
                ) from error
        print(
            _("%(year)d as of %(day)s: %(findings)d findings, %(areas)d areas, %(seconds).1f s")
            % {
                "year": result.year,
                "day": result.as_of.isoformat(),
                "findings": len(result.findings),
                "areas": len(result.areas),
                "seconds": result.seconds,
            },
            file=sys.stderr,
        )
