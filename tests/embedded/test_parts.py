"""The small parts: bounded logs, the guard of other systems, copies and accounts of root's."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kerapu.embedded import EmbeddedError, accounts, binaries, logs, processes
from kerapu.embedded import guard as guard_module
from kerapu.embedded.text import _

from .conftest import wait_for


def test_a_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 1000)
    log = logs.BoundedLog(tmp_path / "web.log")
    for number in range(1000):
        log.line(f"line {number}")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    assert (tmp_path / "web.log").read_text().endswith("line 999\n")
    assert log.tail_text().endswith("line 998\nline 999")


def test_a_log_without_room_says_later_what_is_missing(tmp_path: Path) -> None:
    log = logs.BoundedLog(tmp_path / "missing" / "web.log")
    log.line("lost")
    (tmp_path / "missing").mkdir()
    log.line("kept")
    written = (tmp_path / "missing" / "web.log").read_text()
    assert written == "(5 bytes could not be written here)\nkept\n"


def test_the_guard_passes_on_the_status() -> None:
    command = [sys.executable, guard_module.__file__, str(os.getpid()), "15"]
    for code, status in (("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)):
        done = subprocess.run([*command, sys.executable, "-c", code], check=False)
        assert done.returncode == status


@pytest.mark.parametrize("stubborn", [False, True])
def test_the_guard_ends_its_child_with_its_parent(tmp_path: Path, stubborn: bool) -> None:
    ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN);" if stubborn else ""
    note = "open('pid', 'w').write(str(os.getpid()))"
    child = f"import os, signal, time; {ignore} {note}; time.sleep(60)"
    parent = (
        "import os, subprocess, sys, time;"
        f"subprocess.Popen([sys.executable, {guard_module.__file__!r}, str(os.getpid()), '15',"
        f" sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=tmp_path)
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    time.sleep(0.2)
    process.kill()
    process.wait()
    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: not processes.is_alive(pid), guard_module.PATIENCE_SECONDS + 5)


def test_a_number_used_again_is_another_process() -> None:
    mine = processes.identity(os.getpid())
    assert processes.is_alive(os.getpid(), mine)
    assert not processes.is_alive(os.getpid(), "another moment")
    child = subprocess.Popen([sys.executable, "-c", ""])
    wait_for(lambda: not processes.is_alive(child.pid))  # a zombie does not live
    child.wait()
    processes.send(child.pid, signal.SIGTERM)
    assert processes.identity(child.pid) is None


def root_only() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root makes copies and gives numbers")


def test_the_copy_can_be_run_by_all(tmp_path: Path) -> None:
    root_only()
    before = os.umask(0o077)
    try:
        copy = binaries.system_copy(binaries.of_wheel(), tmp_path / "system")
    finally:
        os.umask(before)
    assert not list((tmp_path / "system").glob("new-*"))
    for path in copy.folder.rglob("*"):
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert path.is_symlink() or mode in (0o755, 0o644), path
    done = subprocess.run([copy.program("postgres"), "--version"], capture_output=True, check=True)
    assert b"PostgreSQL" in done.stdout


def test_a_system_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    root_only()
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(EmbeddedError):
        binaries.system_copy(binaries.of_wheel(), tmp_path)


def test_numbers_are_kept_and_given_again(tmp_path: Path) -> None:
    root_only()

    class Place:
        def __init__(self, name: str) -> None:
            self.path = tmp_path / name
            self.path.mkdir()
            (self.path / "home.json").write_text("{}")

    base = tmp_path / "system"
    one, two = Place("one"), Place("two")
    first = accounts.server_uid(one, base)  # type: ignore[arg-type]
    second = accounts.server_uid(two, base)  # type: ignore[arg-type]
    assert first != second
    assert accounts.server_uid(one, base) == first  # type: ignore[arg-type]
    (one.path / "home.json").unlink()
    assert accounts.server_uid(Place("three"), base) == first  # type: ignore[arg-type]


def test_sentences_fall_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAPU_LANGUAGE", "xx")
    assert _("Preparing the data …") == "Preparing the data …"
