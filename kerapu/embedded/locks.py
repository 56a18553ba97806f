"""File locks (`flock`): they end with the last process that holds the file open, even killed.

A lock belongs to the open file, not to the process: a forked child shares it. So nobody may
unlock explicitly (that would take it from the whole family); closing the file is enough.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import EmbeddedError, explain
from .text import _

POLL_SECONDS = 0.02


def open_lock(path: Path) -> int:
    """The file descriptor (closed on exec) of the lock file `path`, made when it is missing.

    Raises EmbeddedError when the file cannot be made.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain(error, path) from error


def try_lock(descriptor: int, *, exclusive: bool) -> bool:
    """Whether the lock was got now, without waiting."""
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True


def release(descriptor: int) -> None:
    """Give up a lock that only this process holds, keeping the file open."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def wait_lock(descriptor: int, *, exclusive: bool, seconds: float) -> bool:
    """Whether the lock was got within `seconds`."""
    deadline = time.monotonic() + seconds
    while not try_lock(descriptor, exclusive=exclusive):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_held(path: Path) -> bool:
    """Whether somebody holds `path` exclusively. A lock file that does not exist is not held."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise explain(error, path) from error
    try:
        return not try_lock(descriptor, exclusive=False)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(path: Path, *, seconds: float = 120.0) -> Iterator[int]:
    """Hold `path` exclusively for the block; raises EmbeddedError after `seconds` of waiting."""
    descriptor = open_lock(path)
    try:
        if not wait_lock(descriptor, exclusive=True, seconds=seconds):
            raise EmbeddedError(
                _(
                    "Another process has held %(path)s for %(seconds)d seconds. "
                    "Stop it with `make stop` and start again."
                )
                % {"path": path, "seconds": seconds}
            )
        yield descriptor
    finally:
        os.close(descriptor)
