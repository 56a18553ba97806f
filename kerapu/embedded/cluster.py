"""The database cluster on disk: how it is made, and how its server is called.

Everything here runs in the keeper (`keeper.py`), a process with one thread, under its lock.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import accounts
from .binaries import Binaries
from .errors import NO_SPACE_WORDS, EmbeddedError, disk_full
from .home import Home
from .processes import ON_LINUX, die_with_parent
from .sockets import PORT, short_socket_folder, socket_folder
from .text import _

ROLE = "kerapu"
DATABASE = "kerapu"
SUPERUSER = "postgres"

# In force at every start, whatever postgresql.conf says.
FIXED = {
    "listen_addresses": "",
    "port": str(PORT),
    "logging_collector": "off",
    "log_destination": "stderr",
    # After a crash: one call to the file system in place of one for each file (0.2 s, not 4 s).
    **({"recovery_init_sync_method": "syncfs"} if ON_LINUX else {}),
}
# Written to postgresql.conf when the cluster is made; an administrator may change them there.
FIRST = {
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "100",
    "jit": "off",
    "synchronous_commit": "on",
    # No replicas and no archive here: less is written.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    # Web and worker processes use the cores already, and parallel queries need more of /dev/shm
    # than a container has by default.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# macOS knows no locale of the name C.UTF-8. Order and case come from PostgreSQL's own anyway.
LOCALE = ["--locale=C.UTF-8"] if ON_LINUX else ["--locale=C", "--lc-ctype=en_US.UTF-8"]
# Ours only: variables of the user's (PGDATA, PGPORT, LANG …) must not reach the server.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C.UTF-8" if ON_LINUX else "en_US.UTF-8",
}


@dataclass(frozen=True)
class Account:
    """Whom a program runs as; None as number: as ourselves."""

    uid: int | None = None
    gid: int | None = None

    def arguments(self) -> dict[str, Any]:
        """What `subprocess` wants to hear."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def data_folder(home: Home) -> Path:
    """Where the cluster lies."""
    return home.database / "data"


def unfinished(home: Home) -> list[Path]:
    """Clusters that were being made when their keeper was killed."""
    return list(home.database.glob("new-*"))


def account_for(home: Home) -> Account:
    """Whom the server of `home` runs as. Raises EmbeddedError as root where that is not known."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise EmbeddedError(
                _(
                    "PostgreSQL makes a database only for an account with a name, and account "
                    "number %(uid)d has none on this system. Use a named account, or set "
                    "DATABASE_URL to a PostgreSQL server."
                )
                % {"uid": os.geteuid()}
            ) from None
        return Account()
    if not ON_LINUX:
        raise EmbeddedError(
            _("The embedded database cannot be run by root on this system: use another account.")
        )
    uid = accounts.server_uid(home)
    return Account(uid, uid)


def prepare(home: Home, binaries: Binaries, account: Account) -> None:
    """Make the cluster when there is none, else see that it can be served.

    Raises EmbeddedError: a full disk, a cluster of another major version, a failing `initdb`.
    """
    data = data_folder(home)
    if not data.exists():
        _make(home, binaries, account)
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != binaries.major:
        raise EmbeddedError(
            _(
                "The database in %(path)s is of PostgreSQL %(found)s, installed is %(installed)s. "
                "Make a backup with the version that made it, and restore it into a new home."
            )
            % {"path": data, "found": version, "installed": binaries.major}
        )
    sockets = socket_folder(home)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if account.uid is not None:
        for folder in (data, sockets):
            # After a move, a restored copy, or a hand-over that was cut short.
            if folder.stat().st_uid != account.uid:
                accounts.give_tree(folder, account.uid)


def remove_leftovers(home: Home) -> None:
    """Remove what a killed server left that would keep the next from starting.

    Only under the keeper's lock, and when no process of the cluster lives.
    """
    (data_folder(home) / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (socket_folder(home) / name).unlink(missing_ok=True)


def start(home: Home, binaries: Binaries, account: Account, output: int) -> subprocess.Popen[bytes]:
    """Start the server, printing to the descriptor `output`. It stops when this process dies."""
    # Imported late and by name: only systems without a parent-death signal need it.
    from .guard import wrap

    with _reachable(data_folder(home), socket_folder(home)) as (names, descriptors):
        sockets = names[1] if ON_LINUX else short_socket_folder(home)
        settings = [part for key, value in FIXED.items() for part in ("-c", f"{key}={value}")]
        command = [str(binaries.program("postgres")), "-D", names[0], "-k", sockets, *settings]
        return subprocess.Popen(
            wrap(command, signal.SIGINT),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=descriptors,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
            **account.arguments(),
        )


def failure(output: str, log: Path) -> EmbeddedError:
    """The sentence for a program of PostgreSQL's that failed with that output."""
    if any(words in output for words in NO_SPACE_WORDS):
        return disk_full(log.parent.parent)
    telling = [line for line in output.splitlines() if "FATAL" in line or "error:" in line]
    last = (telling or output.splitlines() or ["?"])[-1].strip()
    return EmbeddedError(
        _("PostgreSQL did not start: %(reason)s. More stands in %(log)s.")
        % {"reason": last, "log": log}
    )


