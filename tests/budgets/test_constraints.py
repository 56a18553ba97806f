"""What is refused of budget lines, by the database and in words."""

from __future__ import annotations

from typing import Any

import pytest

from budgets.models import BudgetLine
from catalogue.models import FundingSource, Stage
from programs.models import Activity
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def line(**changes: Any) -> BudgetLine:
    """A budget line, not saved."""
    values = {
        "code": "NEW",
        "activity": Activity.objects.get(),
        "year": 2026,
        "source": "apbn",
        "stage": 3,
        "amount": 1,
    }
    return BudgetLine(**(values | changes))


def same_origin() -> BudgetLine:
    """From where another comes already."""
    BudgetLine.objects.update(origin_system="SIPD", origin_code="5.1")
    return line(origin_system="SIPD", origin_code="5.1")


CASES: Cases = {
    "budget_line_code": (lambda: line(code="a b"), "code", "code"),
    "budget_line_origin": (same_origin, "__all__", "origin"),
    "budget_line_amount": (lambda: line(amount=-1), "amount", "min_value"),
    "budget_line_stage": (lambda: line(stage=5), "stage", "invalid_choice"),
    "budget_line_source": (lambda: line(source="kas"), "source", "invalid_choice"),
}


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    """The fixed cast, with an activity that has a line."""
    c.populate()
    c.activity(dpa=5)


@pytest.mark.parametrize("constraint", list(CASES))
def test_refused(constraint: str) -> None:
    """In words first, and by the database whoever writes."""
    assert_refused(CASES, constraint)


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(CASES) == constraints_of("budgets")


def test_what_is_fine() -> None:
    """Nothing, and more than a double can hold; every source at every stage."""
    for source in FundingSource.values:
        for stage in Stage.values:
            line(source=source, stage=stage).full_clean()
    line(amount=0).full_clean()
    exact = line(amount=9_007_199_254_740_993)
    exact.full_clean()
    exact.save()
    assert BudgetLine.objects.get(code="NEW").amount == 9_007_199_254_740_993
    line(code="PLACE", place=c.place(c.BETOK)).full_clean()


@pytest.mark.parametrize(("year", "code"), [(1899, "min_value"), (3000, "max_value")])
def test_years_that_cannot_be(year: int, code: str) -> None:
    """A slip of the finger."""
    assert words(line(year=year)) == {"year": [code]}


def test_a_code_is_there_once() -> None:
    """Lines are matched by their code."""
    assert words(line(code=BudgetLine.objects.get().code)) == {"code": ["unique"]}
