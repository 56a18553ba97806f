"""A disk that is full is said in a sentence, and nothing half-made stays."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerapu.embedded import Home, postgres

from .conftest import Actor

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs a small disk of Linux's (tmpfs)"),
]


@pytest.fixture
def small_disk(short_folder: Path) -> Iterator[Path]:
    """A disk of 20 MB; a cluster needs 40."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = short_folder / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=20m", "none", str(place)]
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def grow(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def test_a_first_start_on_a_full_disk(me: Actor, small_disk: Path) -> None:
    home = me.home()
    home.symlink_to(small_disk / "home")
    answer = me.client(home).line()
    assert answer.startswith("refused: The disk that holds ")
    assert "Free some space" in answer
    assert not list((small_disk / "home/database").glob("new-*"))
    grow(small_disk, "200m")
    assert me.joined(home).ask("SELECT 1") == "1"
    me.clean_up()


def test_a_later_start_on_a_full_disk(me: Actor, small_disk: Path) -> None:
    grow(small_disk, "200m")
    home = small_disk / "home"
    me.joined(home).leave()
    postgres.stop(Home(home))
    filler = small_disk / "filler"
    with filler.open("wb") as stream:
        free = os.statvfs(small_disk)
        stream.write(b"\0" * (free.f_bavail * free.f_bsize))
    answer = me.client(home).line()
    assert answer.startswith("refused: The disk that holds ")
    filler.unlink()
    assert me.joined(home).ask("SELECT 1") == "1"
    me.clean_up()


def test_a_home_that_cannot_even_be_made(me: Actor, small_disk: Path) -> None:
    with (small_disk / "filler").open("wb") as stream:
        free = os.statvfs(small_disk)
        stream.write(b"\0" * (free.f_bavail * free.f_bsize))
    home = small_disk / "home"
    answer = me.client(home).line()
    assert answer.startswith("refused: The disk that holds ")
    me.homes.clear()
