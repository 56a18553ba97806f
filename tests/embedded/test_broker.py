"""Messages as files: whole when they have their name, and read once each."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

import kerapu.celery  # noqa: F401  names the transport


def options(folder: Path) -> dict[str, Any]:
    queue = folder / "queue"
    queue.mkdir(exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }


def write(folder: Path, count: int) -> None:
    """Messages for a queue of the folder's name: a process remembers which queues it has bound."""
    with Connection("home://localhost//", transport_options=options(folder)) as connection:
        with connection.SimpleQueue(folder.name) as queue:
            for number in range(count):
                queue.put({"number": number})


def test_a_message_comes_through(tmp_path: Path) -> None:
    """Written by one connection, read by another."""
    write(tmp_path, 1)
    with Connection("home://localhost//", transport_options=options(tmp_path)) as connection:
        with connection.SimpleQueue(tmp_path.name) as queue:
            message = queue.get(timeout=5)
            assert message.payload == {"number": 0}
            message.ack()


def test_a_message_has_its_name_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then nobody takes it for one."""
    seen: list[tuple[bool, str]] = []
    replace = os.replace

    def watched(before: Path, after: Path) -> None:
        seen.append((before.name.endswith(".msg"), json.loads(before.read_text())["body"]))
        replace(before, after)

    monkeypatch.setattr(os, "replace", watched)
    write(tmp_path, 1)
    assert [named for named, _body in seen] == [False]
    assert seen[0][1]


def test_read_while_another_process_writes(tmp_path: Path) -> None:
    """Every message once, none of them half."""
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(tmp_path, 200))
    writer.start()
    found: list[int] = []
    with Connection("home://localhost//", transport_options=options(tmp_path)) as connection:
        with connection.SimpleQueue(tmp_path.name) as queue:
            while len(found) < 200:
                message = queue.get(timeout=30)
                found.append(message.payload["number"])
                message.ack()
    writer.join()
    assert sorted(found) == list(range(200))
