"""When a judgement is asked for: after a writing, on a new day, and again when one failed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from convergence import actions, engine
from convergence.models import Dirty, Finding, Judgement
from core import jobs, tasks
from core.models import Job
from programs.models import Activity

from . import cast as c

PONTIANAK = ZoneInfo("Asia/Pontianak")
NOW = dt.datetime(2026, 8, 1, 9, 0, tzinfo=PONTIANAK)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 1 August 2026, and no message leaves the test."""
    monkeypatch.setattr(tasks.tick, "apply_async", lambda expires: None)
    original = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=NOW: original(value))


@pytest.fixture
def judged(cast: None) -> None:
    """Everything is judged as of today, and nothing was written since."""
    actions.judge_all({}, _no_progress)
    assert not Dirty.objects.exists()


def _no_progress(done: int, total: int, step: str) -> None:
    pass


def asked(now: dt.datetime = NOW) -> int:
    """How many judgements wait or run after a chore at this moment."""
    actions.ask_for_judgement(now)
    return Job.objects.unfinished().filter(kind="judge").count()


def test_asked_for_after_a_writing(judged: None) -> None:
    """Once, however often the chore looks; and one that runs is waited for."""
    assert asked() == 0
    c.need()
    assert (asked(), asked()) == (1, 1)
    Job.objects.update(state="running")
    assert asked() == 1


def test_asked_for_on_a_new_day(judged: None) -> None:
    """The day of the installation's time zone, which begins before that of Greenwich."""
    assert asked(dt.datetime(2026, 8, 1, 23, 59, tzinfo=PONTIANAK)) == 0
    assert asked(dt.datetime(2026, 8, 1, 17, 0, tzinfo=dt.UTC)) == 1  # midnight in Pontianak


def test_asked_for_in_a_new_year(judged: None) -> None:
    """Next year was judged, but as of a day of this one."""
    assert asked(dt.datetime(2027, 1, 1, 0, 1, tzinfo=PONTIANAK)) == 1


def test_asked_for_when_nothing_was_ever_judged(db: None) -> None:
    """An empty installation has an empty judgement."""
    assert asked() == 1


def test_a_stored_judgement_of_a_later_day_is_left(judged: None) -> None:
    """Somebody stored one of the future with `converge --store`: the clock does not undo it."""
    Judgement.objects.filter(year=2026).update(as_of=dt.date(2026, 9, 1))
    assert asked() == 0


@pytest.mark.parametrize(("seconds", "again"), [(59, 0), (61, 1)])
def test_a_failed_one_is_tried_again_after_a_minute(cast: None, seconds: int, again: int) -> None:
    """Not at every tick."""
    finished = NOW - dt.timedelta(seconds=seconds)
    Job.objects.create(kind="judge", state="failed", finished=finished)
    Job.objects.create(kind="other", state="failed", finished=NOW)
    assert asked() == again


def test_which_years_are_judged(cast: None) -> None:
    """Last, current and next, and every year with an open or discussed finding."""
    for year, state in ((2020, "open"), (2021, "closed"), (2022, "discussed")):
        Finding.objects.create(
            year=year, kind="unfunded", key=f"unfunded/{year}", severity=3, amount=0, state=state,
            raised=NOW, changed=NOW,
        )  # fmt: skip
    assert actions.years_judged(dt.date(2026, 12, 31)) == [2020, 2022, 2025, 2026, 2027]
    assert actions.years_judged(dt.date(2027, 1, 1)) == [2020, 2022, 2026, 2027, 2028]


def test_the_job_judges_every_year_as_of_today(cast: None) -> None:
    """It stores them, says how far it is, and takes away the marks that it answers."""
    c.need()
    c.activity(dpa=5)
    told: list[tuple[int, int, str]] = []
    result = actions.judge_all({}, lambda *step: told.append(step))
    assert result["as_of"] == "2026-08-01"
    assert set(result["seconds"]) == {"2025", "2026", "2027"}
    assert set(Judgement.objects.values_list("year", "as_of")) == {
        (year, dt.date(2026, 8, 1)) for year in (2025, 2026, 2027)
    }
    assert Finding.objects.get(kind="unreported").key == "unreported/A"
    assert not Dirty.objects.exists()
    done = [step[0] for step in told]
    assert done == sorted(done) and len(set(done)) == len(done)
    assert {step[1] for step in told} == {told[-1][0] + 1}  # the last step is the last of all


def test_a_mark_set_meanwhile_stays(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while a judgement runs is for the next one."""
    c.activity()
    original = engine.judge

    def judge(**arguments: Any) -> Any:
        Activity.objects.update(title=f"Written in {arguments['year']}")
        return original(**arguments)

    monkeypatch.setattr(actions, "judge", judge)
    actions.judge_all({}, _no_progress)
    assert list(Dirty.objects.values_list("source", flat=True)) == 3 * ["programs_activity"]


@pytest.mark.django_db(transaction=True)
def test_a_judgement_that_fails_loses_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is recorded, and the next one, a minute later, answers the marks."""
    c.populate()
    c.need()
    marks = set(Dirty.objects.values_list("pk", flat=True))
    failing = pytest.MonkeyPatch()
    failing.setattr(actions, "judge", lambda **arguments: 1 / 0)
    assert asked() == 1
    jobs.run_waiting()
    failed = Job.objects.get()
    assert (failed.state, failed.error) == ("failed", "ZeroDivisionError: division by zero")
    assert set(Dirty.objects.values_list("pk", flat=True)) == marks
    failing.undo()
    assert failed.finished is not None
    assert asked(failed.finished + dt.timedelta(seconds=50)) == 0
    assert asked(failed.finished + dt.timedelta(seconds=70)) == 1
    jobs.run_waiting()
    assert Job.objects.latest("id").state == "done"
    assert not Dirty.objects.exists()
    assert Finding.objects.filter(kind="unmet_need", year=2026).exists()


def test_pages_say_that_a_judgement_is_due(judged: None) -> None:
    """From the writing until the job is done."""
    assert actions.being_judged() is False
    c.need()
    assert actions.being_judged() is True
    Dirty.objects.all().delete()
    assert actions.being_judged() is False
    job = jobs.enqueue("judge")
    assert actions.being_judged() is True
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert actions.being_judged() is False
