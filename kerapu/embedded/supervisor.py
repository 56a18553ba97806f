"""What `make run` and `make stop` call: one process that starts everything and looks after it."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from . import postgres, processes
from .errors import EmbeddedError, explain
from .home import Home, home_path
from .locks import is_held, open_lock, try_lock
from .services import MARK, PROJECT, Child, environment, say_status, services
from .text import _

HOST = "127.0.0.1"
BACKLOG = 512
POLL_SECONDS = 0.25
DATABASE_POLL_SECONDS = 1.0
HEALTHY_SECONDS = 120.0
# A web server that dies this often before it ever answered will not answer.
HOPELESS_DEATHS = 3
INSIST_SECONDS = 5.0
# `make` and the terminal may both pass on one and the same wish.
SAME_SIGNAL_SECONDS = 1.0
END_SECONDS = 8.0
LONGEST_PAUSE_SECONDS = 30.0


class Interrupted(Exception):
    """We were told to end while something was being waited for."""


def run() -> int:
    """Start everything and look after it until SIGINT or SIGTERM; the exit status.

    Raises EmbeddedError before anything is started: the port is taken, the home is in use or
    cannot be used; and later, when the database or the web server does not come up.
    """
    home = Home.from_environment()
    port = port_number(os.environ.get("PORT"))
    lock = _take_home(home, port)
    try:
        # Before the port is asked for: what a killed supervisor left may still listen on it.
        end_leftovers(home)
        listener = take_port(port)
        try:
            return Supervisor(home, port, listener).run()
        finally:
            listener.close()
    finally:
        os.close(lock)


def stop() -> int:
    """End whatever runs in the home; the exit status. Raises EmbeddedError when it cannot."""
    path = home_path()
    if not path.exists():
        say(_("Nothing runs in %(home)s.") % {"home": path})
        return 0
    home = Home.open(path)
    found = end_all(home)
    if found:
        say(_("Stopped everything that ran in %(home)s.") % {"home": home.path})
    else:
        say(_("Nothing runs in %(home)s.") % {"home": home.path})
    return 0


def end_all(home: Home) -> bool:
    """End supervisor, services and database of `home`; whether there was anything to end.

    Raises EmbeddedError when something cannot be ended.
    """
    supervised = _stop_supervisor(home)
    services_left = end_leftovers(home)
    served = postgres.stop(home)
    return supervised or services_left or served


def say(sentence: str) -> None:
    """Print a line now, also into a pipe."""
    print(sentence, flush=True)


def port_number(text: str | None) -> int:
    """The port in the setting `PORT`, 8000 when it is not set. Raises EmbeddedError."""
    if not text:
        return 8000
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise EmbeddedError(
            _("PORT must be a number from 1 to 65535, not %(text)s.") % {"text": repr(text)}
        )
    return int(text)


def take_port(port: int) -> socket.socket:
    """A listening socket on this machine's own address. Raises EmbeddedError when it is taken.

    The web server is handed it. So nobody can take the port between this check and its start,
    and while it is started again, connections wait and are not refused.
    """
    taken = EmbeddedError(
        _(
            "Port %(port)d is taken by another program. End that one, or choose another port: "
            "`make run PORT=%(other)d`."
        )
        % {"port": port, "other": port + 1 if port < 65535 else 8000}
    )
    with socket.socket() as probe:
        # On some systems one may bind beside a server that listens on all addresses.
        probe.settimeout(1.0)
        if probe.connect_ex((HOST, port)) == 0:
            raise taken
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except PermissionError as error:
        listener.close()
        raise EmbeddedError(
            _(
                "This account may not use port %(port)d. Choose one above 1023: "
                "`make run PORT=8000`."
            )
            % {"port": port}
        ) from error
    except OSError as error:
        listener.close()
        raise taken from error
    return listener


def end_leftovers(home: Home) -> bool:
    """End the services whose supervisor was killed; whether there were any."""
    living = _leftovers(home)
    for number, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        for pid in _leftovers(home):
            processes.send(pid, number)
        if processes.wait_gone(lambda: _leftovers(home), seconds):
            break
    _children_file(home).unlink(missing_ok=True)
    return bool(living)


class Supervisor:
    """The state of `run`. One thread only: see `processes.die_with_parent`."""

    def __init__(self, home: Home, port: int, listener: socket.socket) -> None:
        self.home = home
        self.port = port
        self.address = f"http://{HOST}:{port}/"
        self.environ = environment(home, self.address.rstrip("/"))
        self.environ["PORT"] = str(port)
        self.children = [
            Child(service, home, self.environ) for service in services(home, listener.fileno())
        ]
        self.database: postgres.Server | None = None
        self.database_pid: int | None = None
        self._database_due = 0.0
        self._database_pause = 1.0
        self._signals = 0
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def run(self) -> int:
        """Until a signal ends it; the exit status."""
        self._listen_to_signals()
        try:
            self._start_database()
            if not self._prepare():
                return 1
            for child in self.children:
                child.start()
            self._note_children()
            self._wait_healthy()
            if (status := self._manage("logins")) != 0:
                say(_("`manage.py logins` failed (%(status)s).") % {"status": say_status(status)})
            say(_("Ready: %(address)s (stop with Ctrl-C)") % {"address": self.address})
            while True:
                self._turn(POLL_SECONDS)
        except Interrupted:
            say(_("Stopping …"))
            return 0
        finally:
            self._end()

    def _listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only to wake the loop
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants it ignored
            signal.signal(signal.SIGHUP, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _start_database(self) -> None:
        if os.environ.get("DATABASE_URL"):
            return
        say(_("Starting the database in %(home)s …") % {"home": self.home.database})
        self.database = postgres.join(self.home)
        self.database_pid = self.database.postgres_pid()

    def _prepare(self) -> bool:
        say(_("Preparing the data …"))
        status = self._manage("prepare")
        if status != 0:
            print(
                _("The data could not be prepared (%(status)s); nothing was started.")
                % {"status": say_status(status)},
                file=sys.stderr,
            )
        return status == 0

    def _manage(self, command: str) -> int:
        """Run a command of manage.py to its end, printing what it prints; its exit status."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", command],
            stdin=subprocess.DEVNULL,
            cwd=PROJECT,
            env=self.environ,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
        try:
            while process.poll() is None:
                self._turn(POLL_SECONDS, watch=False)
        except Interrupted:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                processes.send_group(process.pid, signal.SIGKILL)
                process.wait()
            raise
        return process.returncode

    def _wait_healthy(self) -> None:
        web = self.children[0]
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not answers(self.port):
            self._turn(POLL_SECONDS)
            if web.deaths >= HOPELESS_DEATHS or time.monotonic() > deadline:
                web.read()
                raise EmbeddedError(
                    _("The web server does not answer. Its log %(log)s ends with:\n%(tail)s")
                    % {"log": web.log.file, "tail": web.log.tail_text()}
                )

    def _turn(self, seconds: float, *, watch: bool = True) -> None:
        """Wait for signals and output, then look after everything. Raises Interrupted."""
        pipes = {child.output: child for child in self.children}
        ready, _w, _x = select.select([self._wake_read, *pipes], [], [], seconds)
        for descriptor in ready:
            if descriptor in pipes:
                pipes[descriptor].read()
            else:
                os.read(self._wake_read, 1024)
        if self._signals:
            raise Interrupted
        if not watch:
            return
        before = [child.pid for child in self.children]
        for child in self.children:
            if news := child.look_after():
                say(news)
        if before != [child.pid for child in self.children]:
            self._note_children()
        self._look_after_database()

    def _look_after_database(self) -> None:
        if self.database is None or time.monotonic() < self._database_due:
            return
        self._database_due = time.monotonic() + DATABASE_POLL_SECONDS
        try:
            # Its keeper starts a server that died; a keeper that died is replaced here.
            self.database.ensure()
        except EmbeddedError as error:
            say(str(error))
            self._database_due = time.monotonic() + self._database_pause
            self._database_pause = min(2 * self._database_pause, LONGEST_PAUSE_SECONDS)
            return
        self._database_pause = 1.0
        pid = self.database.postgres_pid()
        if pid is not None and pid != self.database_pid:
            say(_("The database had ended and was started again."))
            self.database_pid = pid

    def _note_children(self) -> None:
        """Write down who they are, for a later start that must end what is left of them."""
        notes = [
            {"name": child.service.name, "pid": pid, "started": processes.identity(pid)}
            for child in self.children
            if (pid := child.pid) is not None
        ]
        file = _children_file(self.home)
        new = file.with_suffix(".new")
        try:
            new.write_text(json.dumps(notes), encoding="ascii")
            os.rename(new, file)
        except OSError as error:
            # A full disk must not end what is running.
            say(str(explain(error, file)))

    def _end(self) -> None:
        """End all services: asked, told after 5 seconds, by force after 8 or another signal."""
        signals = self._signals
        for child in self.children:
            child.tell_to_end()
        asked = time.monotonic()
        insisted = False
        while any(child.pid for child in self.children) and self._signals <= signals:
            waited = time.monotonic() - asked
            if waited < SAME_SIGNAL_SECONDS:
                signals = self._signals
            if waited > END_SECONDS:
                break
            if waited > INSIST_SECONDS and not insisted:
                insisted = True
                for child in self.children:
                    child.insist()
            time.sleep(0.05)
            for child in self.children:
                child.read()
        for child in self.children:
            child.kill()
        _children_file(self.home).unlink(missing_ok=True)
        if self.database is not None:
            self.database.leave(linger=False)


