#!/usr/bin/env python
"""KERAPU's command line; every command works by itself in embedded mode."""

import os
import sys


def main() -> int:
    """Run one management command; a refusal of the embedded services is a sentence, not a trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kerapu.settings")
    from kerapu.embedded.errors import EmbeddedError

    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except EmbeddedError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
