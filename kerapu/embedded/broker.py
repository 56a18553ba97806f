"""Celery's messages as files of the home, written so that nobody reads half of one.

Kombu's own transport writes a message under its final name, and a worker that looks at that moment
reads an empty file and ends. Here a message has its name once it is whole.
"""

from __future__ import annotations

import os
import time
import uuid
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

SCHEME = "home"
LOOKS = 50  # at a table of queues that another process is writing, a hundredth of a second apart


class Channel(filesystem.Channel):
    """The filesystem channel with whole messages."""

    def _put(  # type: ignore[override]  # as the channel above it does, whatever its base says
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f".{name}.part"
        try:
            unfinished.write_bytes(dumps(payload).encode())
            os.replace(unfinished, folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {folder}: {error}") from error

    def get_table(self, exchange: str) -> list[Any]:
        """The queues of an exchange, also while somebody writes them for the first time."""
        for _look in range(LOOKS):
            try:
                return list(super().get_table(exchange))
            except JSONDecodeError:
                time.sleep(0.01)
        return list(super().get_table(exchange))


class Transport(filesystem.Transport):
    """`home://`: named so in kerapu/celery.py."""

    Channel = Channel
