"""Jobs: run once by one worker, taken up again when it dies, seen while they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from catalogue.models import Sector
from core import jobs, tasks
from core.models import Job
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

Handlers = Callable[[str, jobs.Handler], None]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No message leaves the test; how long each that was sent is good for."""
    sent: list[float] = []
    monkeypatch.setattr(tasks.tick, "apply_async", lambda expires: sent.append(expires))
    return sent


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch, woken: list[float]) -> Handlers:
    """Registers a kind for this test; of the application's own there is none, and no chore."""
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_chores", [])
    jobs.register("echo", lambda arguments, progress: {"heard": arguments})
    return jobs.register


def test_a_job_is_run() -> None:
    """Its arguments go in, its result is kept, and a worker is told."""
    job = jobs.enqueue("echo", {"year": 2026})
    assert (job.state, job.attempts) == ("queued", 0)
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("done", 1, "")
    assert job.result == {"heard": {"year": 2026}}
    assert job.finished is not None and job.heartbeat is not None
    assert job.created < job.heartbeat <= job.finished
    assert jobs.run_waiting() == 0


def test_asked_twice_is_once(woken: list[float]) -> None:
    """As long as it waits; with other arguments, or once it runs, it is another."""
    first = jobs.enqueue("echo", {"year": 2026})
    assert jobs.enqueue("echo", {"year": 2026}).pk == first.pk
    assert jobs.enqueue("echo", {"year": 2027}).pk != first.pk
    assert jobs.enqueue("echo").pk != first.pk
    assert len(woken) == 3
    Job.objects.filter(pk=first.pk).update(state="running")
    assert jobs.enqueue("echo", {"year": 2026}).pk != first.pk


def test_the_database_holds_that_it_waits_once() -> None:
    """Whoever writes past `enqueue`."""
    Job.objects.create(kind="echo", arguments={"a": 1})
    with pytest.raises(IntegrityError, match="job_queued_once"):
        Job.objects.create(kind="echo", arguments={"a": 1})
    Job.objects.create(kind="echo", arguments={"a": 1}, state="running")


def test_the_worker_is_woken_when_the_job_can_be_seen(woken: list[float]) -> None:
    """After the commit; not at all when the job was taken back."""
    with transaction.atomic():
        jobs.enqueue("echo")
        assert woken == []
    assert len(woken) == 1
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("echo", {"another": True})
        raise RuntimeError
    assert len(woken) == 1


def test_jobs_are_run_in_their_order(register: Handlers) -> None:
    """Oldest first, those too that a run adds."""
    order: list[str] = []

    def note(arguments: dict[str, Any], progress: jobs.Progress) -> None:
        order.append(arguments["name"])
        if arguments["name"] == "b":
            jobs.enqueue("note", {"name": "later"})

    register("note", note)
    for name in ("c", "b", "a"):
        jobs.enqueue("note", {"name": name})
    assert jobs.run_waiting() == 4
    assert order == ["c", "b", "a", "later"]


def test_a_failure_is_recorded_and_the_next_is_run(register: Handlers) -> None:
    """Its writes are taken back, its message stays; a kind that nobody knows fails too."""

    @transaction.atomic
    def fail(arguments: dict[str, Any], progress: jobs.Progress) -> None:
        Sector.objects.create(code="X", name="X")
        progress(1, 3, "broken here")
        raise ValueError("no such place")

    register("fail", fail)
    failed, unknown, fine = (jobs.enqueue(kind) for kind in ("fail", "unknown", "echo"))
    assert jobs.run_waiting() == 3
    for job in (failed, unknown, fine):
        job.refresh_from_db()
    assert (failed.state, failed.error) == ("failed", "ValueError: no such place")
    assert (failed.finished is not None, failed.result, failed.step) == (True, None, "")
    assert (unknown.state, unknown.error) == ("failed", "KeyError: 'unknown'")
    assert fine.state == "done"
    assert not Sector.objects.exists()
    assert jobs.run_waiting() == 0  # a failed one is not run again by itself


