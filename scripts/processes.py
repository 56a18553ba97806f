"""What smoke test, server run and benchmark have in common: processes, ports, a visitor."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
BIN = Path(sys.executable).parent
OWN_VARIABLES = ("PORT", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")


def this_year() -> int:
    """The fiscal year of today, where the plans are made."""
    return datetime.now(ZoneInfo("Asia/Pontianak")).year


class Failure(Exception):
    """What was expected and did not happen."""


def clean_environment(**given: str) -> dict[str, str]:
    """The environment without settings of an installation, and what is given."""
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KERAPU_", "DJANGO_")) and name not in OWN_VARIABLES + OF_MAKE
        },
        **given,
    }


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, condition: Callable[[], object], seconds: float) -> float:
    """Waits until the condition holds; how long that took. Raises Failure."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise Failure(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - start


def manage(environment: Mapping[str, str], *arguments: str | Path, status: int = 0) -> str:
    """Runs a command of manage.py; its standard output. Raises Failure at another status."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode != status:
        raise Failure(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def processes_of(home: Path) -> list[int]:
    """The processes whose environment or command line names the home (Linux)."""
    found = []
    needle = str(home).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"KERAPU_HOME=" + needle in environment or (command and needle in command):
            found.append(int(folder.name))
    return found


class Process:
    """A program in a process group of its own, as from a terminal; its output is kept."""

    def __init__(self, command: list[str], environment: Mapping[str, str], name: str = "") -> None:
        self.name = name or command[0]
        self.lines: list[str] = []
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        """All that it has printed."""
        return "\n".join(self.lines)

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def wait_line(self, pattern: str, seconds: float) -> float:
        """Waits for a line that matches; seconds since the start. Raises Failure."""

        def seen() -> bool:
            if any(re.search(pattern, line) for line in list(self.lines)):
                return True
            if not self.runs():
                raise Failure(f"{self.name} ended:\n{self.output}")
            return False

        try:
            wait_for(f"{self.name} printing {pattern}", seen, seconds)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.output}") from failure
        return time.monotonic() - self.started

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Signals the group, as Ctrl-C does; the status. Raises Failure when it lives on."""
        if self.runs():
            os.killpg(self.process.pid, number)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise Failure(f"{self.name} did not end:\n{self.output}") from error
        self._reader.join(5)
        return status


class Visitor:
    """A browser without a screen: follows redirects, keeps cookies."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        self.address = address.rstrip("/")
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.headers = dict(headers or {})

    def get(self, path: str) -> tuple[str, str]:
        """(text, address where it ended). Raises Failure at another status than 200."""
        return self._open(urllib.request.Request(self.address + path))

    def log_in(self, name: str, password: str) -> None:
        """Logs in by the form. Raises Failure."""
        page, _where = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise Failure("the login page has no form")
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        body = urllib.parse.urlencode(fields).encode()
        referer = {"Referer": f"{self.address}/accounts/login/"}
        request = urllib.request.Request(f"{self.address}/accounts/login/", body, referer)
        _page, where = self._open(request)
        if "/accounts/login" in where:
            raise Failure(f"{name} could not log in")

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        for name, value in self.headers.items():
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            raise Failure(f"{request.full_url}: {error.code}") from error
