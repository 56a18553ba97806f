"""What the commands of this app say on a terminal."""

from __future__ import annotations

import time

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

from core.formats import number
from territory.reading import RefusedError

SHOWN = 100
PATIENCE = 2.0


class Progress:
    """Writes steps once the work has lasted longer than people wait without a word."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._started = time.monotonic()

    def __call__(self, step: str) -> None:
        """A step begins."""
        if time.monotonic() - self._started > PATIENCE:
            self._out.write(step)
            self._out.flush()


def refuse(err: OutputWrapper, error: RefusedError) -> CommandError:
    """Writes the reasons, a line each, and gives the error that ends the command with status 1."""
    for problem in error.problems[:SHOWN]:
        err.write(problem)
    if len(error.problems) > SHOWN:
        more = number(len(error.problems) - SHOWN)
        err.write(_("… and %(count)s more.") % {"count": more})
    return CommandError(_("Nothing was written."), returncode=1)
