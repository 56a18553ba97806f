"""What is said about a cell: an error, which refuses the file, or a warning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from exchange.workbook.rows import column_letters

BREAKS = re.compile(r"\s*[\r\n\t]+\s*")


@dataclass(frozen=True, slots=True)
class Issue:
    """One sentence about one cell. `sheet` and `cell` are empty where it is about the file."""

    sheet: str
    cell: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.message}" if self.sheet else self.message

    def as_json(self) -> dict[str, str]:
        """The form of CONTRACT.md's machine-readable report."""
        return {"sheet": self.sheet, "cell": self.cell, "message": self.message}


@dataclass(slots=True)
class Issues:
    """Issues as they are found, and in the order of the workbook: sheet, row, column."""

    _found: list[tuple[int, int, int, Issue]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self, order: int, sheet: str, row: int, column: int, *, code: str, message: str
    ) -> None:
        """About the cell in that row (1 = first) and column (0 = A) of the order-th sheet."""
        cell = f"{column_letters(column)}{row}"
        message = BREAKS.sub(" ", message)  # an issue is a line; what it quotes may have several
        self._found.append((order, row, column, Issue(sheet, cell, code, message)))

    def in_order(self) -> list[Issue]:
        """All of them; those about one cell in the order in which they were found."""
        return [issue for *_place, issue in sorted(self._found, key=lambda found: found[:3])]
