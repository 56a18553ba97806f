"""Runs, writings and verdicts that meet: one state is judged, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.models import User
from convergence import actions
from convergence.engine import judge
from convergence.models import Dirty, Finding, FindingEvent, NeedLevel
from core import tasks
from core.models import Job
from programs.models import Activity

from . import cast as c

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two agencies' pipes, judged; no message leaves the test."""
    monkeypatch.setattr(tasks.tick, "apply_async", lambda expires: None)
    c.populate()
    c.activity("A", agency="DPUPR", dpa=1000)
    c.activity("B", agency="BPPW", dpa=300)
    c.keep()


def elsewhere(work: Callable[[], object]) -> None:
    """Do and commit something by another connection, as another process would."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive() and not failures, failures


def at_step(name: str, work: Callable[[], object]) -> Callable[[int, int, str], None]:
    """A progress that does something elsewhere, once, when a step of this name begins."""
    left = [work]

    def progress(done: int, total: int, step: str) -> None:
        if step.endswith(name) and left:
            elsewhere(left.pop())

    return progress


@pytest.mark.parametrize("step", ["in_play", "located", "same_output", "outcome", "area_figure"])
def test_a_run_sees_one_state(step: str) -> None:
    """What is written while it looks is for the next run: never half of it."""
    before = judge(year=c.YEAR, as_of=c.AS_OF).as_json()
    change = at_step(step, lambda: Activity.objects.update(status="draft"))
    assert judge(year=c.YEAR, as_of=c.AS_OF, progress=change).as_json() == before
    assert judge(year=c.YEAR, as_of=c.AS_OF).as_json() != before


def test_two_runs_of_a_year_are_one_after_the_other() -> None:
    """The second sees what the first stored, and raises nothing again."""
    c.need()
    c.activity("C", agency="DKP", dpa=5)
    barrier = threading.Barrier(2, timeout=20)
    written: list[dict[str, int]] = []

    def run() -> None:
        try:
            barrier.wait()
            written.append(c.keep())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(sum(steps.values()) for steps in written)[0] == 0
    assert len(written) == 2
    raised = FindingEvent.objects.filter(what="raised").values_list("finding", flat=True)
    assert len(raised) == len(set(raised))


def accept_it() -> None:
    """Somebody accepts the overlap."""
    actions.accept(
        finding=Finding.objects.get(kind="same_output"),
        verdict="complementary",
        reason="Bertahap",
        user=User.objects.create(username="sri"),
    )


@pytest.mark.parametrize("step", ["same_output", "area_figure"])
@pytest.mark.parametrize("change", [False, True])
def test_a_verdict_in_the_middle_of_a_run_is_not_lost(
    step: str, change: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the run has looked before: it is run again, and the mark of the verdict stays."""
    if change:  # so that the run writes the very finding that is being accepted
        Activity.objects.filter(code="A").update(title="Pipa")
    once = at_step(step, accept_it)

    def judging(**arguments: Any) -> Any:
        def progress(done: int, total: int, name: str) -> None:
            if arguments["year"] == c.YEAR:
                once(done, total, name)

        return judge(**(arguments | {"progress": progress}))

    monkeypatch.setattr(actions, "judge", judging)
    actions.judge_all({}, lambda done, total, step: None)
    finding = Finding.objects.get(kind="same_output", year=c.YEAR)
    assert (finding.state, finding.reason) == ("accepted", "Bertahap")
    assert set(Dirty.objects.values_list("source", flat=True)) == {"convergence_findingevent"}
    assert not Job.objects.exists()


def test_a_need_that_is_deleted_in_the_middle_of_a_run() -> None:
    """Its level cannot be stored any more: the run looks again."""
    need = c.need()
    change = at_step("area_figure", need.delete)
    judge(year=c.YEAR, as_of=c.AS_OF, store=True, progress=change)
    assert not Finding.objects.filter(kind="unmet_need").exists()
    assert not NeedLevel.objects.exists()


def test_a_run_that_is_overtaken_each_time_gives_up() -> None:
    """After some tries it fails like any job, and is asked for again."""
    tries: list[str] = []

    def overtake(done: int, total: int, step: str) -> None:
        if step == "outcome":
            tries.append(step)
            elsewhere(lambda: Finding.objects.update(reason=f"{len(tries)}"))

    Activity.objects.update(title="Pipa")
    with pytest.raises(OperationalError, match="could not serialize"):
        judge(year=c.YEAR, as_of=c.AS_OF, store=True, progress=overtake)
    assert len(tries) == 5