@contextmanager
def somebody_else() -> Iterator[Any]:
    """A cursor of a connection of its own, as a page has."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


def test_progress_is_seen_while_the_work_is_not_committed(register: Handlers) -> None:
    """Progress goes by another connection than the work."""
    seen: list[tuple[Any, ...]] = []

    @transaction.atomic
    def work(arguments: dict[str, Any], progress: jobs.Progress) -> None:
        Sector.objects.create(code="X", name="X")
        progress(7, 20, "Half " + 300 * "x")
        with somebody_else() as cursor:
            cursor.execute("SELECT state, done, total, step, heartbeat FROM core_job")
            seen.extend(cursor.fetchall())
            cursor.execute("SELECT count(*) FROM catalogue_sector")
            seen.append(cursor.fetchone())

    register("work", work)
    jobs.enqueue("work")
    before = timezone.now()
    jobs.run_waiting()
    state, done, total, step, heartbeat = seen[0]
    assert (state, done, total, step) == ("running", 7, 20, "Half " + 195 * "x")
    assert before <= heartbeat
    assert seen[1] == (0,)


# --- Death --------------------------------------------------------------------------------------
CHILD = """
import sys, time, django
django.setup()
from django.db import connection, transaction
connection.settings_dict["NAME"] = sys.argv[1]
from catalogue.models import Sector
from core import jobs

@transaction.atomic
def slow(arguments, progress):
    Sector.objects.create(code="HALF", name="Half done")
    progress(1, 2, "half")
    time.sleep(60)

jobs.register("slow", slow)
jobs.run_next()
"""


def wait_for(happens: Callable[[], object], seconds: float = 40) -> None:
    """Look until it has happened."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_workers_job_is_taken_up_again(register: Handlers) -> None:
    """While it lives nobody else takes the job; killed in the middle, it is known at once."""
    job = jobs.enqueue("slow")
    name = str(connection.settings_dict["NAME"])
    child = subprocess.Popen([sys.executable, "-c", CHILD, name], cwd=ROOT, env=os.environ)
    try:
        wait_for(lambda: Job.objects.filter(step="half").exists())
        assert jobs.run_next() is False
        job.refresh_from_db()
        assert (job.state, job.attempts, job.done) == ("running", 1, 1)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    register("slow", lambda arguments, progress: "whole")
    wait_for(jobs.run_next, seconds=10)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("done", 2, "whole")
    assert (job.done, job.total, job.step) == (0, 0, "")
    assert not Sector.objects.exists()  # the half was taken back


@pytest.mark.parametrize(("deaths", "state"), [(2, "done"), (3, "failed")])
def test_given_up_after_three_deaths(deaths: int, state: str) -> None:
    """What kills every worker must not do so for ever."""
    job = Job.objects.create(kind="echo", state="running", attempts=deaths)
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (state, deaths + 1)
    assert ("died 3 times" in job.error) is (state == "failed")
    assert job.finished is not None


def test_two_workers_run_no_job_twice(register: Handlers) -> None:
    """Both work, and each job is done once."""
    runs: Counter[int] = Counter()
    workers: set[int] = set()
    both = threading.Barrier(2, timeout=20)

    def count(arguments: dict[str, Any], progress: jobs.Progress) -> None:
        runs[arguments["number"]] += 1
        if threading.get_ident() not in workers:
            workers.add(threading.get_ident())
            both.wait()  # neither goes on before the other has a job too

    def work() -> None:
        try:
            jobs.run_waiting()
        finally:
            connection.close()

    register("count", count)
    for number in range(12):
        jobs.enqueue("count", {"number": number})
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert runs == dict.fromkeys(range(12), 1)
    assert len(workers) == 2
    assert not Job.objects.exclude(state="done", attempts=1).exists()


# --- Messages and ticks -------------------------------------------------------------------------
def test_a_lost_message_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is away: asking works, and the next tick finds the job."""

    def broken(expires: float) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.tick, "apply_async", broken)
    job = jobs.enqueue("echo")
    tasks.tick()
    job.refresh_from_db()
    assert job.state == "done"


def test_a_tick_lets_every_app_look_for_work() -> None:
    """One that fails keeps neither the others nor the jobs."""
    looked: list[Any] = []

    def fail(now: Any) -> None:
        raise LookupError

    def ask(now: Any) -> None:
        jobs.enqueue("echo")

    for chore in (fail, looked.append, ask):
        jobs.register_chore(chore)
    before = timezone.now()
    tasks.tick()
    assert before <= looked[0] <= timezone.now()
    assert Job.objects.get().state == "done"
