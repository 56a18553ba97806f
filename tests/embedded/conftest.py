"""Homes that are cleaned up whatever runs in them, and processes under two kinds of account."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kerapu.embedded import Home
from kerapu.embedded.supervisor import end_all

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).with_name("client.py")
ORDINARY = "nobody"  # `initdb` insists on an account that has a name
PATIENCE = 30.0


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until `condition()` holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def reachable(path: Path) -> bool:
    """Whether any account can get to `path`."""
    path = path.resolve()
    return all(place.stat().st_mode & 0o001 for place in path.parents) and bool(
        path.stat().st_mode & 0o004
    )


def ordinary_python() -> str | None:
    """An interpreter of our version that an ordinary account can run, if there is one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"]
    return next((p for p in candidates if Path(p).exists() and reachable(Path(p))), None)


@dataclass
class Client:
    """A running `client.py`."""

    process: subprocess.Popen[str]

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, order: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.line()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0


@dataclass
class Actor:
    """Somebody who works with homes in a folder of its own."""

    uid: int
    python: str
    folder: Path
    clients: list[Client] = field(default_factory=list)
    homes: list[Path] = field(default_factory=list)

    def home(self, name: str = "home") -> Path:
        path = self.folder / name
        self.homes.append(path)
        return path

    def start(self, command: list[str], **environment: str) -> subprocess.Popen[str]:
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": os.pathsep.join([str(PROJECT), sysconfig.get_path("purelib")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "KERAPU_LANGUAGE": "en",
            **environment,
        }
        own = self.uid == os.geteuid()
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=PROJECT,
            env=given,
            user=None if own else self.uid,
            group=None if own else self.uid,
            extra_groups=None if own else [],
        )

    def client(self, home: Path, umask: int = 0o022, **environment: str) -> Client:
        if home not in self.homes:
            self.homes.append(home)
        before = os.umask(umask)
        try:
            process = self.start([self.python, str(CLIENT), str(home)], **environment)
        finally:
            os.umask(before)
        client = Client(process)
        self.clients.append(client)
        return client

    def joined(self, home: Path, **environment: str) -> Client:
        """A client that has joined."""
        client = self.client(home, 0o022, **environment)
        answer = client.line()
        assert answer.isdigit(), answer + (
            client.process.stdout.read() if client.process.stdout else ""
        )
        return client

    def clean_up(self) -> None:
        for client in self.clients:
            if client.process.poll() is None:
                client.kill()
        for home in self.homes:
            if (home / "database").is_dir():
                end_all(Home(home))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path that other accounts can get to (pytest's own has neither)."""
    folder = Path(tempfile.mkdtemp(prefix="kp-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def make_actor(kind: str, folder: Path) -> Actor:
    if kind == "self":
        own = folder / "own"
        own.mkdir(mode=0o700)
        return Actor(os.geteuid(), sys.executable, own)
    if os.geteuid() != 0:
        pytest.skip("only root can act as another account")
    python = ordinary_python()
    if python is None:
        pytest.skip("no Python of this version that an ordinary account can run")
    if not reachable(Path(sysconfig.get_path("purelib"))) or not reachable(CLIENT):
        pytest.skip("the project lies where an ordinary account cannot get to")
    own = folder / "ordinary"
    own.mkdir(mode=0o700)
    uid = pwd.getpwnam(ORDINARY).pw_uid
    os.chown(own, uid, uid)
    return Actor(uid, python, own)


@pytest.fixture(params=["self", "ordinary"])
def actor(request: pytest.FixtureRequest, short_folder: Path) -> Iterator[Actor]:
    """Whoever runs the tests (root in CI), and an account without name or rights."""
    who = make_actor(request.param, short_folder)
    yield who
    who.clean_up()


@pytest.fixture
def ordinary(short_folder: Path) -> Iterator[Actor]:
    who = make_actor("ordinary", short_folder)
    yield who
    who.clean_up()


@pytest.fixture
def me(short_folder: Path) -> Iterator[Actor]:
    who = make_actor("self", short_folder)
    yield who
    who.clean_up()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
