"""Under which account a server runs that root starts: PostgreSQL refuses to be root.

Each home gets a number of its own that no account uses, so that two homes cannot read each
other. Nothing is added to the system's list of accounts; who has which number is noted in
`/var/lib/kerapu/uids`.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path

from .binaries import SYSTEM_FOLDER, make_system_folder
from .errors import EmbeddedError, explain
from .home import Home
from .locks import exclusive
from .processes import account_has_processes
from .text import _

# systemd's list of number ranges calls this one unused; it also lies below 65536, so it exists
# in a container that was given only that many.
NUMBERS = range(60578, 61184)


def server_uid(home: Home, base: Path = SYSTEM_FOLDER) -> int:
    """The account number for the server of `home`, when root starts it.

    A home that belongs to an ordinary account is served under that account, which so keeps the
    use of its files. Raises EmbeddedError when no number is free.
    """
    owner = home.path.stat().st_uid
    if owner != 0:
        return owner
    notes = base / "uids"
    try:
        make_system_folder(base)
        make_system_folder(notes)
        with exclusive(base / "lock"):
            return _claim(home.path, notes)
    except OSError as error:
        raise explain(error, notes) from error


def initdb_account() -> tuple[int, int]:
    """User and group number for `initdb`, which insists on a named account that is not root."""
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            _("This system has no account `nobody`, which root needs to make a database.")
        ) from None
    return nobody.pw_uid, nobody.pw_gid


def give_tree(folder: Path, uid: int) -> None:
    """Give `folder` and all in it to account and group `uid`; the folder itself last.

    So a walk that was cut short is seen (the folder is not `uid`'s yet) and done again.
    """
    for place, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), uid, uid, follow_symlinks=False)
    os.chown(folder, uid, uid)


def _claim(home: Path, notes: Path) -> int:
    held = {int(note.name): note for note in notes.iterdir() if note.name.isdigit()}
    for uid, note in held.items():
        if _holder(note) == home:
            return uid
    for uid in NUMBERS:
        known = held.get(uid)
        if known is not None and (_holder(known) / "home.json").exists():
            continue
        if _named(uid) or account_has_processes(uid):
            continue
        note = notes / str(uid)
        # Made whole and put in place: a half-written note would give the number to two homes.
        new = notes / "new"
        new.write_bytes(os.fsencode(home))
        os.chmod(new, stat.S_IRUSR | stat.S_IWUSR)
        os.rename(new, note)
        return uid
    raise EmbeddedError(
        _(
            "All %(count)d account numbers for servers of root are taken. Remove the notes of "
            "homes that are gone from %(path)s."
        )
        % {"count": len(NUMBERS), "path": notes}
    )


def _holder(note: Path) -> Path:
    return Path(os.fsdecode(note.read_bytes()))


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        pass
    else:
        return True
    try:
        grp.getgrgid(uid)
    except KeyError:
        return False
    return True
