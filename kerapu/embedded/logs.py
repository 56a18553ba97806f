"""Log files of bounded size, fed with what services print."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

MOST_BYTES = 5 * 1024 * 1024
KEPT = 3
TAIL_LINES = 40


class BoundedLog:
    """`NAME.log`, and `NAME.log.1` … `.3` before it, of at most 5 MB each.

    A disk that is full must not stop the service that prints: what cannot be written is counted,
    and said as soon as there is room again.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._lost = 0

    def line(self, text: str) -> None:
        """Write one line."""
        self.write(text.encode() + b"\n")

    def write(self, data: bytes) -> None:
        """Write bytes as they came from a pipe."""
        self.tail.extend(data.decode(errors="replace").splitlines())
        note = f"({self._lost} bytes could not be written here)\n".encode() if self._lost else b""
        try:
            self._make_room(len(note) + len(data))
            with self.file.open("ab") as stream:
                stream.write(note + data)
        except OSError:
            self._lost += len(data)
        else:
            self._lost = 0

    def tail_text(self) -> str:
        """The last lines that were printed."""
        return "\n".join(self.tail)

    def _make_room(self, coming: int) -> None:
        if not self.file.exists() or self.file.stat().st_size + coming <= MOST_BYTES:
            return
        for number in range(KEPT, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                os.replace(older, self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self.file.with_name(f"{self.file.name}.{number}") if number else self.file
