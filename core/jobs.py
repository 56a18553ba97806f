"""Running jobs: claimed from the table by one worker each, taken up again when that one dies.

Kinds of jobs and chores (what every tick looks for) are registered by the apps that own them, in
their `AppConfig.ready`, so that core imports none of them.
"""

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from core.models import Job

log = logging.getLogger(__name__)

# First key of the advisory lock that a running job's worker holds; the second is the job's id. The
# lock goes with the worker's connection, so a killed worker's job is known at once.
JOB_LOCK = 0x4B45_4A42
ATTEMPTS = 3

Handler = Callable[[dict[str, Any], "Progress"], Any]
Chore = Callable[[dt.datetime], None]


class Progress(Protocol):
    """What a handler calls to say how far it is."""

    def __call__(self, done: int, total: int, step: str) -> None: ...


_handlers: dict[str, Handler] = {}
_chores: list[Chore] = []


def register(kind: str, handler: Handler) -> None:
    """Name the function that does a kind of job: `handler(arguments, progress) -> result`.

    It must be harmless when run twice: a killed worker's job is run again from its start.
    """
    _handlers[kind] = handler


def register_chore(chore: Chore) -> None:
    """Name a function that every tick calls, to find work that nobody announced."""
    _chores.append(chore)


def enqueue(kind: str, arguments: dict[str, Any] | None = None, *, asked_by: Any = None) -> Job:
    """Ask for a job and wake the worker once this is committed; asked twice is once."""
    job, created = Job.objects.get_or_create(
        kind=kind,
        arguments=arguments or {},
        state=Job.State.QUEUED,
        defaults={"asked_by": asked_by},
    )
    if created:
        transaction.on_commit(wake)
    return job


def wake() -> None:
    """Tell the worker that there is something to do. A message lost is made good by the tick."""
    from core.tasks import tick  # the task needs this module

    try:
        tick.apply_async(expires=60)
    except Exception:
        # The broker is an alarm clock: what is to do stands in the table (docs/adr/0002).
        log.warning("The worker could not be woken; the next tick finds the work", exc_info=True)


def run_chores(now: dt.datetime) -> None:
    """Let every app look for work; one that fails must not keep the others from it."""
    for chore in _chores:
        try:
            chore(now)
        except Exception:
            log.exception("The chore %s.%s failed", chore.__module__, chore.__qualname__)


def run_waiting() -> int:
    """Run the jobs that wait until none is left; how many were run."""
    count = 0
    while run_next():
        count += 1
    return count


def run_next() -> bool:
    """Claim the oldest waiting or abandoned job and run it; False when there is none."""
    with _own_connection() as own:
        job = _claim(own)
        if job is None:
            return False
        _run(job, own)
    return True


@contextmanager
def _own_connection() -> Any:
    """A second connection, so that progress is seen while the work's transaction is open."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield own
    finally:
        own.close()


def _claim(own: BaseDatabaseWrapper) -> Job | None:
    """The oldest job that nobody works on, marked as running, its lock held by `own`."""
    with own.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM core_job WHERE state IN ('queued', 'running') ORDER BY created, id"
        )
        for (identity,) in cursor.fetchall():
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [JOB_LOCK, identity])
            if not cursor.fetchone()[0]:
                continue
            # Whoever holds the lock decides; the job may have been finished since the look.
            cursor.execute(
                """
                UPDATE core_job
                SET state = 'running', attempts = attempts + 1, done = 0, total = 0, step = '',
                    heartbeat = %s
                WHERE id = %s AND state IN ('queued', 'running')
                """,
                [timezone.now(), identity],
            )
            if cursor.rowcount:
                return Job.objects.get(pk=identity)
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [JOB_LOCK, identity])
    return None


def _run(job: Job, own: BaseDatabaseWrapper) -> None:
    """Run a claimed job and write down what came of it."""

    def progress(done: int, total: int, step: str) -> None:
        with own.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET done = %s, total = %s, step = %s, heartbeat = %s"
                " WHERE id = %s",
                [done, total, step[:200], timezone.now(), job.pk],
            )

    fields: dict[str, Any] = {"finished": timezone.now(), "step": ""}
    if job.attempts > ATTEMPTS:
        fields |= {
            "state": Job.State.FAILED,
            "error": f"Given up: its worker died {ATTEMPTS} times.",
        }
    else:
        try:
            result = _handlers[job.kind](job.arguments, progress)
        except Exception as error:
            log.exception("Job %s (%s) failed", job.pk, job.kind)
            fields |= {"state": Job.State.FAILED, "error": f"{type(error).__name__}: {error}"}
        else:
            fields |= {"state": Job.State.DONE, "result": result, "error": ""}
    fields["finished"] = timezone.now()
    Job.objects.filter(pk=job.pk).update(**fields)
