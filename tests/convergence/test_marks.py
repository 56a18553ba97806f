"""What is written marks that a judgement is due: every table, every kind of statement."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from accounts.models import User
from budgets.models import BudgetLine
from convergence.actions import accept, discuss
from convergence.engine.files import HERE, load
from convergence.explain import EXPLANATIONS
from convergence.marks import MARKED_TABLES
from convergence.models import OVERLAPS, Dirty, Finding, Kind
from programs.models import Activity
from tests.conftest import SHARED

from . import cast as c


@pytest.fixture
def records(cast: None) -> None:
    """A record in every table that a judgement depends on."""
    c.need()
    c.mandate("BPPW")
    c.zone(sectors=["AIR"])
    c.activity(dpa=1)
    c.report("A", "1")
    c.clearance("2026-01-01", "2026-12-31")
    c.item()
    c.commitment()


def marks_of(write: Callable[[], object]) -> list[str]:
    """The marks that a writing leaves, by table."""
    Dirty.objects.all().delete()
    write()
    return list(Dirty.objects.order_by("source").values_list("source", flat=True))


def execute(statement: str) -> int:
    """Run a statement as anybody may, past Django's models; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_every_table_marks_when_a_record_is_added(records: None) -> None:
    """And no table that is not in the list."""
    assert set(Dirty.objects.values_list("source", flat=True)) == set(MARKED_TABLES)


def test_every_table_marks_when_a_record_is_changed(records: None) -> None:
    """Once a statement, however many rows it touches."""
    for table in MARKED_TABLES:
        assert marks_of(partial(execute, f"UPDATE {table} SET id = id")) == [table]


def test_every_table_marks_when_a_record_is_deleted(records: None) -> None:
    """In an order in which nothing is left behind."""
    for table in reversed(MARKED_TABLES):
        assert marks_of(partial(execute, f"DELETE FROM {table}")) == [table]


def test_bulk_writes_mark(records: None) -> None:
    """Django's shortcuts past `save()`."""
    activity = Activity.objects.get()
    lines = [
        BudgetLine(code=f"L{n}", activity=activity, year=2026, source="csr", stage=1, amount=n)
        for n in range(3)
    ]
    table = ["budgets_budgetline"]
    assert marks_of(lambda: BudgetLine.objects.bulk_create(lines)) == table
    assert marks_of(lambda: BudgetLine.objects.update(amount=5)) == table
    assert marks_of(lambda: BudgetLine.objects.bulk_update(lines, ["amount"])) == table
    assert marks_of(lambda: BudgetLine.objects.filter(code="L0").delete()) == table


@pytest.mark.django_db
@pytest.mark.parametrize("table", MARKED_TABLES)
def test_a_statement_that_touches_no_row_leaves_no_mark(table: str) -> None:
    """Nothing has changed."""
    assert marks_of(lambda: execute(f"UPDATE {table} SET id = id WHERE id < 0")) == []
    assert marks_of(lambda: execute(f"DELETE FROM {table} WHERE id < 0")) == []
    assert (
        marks_of(lambda: execute(f"INSERT INTO {table} (id) SELECT id FROM {table} LIMIT 0")) == []
    )


def test_what_is_taken_back_leaves_no_mark(records: None) -> None:
    """The mark is set in the writing transaction."""

    def write() -> None:
        with transaction.atomic():
            Activity.objects.update(title="Lain")
            transaction.set_rollback(True)

    assert marks_of(write) == []


def test_a_judgement_leaves_no_mark(records: None) -> None:
    """Or it would never end; its own steps are no verdicts."""

    def judge_life() -> None:
        c.keep()
        BudgetLine.objects.update(stage=2)
        Dirty.objects.all().delete()
        c.keep()

    assert marks_of(judge_life) == []


def test_a_verdict_marks(cast: None) -> None:
    """It changes duplication and with it the index."""
    c.activity(places=[])
    finding = c.stored("unlocated")
    user = User.objects.create(username="sri")
    assert marks_of(lambda: discuss(finding=finding, user=user)) == ["convergence_findingevent"]
    settle = partial(accept, finding=finding, verdict="wrong_match", reason="Arsip", user=user)
    assert marks_of(settle) == ["convergence_findingevent"]
    assert Finding.objects.get(pk=finding.pk).state == "accepted"


# --- Registries -----------------------------------------------------------------------------------
def test_the_judgement_reads_no_table_that_does_not_mark() -> None:
    """What a rule, fact or scope reads after FROM or JOIN is a file of the engine or marked."""
    folders = ("facts", "rules", "figures", "life", "scopes/everything")
    queries = {name: query for folder in folders for name, query in load(folder).items()}
    words = {read for query in queries.values() for read in query.reads}
    tables = {word for word in words if re.match(r"^[a-z]+_[a-z]+$", word)} - set(queries)
    apps = {table.partition("_")[0] for table in MARKED_TABLES}
    read = {table for table in tables if table.partition("_")[0] in apps}
    assert read - set(MARKED_TABLES) == set()
    assert {"programs_activity", "planning_commitment"} <= read


def test_each_kind_is_one_file() -> None:
    """The kinds of the code, the files of the rules, and the texts that explain them."""
    assert set(load("rules")) == set(Kind.values)
    assert set(EXPLANATIONS) == set(Kind)
    assert len(Kind) == 16
    tests = {path.stem for path in Path(__file__).parent.glob("rules/test_*.py")}
    assert tests == {f"test_{kind}" for kind in Kind.values}


def test_the_kinds_are_those_of_the_method() -> None:
    """In METHOD.md's order, its gaps before its overlaps."""
    method = SHARED / "METHOD.md"
    if not method.exists():
        pytest.skip("no ../shared/METHOD.md beside the repository")
    section = method.read_text(encoding="utf-8").partition("## 5.")[2].partition("**Subject")[0]
    gaps, _, overlaps = section.partition("\nOverlaps")
    kinds = [re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in (gaps, overlaps)]
    assert kinds[0] + kinds[1] == list(Kind.values)
    assert kinds[1] == list(OVERLAPS)


def test_the_stop_words_are_those_of_the_method(shared: Path) -> None:
    """The engine's copy is the data's."""
    ours = (HERE / "data" / "title_stopwords.txt").read_text(encoding="utf-8").split()
    assert ours == (shared / "title_stopwords.txt").read_text(encoding="utf-8").split()
