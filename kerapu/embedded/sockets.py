"""The folder of the server's socket, under a name that is short enough to connect to.

A socket's name may have 107 bytes (103 on macOS), and both PostgreSQL and its client library
read a comma as the end of one. A home whose path does not fit is reached through a short
symbolic link in a private folder for temporary files.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path

from .errors import EmbeddedError
from .home import Home
from .text import _

PORT = 5432  # only a part of the socket's name: the server listens on no network
LONGEST_FOLDER = 103 - len(f"/.s.PGSQL.{PORT}")
# A folder of that name that somebody else made is passed over.
TRIES = 10


def socket_folder(home: Home) -> Path:
    """The folder itself, with whatever length."""
    return home.database / "socket"


def short_socket_folder(home: Home) -> str:
    """The folder's path as a client can use it; a link is made or renewed when it needs one.

    Raises EmbeddedError when no private place for the link is found.
    """
    folder = socket_folder(home)
    raw = os.fsencode(folder)
    if len(raw) <= LONGEST_FOLDER and not any(byte in raw for byte in b",\"'\\"):
        return str(folder)
    name = hashlib.sha256(raw).hexdigest()[:16]
    for parent in _parents():
        if _make_private(parent):
            return str(_linked(parent / name, folder))
    raise EmbeddedError(
        _(
            "The path of the home %(path)s is too long for a socket, and /tmp has no room for a "
            "private link to it. Set KERAPU_HOME to a shorter path."
        )
        % {"path": home.path}
    )


def _parents() -> list[Path]:
    uid = os.geteuid()
    return [Path("/tmp") / f"kerapu-{uid}{f'-{n}' if n else ''}" for n in range(TRIES)]


def _make_private(folder: Path) -> bool:
    """Whether `folder` exists and nobody else can put anything into it."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = os.lstat(folder)
    mine = found.st_uid == os.geteuid()
    return stat.S_ISDIR(found.st_mode) and mine and stat.S_IMODE(found.st_mode) == 0o700


def _linked(link: Path, target: Path) -> Path:
    try:
        if os.lstat(link).st_uid == os.geteuid() and os.readlink(link) == str(target):
            return link
    except FileNotFoundError:
        pass  # the first time, or cleaned away since
    new = link.with_name(f"{link.name}.{os.getpid()}.{threading.get_ident()}")
    new.unlink(missing_ok=True)
    os.symlink(target, new)
    os.rename(new, link)
    return link
