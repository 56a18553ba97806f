"""What the commands of this app say on a terminal."""

from __future__ import annotations

import time

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from core.formats import number

# How often a line of progress is shown: people who watch want to see it move, a log does not.
WATCHED, UNWATCHED = 0.2, 2.0
CLEAR_LINE = "\r\x1b[K"


class Progress:
    """How far the work is, on standard error: a line that moves, or in a log one now and then."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._watched = out.isatty()
        self._shown = time.monotonic()
        self._on_line = False

    def __call__(self, what: str, sheet: str, rows: int) -> None:
        """`what` is `waiting`, `read` or `written`."""
        if what == "waiting":
            self._write(_("Another import is running. This one waits until it is done."))
        elif time.monotonic() - self._shown >= (WATCHED if self._watched else UNWATCHED):
            self._shown = time.monotonic()
            if what == "read":
                line = _("%(sheet)s: %(rows)s rows read and checked")
            else:
                line = _("%(sheet)s: %(rows)s rows written")
            self._write(line % {"sheet": sheet, "rows": number(rows)})

    def clear(self) -> None:
        """Make room for what comes next."""
        if self._on_line:
            self._out.write(CLEAR_LINE, ending="")
            self._on_line = False

    def _write(self, line: str) -> None:
        if self._watched:
            self._out.write(CLEAR_LINE + line, ending="")
            self._on_line = True
        else:
            self._out.write(line)
        self._out.flush()
