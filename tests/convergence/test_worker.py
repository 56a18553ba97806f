"""A real worker with its clock: what is written is judged by itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from convergence.models import Dirty, Finding, Judgement
from core.models import Job
from programs.models import Activity
from tests.conftest import ROOT

from . import cast as c

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

PATIENCE = 90.0  # seconds; some five are usual


def database_url() -> str:
    """The test's own database, as another process is told of it."""
    given = connection.get_connection_params()
    user, password = (quote(given.get(name) or "", safe="") for name in ("user", "password"))
    name, host, port = given["dbname"], given.get("host") or "localhost", given.get("port", 5432)
    login = f"{user}:{password}" if password else user
    if host.startswith("/"):  # the folder of a socket
        return f"postgres://{login}@:{port}/{host}/{name}"
    return f"postgres://{login}@{host}:{port}/{name}"


@pytest.fixture
def worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers with clocks on the test's database, their broker's files in a home apart."""
    home = Path(tempfile.mkdtemp(prefix="kerapu-worker-"))
    environment = {**os.environ, "DATABASE_URL": database_url(), "KERAPU_HOME": str(home)}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = ["celery", "-A", "kerapu", "worker", "--pool", "solo", "-B", "-l", "info"]
        command += ["-s", str(home / f"beat{len(started)}"), "--without-gossip"]
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--without-mingle"],
            cwd=ROOT, env=environment, start_new_session=True,
            stdout=(home / "log").open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        kill(process)
    print((home / "log").read_text())  # shown when the test failed
    shutil.rmtree(home, ignore_errors=True)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a worker and its clock without a word."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def wait_for(happens: Callable[[], object]) -> None:
    """Look until it has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, list(Job.objects.values())
        time.sleep(0.05)


def test_what_is_written_is_judged(worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    """Before it starts, while it runs, and by the next one after it was killed."""
    c.populate()
    c.activity(places=[])
    first = worker()
    wait_for(lambda: Finding.objects.filter(kind="unlocated", year=c.YEAR).exists())
    wait_for(lambda: not Dirty.objects.exists())
    assert Judgement.objects.count() >= 3

    Activity.objects.update(status="draft")
    wait_for(lambda: Finding.objects.filter(kind="unlocated", state="closed").exists())
    wait_for(lambda: not Job.objects.unfinished().exists())

    kill(first)
    Activity.objects.update(status="verified")
    worker()
    wait_for(lambda: Finding.objects.filter(kind="unlocated", state="open").exists())
    wait_for(lambda: not Job.objects.unfinished().exists())
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
