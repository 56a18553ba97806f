"""`python -m kerapu.embedded run` and `stop`: what `make run` and `make stop` call."""

from __future__ import annotations

import sys

from .errors import EmbeddedError
from .supervisor import run, stop

COMMANDS = {"run": run, "stop": stop}


def main(arguments: list[str]) -> int:
    """The exit status: 0 done, 1 refused (a sentence on standard error), 2 wrong usage."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print("usage: python -m kerapu.embedded run|stop", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]]()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
