"""`run` and `stop`: everything comes up, comes back, and goes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kerapu.embedded import Home, join, postgres, processes
from kerapu.embedded.services import MARK
from kerapu.embedded.supervisor import answers

from .conftest import PROJECT, Actor, kill, make_actor, wait_for

# One after the other, in one worker: together they would only wait for each other.
pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.slow,
    pytest.mark.xdist_group("supervisor"),
]

READY_SECONDS = 240.0
SERVICES = ("web", "worker", "beat")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """A running `python -m kerapu.embedded run`."""

    def __init__(self, actor: Actor, home: Path, port: int, **environment: str) -> None:
        self.home, self.port, self.said = home, port, ""
        self.process = actor.start(
            [actor.python, "-m", "kerapu.embedded", "run"],
            KERAPU_HOME=str(home),
            PORT=str(port),
            **environment,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_ready(self) -> "Run":
        wait_for(lambda: "Ready: " in self.said or self.process.poll() is not None, READY_SECONDS)
        assert "Ready: " in self.said, self.said
        return self

    def wait_said(self, text: str, seconds: float = 30.0) -> None:
        wait_for(lambda: text in self.said, seconds)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """The exit status, and after how many seconds."""
        begun = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(30)
        self._reader.join(5)
        return status, time.monotonic() - begun

    def service(self, name: str) -> int | None:
        try:
            notes = json.loads((self.home / "run/children.json").read_text())
        except FileNotFoundError:
            return None
        return next((note["pid"] for note in notes if note["name"] == name), None)


def everything_in(home: Path) -> list[int]:
    """All processes of a home: services and their workers, server, keeper."""
    keeper = postgres._keeper_pid(Home(home)) if (home / "database").is_dir() else None
    return [
        *processes.carrying(MARK, str(home)),
        *processes.working_in(home / "database" / "data"),
        *([keeper] if keeper else []),
    ]


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="kp-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def someone(module_folder: Path) -> Iterator[Actor]:
    who = make_actor("self", module_folder)
    yield who
    who.clean_up()


@pytest.fixture(scope="module")
def prepared(someone: Actor) -> Path:
    """A home that was started before, so that the tests wait for the first start only once."""
    home = someone.home("installation")
    run = Run(someone, home, free_port()).wait_ready()
    assert run.end()[0] == 0
    return home


@pytest.fixture
def run(someone: Actor, prepared: Path) -> Iterator[Run]:
    started = Run(someone, prepared, free_port())
    yield started.wait_ready()
    if started.process.poll() is None:
        started.end()


def stop(actor: Actor, home: Path) -> subprocess.Popen[str]:
    process = actor.start([actor.python, "-m", "kerapu.embedded", "stop"], KERAPU_HOME=str(home))
    process.wait(60)
    return process


def output(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.read()


def test_it_comes_up_and_goes(run: Run) -> None:
    assert answers(run.port)
    assert f"Ready: http://127.0.0.1:{run.port}/" in run.said
    assert "Traceback" not in run.said
    for name in SERVICES:
        assert run.service(name)
        assert (run.home / "logs" / f"{name}.log").stat().st_size > 0
    status, seconds = run.end()
    assert (status, everything_in(run.home)) == (0, [])
    assert seconds < 10
    assert not answers(run.port)


def test_ctrl_c_ends_it_too(run: Run) -> None:
    status, seconds = run.end(signal.SIGINT)
    assert (status, everything_in(run.home)) == (0, [])
    assert seconds < 10


def test_a_second_run_in_the_home_is_told_where_the_first_is(run: Run, someone: Actor) -> None:
    second = Run(someone, run.home, free_port())
    assert second.process.wait(30) == 1
    second.wait_said(f"running in {run.home} already: http://127.0.0.1:{run.port}/")
    assert second.said.count("\n") == 1
    assert answers(run.port)


def test_two_homes_run_side_by_side(run: Run, someone: Actor) -> None:
    other = Run(someone, someone.home("other"), free_port()).wait_ready()
    assert answers(run.port)
    assert answers(other.port)
    assert other.end()[0] == 0
    assert answers(run.port)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_a_sentence(someone: Actor, address: str) -> None:
    home = someone.home("unused")
    with socket.socket() as taken:
        taken.bind((address, 0))
        taken.listen()
        refused = Run(someone, home, taken.getsockname()[1])
        assert refused.process.wait(30) == 1
    refused.wait_said(f"Port {refused.port} is taken by another program.")
    assert refused.said.count("\n") == 1
    assert list((home / "database").iterdir()) == []


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_a_sentence(someone: Actor, port: str) -> None:
    refused = someone.start(
        [someone.python, "-m", "kerapu.embedded", "run"],
        KERAPU_HOME=str(someone.home("unused")),
        PORT=port,
    )
    assert refused.wait(30) == 1
    assert re.fullmatch(r"PORT must be a number from 1 to 65535, not .*\n", output(refused))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_dies_comes_back(run: Run, name: str) -> None:
    before = run.service(name)
    assert before is not None
    workers = [p for p in processes.carrying(MARK, str(run.home)) if os.getpgid(p) == before]
    kill(before)
    run.wait_said("ended (signal 9). It is started again in 1 s")
    wait_for(lambda: run.service(name) not in (None, before))
    wait_for(lambda: answers(run.port))
    wait_for(lambda: not any(processes.is_alive(pid) for pid in workers))


@pytest.mark.parametrize("victim", ["server", "keeper"])
def test_a_database_that_dies_comes_back(run: Run, victim: str) -> None:
    home = Home(run.home)
    before = postgres.Server(home).postgres_pid()
    pid = before if victim == "server" else postgres._keeper_pid(home)
    assert pid is not None
    kill(pid)
    run.wait_said("The database had ended and was started again.")
    wait_for(lambda: answers(run.port))


@pytest.mark.parametrize("victims", ["supervisor", "supervisor and heads", "all"])
def test_a_killed_supervisor_is_taken_over(someone: Actor, prepared: Path, victims: str) -> None:
    first = Run(someone, prepared, free_port()).wait_ready()
    services = processes.carrying(MARK, str(prepared))
    everything = everything_in(prepared)
    heads = [first.service(name) for name in SERVICES]
    kill(first.process.pid)
    if victims != "supervisor":
        for pid in heads if victims == "supervisor and heads" else everything:
            processes.send(pid or 0, signal.SIGKILL)
    second = Run(someone, prepared, first.port).wait_ready()
    assert answers(second.port)
    assert not [pid for pid in services if processes.is_alive(pid)]
    assert second.end()[0] == 0
    assert everything_in(prepared) == []


def test_a_killed_supervisor_takes_all_with_it(run: Run) -> None:
    kill(run.process.pid)
    wait_for(lambda: everything_in(run.home) == [], 20)


def test_stop_ends_a_run(run: Run, someone: Actor) -> None:
    stopped = stop(someone, run.home)
    assert (stopped.returncode, output(stopped)) == (
        0,
        f"Stopped everything that ran in {run.home}.\n",
    )
    assert run.process.wait(5) == 0
    assert everything_in(run.home) == []
    again = stop(someone, run.home)
    assert (again.returncode, output(again)) == (0, f"Nothing runs in {run.home}.\n")


def test_stop_makes_no_home(someone: Actor) -> None:
    home = someone.home("never")
    assert stop(someone, home).returncode == 0
    assert not home.exists()


def test_wrong_usage() -> None:
    command = [sys.executable, "-m", "kerapu.embedded", "walk"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_database_elsewhere_is_used(someone: Actor, prepared: Path) -> None:
    server = join(Home.open(prepared))
    run = Run(
        someone,
        someone.home("outside"),
        free_port(),
        DATABASE_URL=server.dsn(),
    ).wait_ready()
    assert answers(run.port)
    assert list((run.home / "database").iterdir()) == []
    assert run.end()[0] == 0
    server.leave(linger=False)


def test_an_ordinary_account_runs_it(ordinary: Actor) -> None:
    home = ordinary.home()
    run = Run(ordinary, home, free_port()).wait_ready()
    assert answers(run.port)
    owners = {path.lstat().st_uid for path in home.rglob("*")}
    assert owners == {ordinary.uid}
    before = run.service("worker")
    kill(before or 0)
    wait_for(partial(restarted, run, before))
    status, seconds = run.end()
    assert (status, everything_in(home)) == (0, [])
    assert seconds < 10


def restarted(run: Run, before: int | None) -> bool:
    return run.service("worker") not in (None, before)