def answers(port: int) -> bool:
    """Whether the application answers GET /health without an error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2.0)
    try:
        connection.request("GET", "/health")
        # A redirect to https is an answer too.
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _lock_file(home: Home) -> Path:
    return home.run / "run.lock"


def _children_file(home: Home) -> Path:
    return home.run / "children.json"


def _take_home(home: Home, port: int) -> int:
    lock = open_lock(_lock_file(home))
    if not try_lock(lock, exclusive=True):
        os.close(lock)
        running = _note_of_supervisor(home)
        raise EmbeddedError(
            _(
                "KERAPU is running in %(home)s already: %(address)s (process %(pid)s). "
                "`make stop` ends it."
            )
            % {
                "home": home.path,
                "address": running.get("address", "?"),
                "pid": running.get("pid", "?"),
            }
        )
    me = {
        "pid": os.getpid(),
        "started": processes.identity(os.getpid()),
        "address": f"http://{HOST}:{port}/",
    }
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, json.dumps(me).encode(), 0)
    except OSError as error:
        raise explain(error, _lock_file(home)) from error
    return lock


def _note_of_supervisor(home: Home) -> dict[str, object]:
    try:
        note: dict[str, object] = json.loads(_lock_file(home).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}  # just starting, or killed while it wrote
    return note


def _stop_supervisor(home: Home) -> bool:
    if not is_held(_lock_file(home)):
        return False
    note = _note_of_supervisor(home)
    pid, started = note.get("pid"), str(note.get("started"))
    if not isinstance(pid, int) or not processes.is_alive(pid, started):
        raise EmbeddedError(
            _(
                "KERAPU runs in %(home)s under a process that cannot be found here, perhaps of "
                "another container or machine. Stop it there."
            )
            % {"home": home.path}
        )
    for number, seconds in ((signal.SIGTERM, END_SECONDS + 7), (signal.SIGKILL, 5.0)):
        processes.send(pid, number)
        if processes.wait_gone(lambda: [pid] if processes.is_alive(pid, started) else [], seconds):
            return True
    raise EmbeddedError(
        _("Process %(pid)d cannot be ended; this account may not have started it.") % {"pid": pid}
    )


def _leftovers(home: Home) -> list[int]:
    found = set(processes.carrying(MARK, str(home.path)))
    try:
        notes = json.loads(_children_file(home).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        notes = []
    found.update(note["pid"] for note in notes if processes.is_alive(note["pid"], note["started"]))
    return sorted(found)
