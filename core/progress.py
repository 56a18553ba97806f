"""Progress on a terminal: silent for two seconds, then one line that changes."""

import time
from types import TracebackType
from typing import Protocol, TextIO

PATIENCE = 2.0  # seconds: what is done sooner needs no bar


class _Writes(Protocol):
    def write(self, text: str, /) -> object: ...
    def flush(self) -> object: ...


class Terminal:
    """Callable as `progress(done, total, step)`; a context that clears its line at the end."""

    def __init__(self, stream: _Writes | TextIO) -> None:
        # Django's wrapper ends every write with a line break: write to what it wraps.
        self.stream: _Writes = getattr(stream, "_out", stream)
        self.is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.began = time.monotonic()
        self.shown = False

    def __enter__(self) -> "Terminal":
        return self

    def __call__(self, done: int, total: int, step: str) -> None:
        """Show `done` of `total` steps, once the work has taken longer than two seconds."""
        if not self.is_terminal or time.monotonic() - self.began < PATIENCE:
            return
        share = f"{100 * done // total:3d}%" if total else f"{done:,}".replace(",", ".")
        self.stream.write(f"\r\x1b[K{share} {step}")
        self.stream.flush()
        self.shown = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
