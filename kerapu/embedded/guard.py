"""Runs a command and ends it when the process that asked for it has gone.

For systems without a parent-death signal (macOS). Started as a file of its own, so it imports
nothing of the project:  python guard.py PARENT SIGNAL COMMAND …
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
POLL_SECONDS = 0.3
PATIENCE_SECONDS = 8.0


def wrap(command: list[str], number: signal.Signals) -> list[str]:
    """`command`, watched where the kernel does not do it."""
    if sys.platform == "linux":
        return command
    me = [sys.executable, "-I", "-S", os.path.abspath(__file__)]
    return [*me, str(os.getpid()), str(int(number)), *command]


def main(arguments: list[str]) -> int:
    """Run the command until it ends or `PARENT` does; the exit status is the command's."""
    parent, number, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    child = subprocess.Popen(command, close_fds=False)

    def forward(received: int, _frame: FrameType | None) -> None:
        if child.poll() is None:
            child.send_signal(received)

    for each in FORWARDED:
        signal.signal(each, forward)
    while child.poll() is None:
        if os.getppid() != parent:
            _end(child, number)
            break
        time.sleep(POLL_SECONDS)
    status = child.wait()
    # As a shell says it: ended by a signal is 128 and its number.
    return status if status >= 0 else 128 - status


def _end(child: subprocess.Popen[bytes], number: int) -> None:
    child.send_signal(number)
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
