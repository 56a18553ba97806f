"""One run of the judgement of a year: rules, life, duplication, index, in this order.

Facts and findings are laid down as temporary tables of one transaction that sees one state of the
database; storing writes only what differs.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from convergence.engine.files import Query, in_order, load, stop_words
from convergence.models import Kind

# Key of the advisory lock "somebody judges the year": two runs of a year at once are one after the
# other, so the second sees what the first stored.
YEAR_LOCK = 0x4B45_5241

# SQLSTATE “serialization failure”: what the run was to write was written since it looked.
OVERTAKEN = "40001"
TRIES = 5

# Spliced are a kind and a file of ours; values are bound.
_JUDGED = """
INSERT INTO judged
SELECT '{kind}', key, severity, amount, agencies, places, members, records, evidence
FROM (
{rule}
) AS rule
"""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Scope:
    """What is judged: a folder of `convergence/scopes/` whose queries say which records."""

    folder: str = "everything"


@dataclass
class Judged:
    """What a run found, in the shape of CONTRACT.md section 4."""

    year: int
    as_of: dt.date
    findings: list[dict[str, Any]] = field(default_factory=list)
    areas: list[dict[str, Any]] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The contract's object, ready for `json.dump`."""
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "findings": self.findings,
            "areas": self.areas,
        }


def judge(
    *,
    year: int,
    as_of: dt.date,
    store: bool = False,
    scope: Scope = Scope(),
    read: bool = True,
    progress: Progress | None = None,
) -> Judged:
    """Judge the year as of a day (METHOD.md); store what differs, and read the result back.

    `progress` is called with (steps done, steps in all, name of the step). `read=False` leaves the
    lists of the result empty, for a worker that only stores. A run that is overtaken (by a verdict
    on a finding that it was to write) looks again.
    """
    left = TRIES
    while True:
        try:
            return _judge(year, as_of, store, scope, read, progress)
        except OperationalError as error:
            left -= 1
            overtaken = getattr(error.__cause__, "pgcode", None) == OVERTAKEN
            if not left or not overtaken or connection.in_atomic_block:
                raise


def _judge(
    year: int, as_of: dt.date, store: bool, scope: Scope, read: bool, progress: Progress | None
) -> Judged:
    """One try."""
    began = time.monotonic()
    result = Judged(year, as_of)
    with _one_state(year), connection.cursor() as cursor:
        run = _Run(cursor, year, as_of, progress)
        run.lay_down(scope)
        if store:
            result.written = run.store()
        if read:
            result.findings = run.findings()
            result.areas = run.areas()
        run.clear()
        result.seconds = time.monotonic() - began
        if store:
            run.sign(result.seconds)
    return result


