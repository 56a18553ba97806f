"""The SQL files of the engine: what each is called, what it reads, in which order they are made.

A file is one query. Its name is the name of the table that others read it by; which tables it
reads follows from its text, so nobody keeps a list. Comment lines `-- index: …` and
`-- unique: …` name the columns to index when the rows are laid down as a table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
_READS = re.compile(r"\b(?:from|join)\s+([a-z_]+)\b", re.IGNORECASE)
_DIRECTIVE = re.compile(r"^-- (index|unique): (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True)
class Query:
    """One SQL file: its name, its text with `%(name)s` parameters, what it reads and indexes."""

    name: str
    text: str
    indexes: tuple[tuple[str, str], ...] = field(default=())

    @property
    def reads(self) -> frozenset[str]:
        """Names after FROM and JOIN: other files, and tables of the database."""
        return frozenset(_READS.findall(_COMMENT.sub("", self.text)))


@cache
def load(folder: str) -> dict[str, Query]:
    """Every query of a folder of `convergence/`, by name."""
    return {
        path.stem: Query(
            path.stem,
            text := path.read_text(encoding="utf-8"),
            tuple((kind, columns) for kind, columns in _DIRECTIVE.findall(text)),
        )
        for path in sorted((HERE / folder).glob("*.sql"))
    }


def in_order(queries: dict[str, Query], wanted: Iterable[str]) -> list[Query]:
    """The queries that `wanted` needs, itself included, each after all that it reads."""
    graph: dict[str, set[str]] = {}
    pending = [name for name in wanted if name in queries]
    while pending:
        name = pending.pop()
        if name in graph:
            continue
        graph[name] = {read for read in queries[name].reads if read in queries and read != name}
        pending.extend(graph[name])
    return [queries[name] for name in TopologicalSorter(graph).static_order()]


@cache
def stop_words() -> tuple[str, ...]:
    """Words of titles that say nothing about the subject (METHOD.md section 5)."""
    return tuple((HERE / "data" / "title_stopwords.txt").read_text(encoding="utf-8").split())
