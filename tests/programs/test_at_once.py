"""What two do in the same second: one form sent twice, two new activities, two changes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from budgets.models import BudgetLine
from programs.models import Activity
from tests.convergence import cast as c
from tests.programs.test_form import NEW, typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = 4


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run all of them at the same moment, each on a connection of its own."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_form_sent_at_once_is_saved_once(people, browser):
    data = typed(people)
    clients = [browser("editor") for _n in range(MANY)]

    answers = at_once(*[lambda client=one: client.post(NEW, data) for one in clients])

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert Activity.objects.count() == BudgetLine.objects.count() == 1


def test_new_ones_at_once_have_codes_of_their_own(people, browser):
    clients = [(browser("editor"), typed(people)) for _n in range(MANY)]

    answers = at_once(*[lambda one=one: one[0].post(NEW, one[1]) for one in clients])

    assert {answer.status_code for answer in answers} == {302}
    codes = Activity.objects.order_by("code").values_list("code", flat=True)
    assert list(codes) == [f"KG-DPUPR-000{n + 1}" for n in range(MANY)]


def test_of_changes_at_once_one_is_saved_and_the_others_are_told(people, browser):
    activity = c.activity(status="draft")
    page = f"/activities/{activity.pk}/change"
    clients = [(browser("editor"), typed(people, title=f"Judul {n}")) for n in range(MANY)]

    answers = at_once(*[lambda one=one: one[0].post(page, one[1]) for one in clients])

    assert sorted(answer.status_code for answer in answers) == [200] * (MANY - 1) + [302]
    assert all("differences" in (answer.context or {}) for answer in answers if answer.context)
