"""Runs the statements of `territory/sql/` and copies rows into the staged tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

HERE = Path(__file__).resolve().parent / "sql"
# COPY's text format: what would end a field or a row is written as an escape.
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@cache
def statement(name: str) -> str:
    """The text of `territory/sql/<name>.sql`; values are bound to it, never written into it."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def run(name: str, **values: Any) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), values or None)
        touched: int = cursor.rowcount
        return touched


def fetch(name: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run a query; its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), values or None)
        return list(cursor.fetchall())


def copy(table: str, rows: Iterable[Sequence[object]]) -> None:
    """Stream rows into a staged table, whose columns have their order, without holding them all."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN", _Stream(map(_line, rows)))


def _line(row: Sequence[object]) -> str:
    return "\t".join(map(_value, row)) + "\n"


def _value(value: object) -> str:
    if value is None:
        return r"\N"
    text = value if isinstance(value, str) else str(value)
    return text.translate(_ESCAPES)


class _Stream(io.TextIOBase):
    """What psycopg2 reads a COPY from: lines as they are made, some kilobytes at a time."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> str:
        """About as much as asked for; empty at the end."""
        parts: list[str] = []
        wanted = 8192 if size is None or size < 0 else size
        for line in self._lines:
            parts.append(line)
            wanted -= len(line)
            if wanted <= 0:
                break
        return "".join(parts)