@contextmanager
def _one_state(year: int) -> Iterator[None]:
    """A transaction in which every statement sees the same state, alone for the year.

    The lock is taken before the transaction's first look, so that a run that waited sees what the
    one before it stored. Inside another transaction (a test, an import) that one's view is used.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [YEAR_LOCK, year])
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        # A connection that broke has given its locks back by itself.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [YEAR_LOCK, year])


class _Run:
    """The statements of one run, over one cursor."""

    def __init__(
        self, cursor: CursorWrapper, year: int, as_of: dt.date, progress: Progress | None
    ) -> None:
        self.cursor = cursor
        self.parameters: dict[str, Any] = {
            "year": year,
            "as_of": as_of,
            "year_start": dt.date(year, 1, 1),
            "year_end": dt.date(year, 12, 31),
            "stop_words": list(stop_words()),
        }
        self.progress = progress or (lambda done, total, step: None)
        self.tables: list[str] = []
        self.done = 0
        self.total = 0

    # --- Laying down ---------------------------------------------------------------------------
    def lay_down(self, scope: Scope) -> None:
        """Facts, findings, what becomes of them, figures: each as a temporary table."""
        rules = load("rules")
        facts = {**load(f"scopes/{scope.folder}"), **load("facts")}
        figures = load("figures")
        before = in_order(facts, {name for rule in rules.values() for name in rule.reads})
        after = [
            query
            for query in in_order({**facts, **figures}, figures)
            if query.name not in {fact.name for fact in before}
        ]
        self.total = len(before) + len(rules) + 1 + len(after)
        # Work of a few large sorts: more memory than a web request needs, for this run only.
        self.cursor.execute("SET LOCAL work_mem = '64MB'")
        self.cursor.execute("SET LOCAL jit = off")
        for query in before:
            self._table(query)
        self._judged(rules)
        self._table(load("life")["outcome"])
        for query in after:
            self._table(query)

    def _table(self, query: Query) -> None:
        self._step(query.name)
        self._execute(f"CREATE TEMPORARY TABLE {query.name} ON COMMIT DROP AS\n{query.text}")
        self.tables.append(query.name)
        for kind, columns in query.indexes:
            unique = "UNIQUE " if kind == "unique" else ""
            self._execute(f"CREATE {unique}INDEX ON {query.name} ({columns})")
        self._execute(f"ANALYZE {query.name}")

    def _judged(self, rules: dict[str, Query]) -> None:
        """The findings of every rule, in one table of one shape."""
        self._execute(
            """
            CREATE TEMPORARY TABLE judged (
                kind text, key text COLLATE "C", severity smallint, amount bigint,
                agencies text[] COLLATE "C", places text[] COLLATE "C",
                members text[] COLLATE "C", records text[] COLLATE "C", evidence jsonb
            ) ON COMMIT DROP
            """
        )
        self.tables.append("judged")
        for kind in Kind.values:
            self._step(kind)
            self._execute(_JUDGED.format(kind=kind, rule=rules[kind].text))
        self._execute("ANALYZE judged")

    def _step(self, name: str) -> None:
        self.progress(self.done, self.total, name)
        self.done += 1

    def _execute(self, statement: str) -> int:
        self.cursor.execute(statement, self.parameters)
        return int(self.cursor.rowcount)

    # --- Storing -------------------------------------------------------------------------------
    def store(self) -> dict[str, int]:
        """Write what differs; how many findings were raised, changed or closed."""
        life = load("life")
        for name in ("keep_figures", "keep_need_levels", "keep_place_money"):
            self._execute(life[name].text)
        return {step: self._execute(life[step].text) for step in ("raise", "change", "close")}

    def sign(self, seconds: float) -> None:
        """Note that the year's stored judgement is of this day."""
        self.cursor.execute(
            """
            INSERT INTO convergence_judgement AS j (year, as_of, finished, findings, seconds)
            SELECT %(year)s, %(as_of)s, %(now)s,
                (
                    SELECT count(*) FROM convergence_finding
                    WHERE year = %(year)s AND state <> 'closed'
                ), %(seconds)s
            ON CONFLICT (year) DO UPDATE SET as_of = excluded.as_of,
                finished = excluded.finished, findings = excluded.findings,
                seconds = excluded.seconds
            """,
            {**self.parameters, "now": timezone.now(), "seconds": seconds},
        )

    # --- Reading back --------------------------------------------------------------------------
    def findings(self) -> list[dict[str, Any]]:
        """Findings that hold now, accepted ones too, sorted by key."""
        self.cursor.execute(
            "SELECT kind, key, severity, amount, agencies, places FROM judged ORDER BY key"
        )
        names = ("kind", "key", "severity", "amount", "agencies", "places")
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    def areas(self) -> list[dict[str, Any]]:
        """Figures of every area, sorted by level and code."""
        self.cursor.execute(
            """
            SELECT code, level, index, coverage, duplication, participation, reporting
            FROM area_figure ORDER BY level COLLATE "C", code COLLATE "C"
            """
        )
        figures = ("index", "coverage", "duplication", "participation", "reporting")
        return [
            {"code": code, "level": level}
            | {name: _plain(value) for name, value in zip(figures, values, strict=True)}
            for code, level, *values in self.cursor.fetchall()
        ]

    def clear(self) -> None:
        """Drop the temporary tables, so that a transaction can judge twice."""
        self.cursor.execute("DROP TABLE " + ", ".join(f"pg_temp.{name}" for name in self.tables))


def _plain(value: Decimal | None) -> float | None:
    """A figure as JSON's number: four decimals survive the way through a double."""
    return None if value is None else float(value)
