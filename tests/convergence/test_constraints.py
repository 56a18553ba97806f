"""What the database refuses of findings and figures, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from convergence.models import AreaFigure, Finding, NeedLevel, PlaceMoney

from . import cast as c
from .refusals import constraints_of

pytestmark = pytest.mark.usefixtures("cast")


def finding(**changes: Any) -> Finding:
    """A finding, not saved."""
    now = timezone.now()
    values = {
        "year": 2026,
        "kind": "unfunded",
        "key": "unfunded/B",
        "severity": 3,
        "amount": 0,
        "raised": now,
        "changed": now,
    }
    return Finding(**(values | changes))


ACCEPTED: dict[str, Any] = {
    "state": "accepted",
    "verdict": "wrong_match",
    "reason": "Arsip",
    "accepted_severity": 3,
    "accepted_amount": 0,
    "accepted_members": [],
}


def save_twice(record: Any) -> None:
    """The same record, once more as a new one."""
    record.pk = None
    record.save(force_insert=True)


REFUSED = {
    "finding_once": lambda: finding(key="unfunded/A").save(),
    "finding_severity": lambda: finding(severity=6).save(),
    "finding_kind": lambda: finding(kind="other").save(),
    "finding_accepted_with_reason": lambda: finding(**(ACCEPTED | {"reason": ""})).save(),
    "area_figure_once": lambda: save_twice(AreaFigure.objects.filter(level="village").get()),
    "need_level_once": lambda: save_twice(NeedLevel.objects.get()),
    "place_money_once": lambda: save_twice(PlaceMoney.objects.get(place=None)),
}


@pytest.fixture(autouse=True)
def judged(cast: None) -> None:
    """A judgement with a row in each table."""
    c.need()
    c.activity()
    c.activity("NOWHERE", places=[], dpa=5)
    c.keep()


@pytest.mark.parametrize("constraint", REFUSED)
def test_refused(constraint: str) -> None:
    """By its name."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        REFUSED[constraint]()


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(REFUSED) == constraints_of("convergence")


@pytest.mark.parametrize("missing", ["accepted_severity", "accepted_amount", "accepted_members"])
def test_an_acceptance_knows_what_it_accepted(missing: str) -> None:
    """Or nothing could tell when it is open again."""
    with pytest.raises(IntegrityError, match="finding_accepted"), transaction.atomic():
        finding(**(ACCEPTED | {missing: None})).save()
    finding(**ACCEPTED).save()


def test_the_same_key_in_another_year_is_another_finding() -> None:
    """One finding per year and key."""
    finding(key="unfunded/A", year=2027).save()


def test_a_finding_with_a_history_is_not_deleted() -> None:
    """Nor by a slip in the shell."""
    with pytest.raises(ProtectedError):
        Finding.objects.all().delete()
