"""The long-running services of one installation, and one running instance of each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import processes
from .guard import wrap
from .home import Home
from .logs import BoundedLog
from .text import _

PROJECT = Path(__file__).resolve().parents[2]
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0
# Carried by everything that a supervisor starts, and by what that starts: so the processes of a
# home are found again after their supervisor was killed.
MARK = "KERAPU_SUPERVISED"


@dataclass(frozen=True)
class Service:
    """What to start, and how it is told to end at once, whatever it is doing.

    The kernel sends `at_once` when the supervisor is killed; the supervisor, when being asked to
    end (SIGTERM) was not enough.
    """

    name: str  # also of its log file
    title: str
    command: tuple[str, ...]
    at_once: signal.Signals
    descriptors: tuple[int, ...] = ()


def services(home: Home, listener: int) -> list[Service]:
    """Web server (on the listening socket `listener`), worker and clock."""
    python = (sys.executable, "-m")
    return [
        Service(
            "web",
            _("The web server"),
            (
                *(*python, "gunicorn", "kerapu.wsgi", "-k", "gthread"),
                *("--workers", "2", "--threads", "4", "-b", f"fd://{listener}"),
                *("--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket"),
            ),
            signal.SIGTERM,
            (listener,),
        ),
        Service(
            "worker",
            _("The worker"),
            (
                *(*python, "celery", "-A", "kerapu", "worker", "--pool", "prefork"),
                *("--concurrency", "2", "-l", "info", "--without-gossip", "--without-mingle"),
            ),
            # Ends its running tasks too; they are written to be run again.
            signal.SIGQUIT,
        ),
        Service(
            "beat",
            _("The clock"),
            (
                *(*python, "celery", "-A", "kerapu", "beat", "-l", "info"),
                *("-s", str(home.run / "beat-schedule")),
            ),
            signal.SIGTERM,
        ),
    ]


def environment(home: Home, address: str) -> dict[str, str]:
    """The environment of everything that the supervisor starts."""
    given = {
        "KERAPU_HOME": str(home.path),
        "PYTHONUNBUFFERED": "1",
        MARK: str(home.path),
    }
    return {"KERAPU_BASE_URL": address, **os.environ, **given}


class Child:
    """One service under watch: started, its output kept, started again after growing pauses."""

    def __init__(self, service: Service, home: Home, environ: dict[str, str]) -> None:
        self.service = service
        self.log = BoundedLog(home.logs / f"{service.name}.log")
        self.output, self._write_end = os.pipe()
        os.set_blocking(self.output, False)
        self.deaths = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._environ = environ
        self._pause = FIRST_PAUSE_SECONDS
        self._started_at = 0.0
        self._due = 0.0

    def start(self) -> None:
        """Start the service; it ends when this process dies."""
        self.log.line(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(self.service.command)}")
        self._started_at = time.monotonic()
        self.process = subprocess.Popen(
            wrap(list(self.service.command), self.service.at_once),
            stdin=subprocess.DEVNULL,
            stdout=self._write_end,
            stderr=self._write_end,
            cwd=PROJECT,
            env=self._environ,
            pass_fds=self.service.descriptors,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(self.service.at_once),
        )

    @property
    def pid(self) -> int | None:
        """The process number, while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def read(self) -> None:
        """Put what it printed into its log."""
        while True:
            try:
                data = os.read(self.output, 65536)
            except BlockingIOError:
                return
            self.log.write(data)

    def look_after(self) -> str | None:
        """See whether it lives; start it again when it is time. A sentence when it just died."""
        if self.process is None:
            if time.monotonic() >= self._due:
                self.start()
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.read()
        # Workers that outlived their head.
        processes.send_group(self.process.pid, signal.SIGKILL)
        self.process = None
        self.deaths += 1
        if time.monotonic() - self._started_at > CALM_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        self._due = time.monotonic() + pause
        return _(
            "%(service)s ended (%(status)s). It is started again in %(seconds)d s: %(log)s"
        ) % {
            "service": self.service.title,
            "status": say_status(status),
            "seconds": pause,
            "log": self.log.file,
        }

    def tell_to_end(self) -> None:
        """Ask the head of the service to end; it ends its own workers."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def insist(self) -> None:
        """Tell it to end at once, but still by itself."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.service.at_once)

    def kill(self) -> None:
        """End the service and all of its workers by force."""
        if self.process is not None:
            processes.send_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.read()


def say_status(status: int) -> str:
    """An exit status in words: `exit status 1`, `signal 9`."""
    if status < 0:
        return _("signal %(number)d") % {"number": -status}
    return _("exit status %(number)d") % {"number": status}
