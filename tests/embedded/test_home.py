"""The home: made once, never widened, and every refusal a sentence."""

import errno
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kerapu.embedded import EmbeddedError, Home, home

from .conftest import Actor

SENTENCE_OF_NEW_HOME = "from kerapu.embedded import Home; print(Home.from_environment().path)"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAPU_LANGUAGE", "en")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_home_is_made_private(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        made = Home.open(tmp_path / "parent" / "home")
        made.secret_key()
    finally:
        os.umask(before)
    assert mode(made.path) == 0o700
    assert {mode(made.path / name) for name in home.FOLDERS} == {0o700}
    assert mode(made.secret_key_file) == 0o600
    assert json.loads((made.path / "home.json").read_text()) == {"format": 1}


def test_what_exists_keeps_its_permissions(tmp_path: Path) -> None:
    existing = tmp_path / "home"
    existing.mkdir()
    (existing / "uploads").mkdir()
    tmp_path.chmod(0o710)
    existing.chmod(0o750)
    (existing / "uploads").chmod(0o770)
    Home.open(existing).secret_key()
    assert [mode(p) for p in (tmp_path, existing, existing / "uploads")] == [0o710, 0o750, 0o770]


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAPU_HOME", str(tmp_path / "here"))
    assert Home.from_environment().path == (tmp_path / "here").resolve()
    monkeypatch.setenv("KERAPU_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home.home_path().name == "kerapu"


def test_a_newer_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home.json").write_text('{"format": 2}')
    with pytest.raises(EmbeddedError, match="newer version"):
        Home.open(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["home.json"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "1"}', '{"format": true}', "\0"])
def test_a_damaged_home_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "home.json").write_text(text)
    with pytest.raises(EmbeddedError, match="is damaged"):
        Home.open(tmp_path)


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(EmbeddedError, match="cannot be used as a folder"):
            Home.open(path)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EmbeddedError, match="disk that holds"):
        Home.open(tmp_path / "home")


@pytest.mark.parametrize("place", ["new", "foreign"])
def test_no_permission_is_said(ordinary: Actor, short_folder: Path, place: str) -> None:
    # `new`: a folder that may not be made; `foreign`: one that somebody else made.
    foreign = short_folder / "foreign"
    foreign.mkdir(mode=0o755)
    command = [ordinary.python, "-c", SENTENCE_OF_NEW_HOME]
    named = short_folder / place if place == "new" else foreign
    process = ordinary.start(command, KERAPU_HOME=str(named))
    output = process.communicate()[0]
    assert process.returncode == 1
    assert f"EmbeddedError: There is no permission to write {named}" in output
    assert mode(foreign) == 0o755


def test_the_secret_key_is_made_once(tmp_path: Path) -> None:
    code = "import sys, pathlib; from kerapu.embedded import Home; " + (
        "print(Home.open(pathlib.Path(sys.argv[1])).secret_key())"
    )

    def key(_number: int) -> str:
        command = [sys.executable, "-c", code, str(tmp_path / "home")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(key, range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert not list((tmp_path / "home").glob("*.new"))


def test_a_damaged_secret_key_is_refused(tmp_path: Path) -> None:
    made = Home.open(tmp_path)
    made.secret_key_file.write_text("\n")
    with pytest.raises(EmbeddedError, match="secret key"):
        made.secret_key()


def test_what_a_killed_process_left_half_made_is_replaced(tmp_path: Path) -> None:
    made = Home.open(tmp_path)
    (tmp_path / "secret_key.new").write_text("half")
    assert len(made.secret_key()) >= 50