def _make(home: Home, binaries: Binaries, account: Account) -> None:
    """`initdb` beside the final place, role and database in it, then one rename: all or nothing."""
    for stale in unfinished(home):
        shutil.rmtree(stale)
    new = home.database / f"new-{os.getpid()}"
    new.mkdir(mode=0o700)
    maker = account
    if account.uid is not None:
        maker = Account(*accounts.initdb_account())
        os.chown(new, maker.uid or 0, maker.gid or 0)
    log = home.logs / "postgres.log"
    try:
        with _reachable(new) as (names, descriptors):
            _run(_initdb(binaries, names[0]), maker, descriptors, log)
            _run(_single(binaries, names[0]), maker, descriptors, log, _first_statements())
    except BaseException:
        shutil.rmtree(new)
        raise
    if account.uid is not None:
        accounts.give_tree(new, account.uid)
    os.rename(new, data_folder(home))
    _sync(home.database)


def _initdb(binaries: Binaries, name: str) -> list[str]:
    settings = [part for key, value in FIRST.items() for part in ("--set", f"{key}={value}")]
    if ON_LINUX:
        settings.append("--sync-method=syncfs")
    encoding = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    # Trust: who may open the folder of the socket (0700) is let in, and nobody else gets there.
    access = ["--auth=trust", f"--username={SUPERUSER}", "--no-instructions"]
    return [str(binaries.program("initdb")), "-D", name, *access, *encoding, *LOCALE, *settings]


def _single(binaries: Binaries, name: str) -> list[str]:
    return [
        *(str(binaries.program("postgres")), "--single", "-D", name),
        *("-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"),
    ]


def _first_statements() -> str:
    # One a line, as the single-user server reads them. CREATEDB is for test databases.
    return (
        f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    )


def _run(
    command: list[str],
    account: Account,
    descriptors: Sequence[int],
    log: Path,
    statements: str = "",
) -> None:
    done = subprocess.run(
        command,
        input=statements.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=ENVIRONMENT,
        pass_fds=descriptors,
        preexec_fn=die_with_parent(signal.SIGKILL),  # this process has one thread
        check=False,
        **account.arguments(),
    )
    if done.returncode != 0:
        output = done.stdout.decode(errors="replace")
        with log.open("a", encoding="utf-8") as stream:
            stream.write(output)
        raise failure(output, log)


@contextmanager
def _reachable(*folders: Path) -> Iterator[tuple[list[str], list[int]]]:
    """Names by which a child reaches `folders`, and the descriptors it must be given.

    On Linux by descriptor: the child may run under an account that could not get there by path
    (a home has mode 0700), and the name is short however long the path.
    """
    if sys.platform != "linux":
        yield [str(folder) for folder in folders], []
        return
    descriptors: list[int] = []
    try:
        for folder in folders:
            descriptors.append(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        yield [f"/proc/self/fd/{each}" for each in descriptors], descriptors
    finally:
        for each in descriptors:
            os.close(each)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
