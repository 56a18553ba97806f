"""Processes by number and start: who lives, who belongs to a home, and how to end them.

Numbers are used again by the system, so a number is only ever trusted together with the moment
its process started (its identity).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02
ON_LINUX = sys.platform == "linux"
PROC = Path("/proc")


def identity(pid: int) -> str | None:
    """When process `pid` started, as a text to compare; None when it has gone (or is a zombie)."""
    if ON_LINUX:
        fields = _stat(pid)
        # Field 3 is the state, field 22 the start in ticks since the machine started.
        if fields is None or fields[0] in "ZX":
            return None
        return f"{_boot()}/{fields[19]}"
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, started = answer.partition(" ")
    return started.strip() if answer and not state.startswith("Z") else None


def is_alive(pid: int, started: str | None = None) -> bool:
    """Whether `pid` runs, and is the process with that identity when one is given."""
    found = identity(pid)
    return found is not None and started in (None, found)


def working_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder` (Linux; elsewhere none).

    That is how all processes of a cluster are found: each of them works in its data folder.
    """
    if not ON_LINUX:
        return []
    try:
        wanted = folder.stat()
    except FileNotFoundError:
        return []
    found = []
    for pid in _numbers():
        try:
            cwd = os.stat(f"/proc/{pid}/cwd")
        except OSError:
            continue  # it ended meanwhile, or is another account's: then it is not ours
        if (cwd.st_dev, cwd.st_ino) == (wanted.st_dev, wanted.st_ino) and is_alive(pid):
            found.append(pid)
    return found


def carrying(name: str, value: str) -> list[int]:
    """The other processes that were started with `name=value` in their environment (Linux)."""
    if not ON_LINUX:
        return []
    wanted = os.fsencode(f"{name}={value}")
    found = []
    for pid in _numbers():
        if pid == os.getpid():
            continue
        try:
            environment = (PROC / str(pid) / "environ").read_bytes()
        except OSError:
            continue  # it ended meanwhile, or is another account's
        if wanted in environment.split(b"\0") and is_alive(pid):
            found.append(pid)
    return found


def account_has_processes(uid: int) -> bool:
    """Whether any process runs under the account number `uid` (Linux)."""
    for pid in _numbers():
        try:
            if os.stat(f"/proc/{pid}").st_uid == uid:
                return True
        except FileNotFoundError:
            continue
    return False


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that has gone meanwhile needs none."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def send_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that has gone needs none."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # macOS answers EPERM for a group of which only zombies are left.
        return


def wait_gone(list_living: Callable[[], Iterable[int]], seconds: float) -> bool:
    """Whether `list_living()` came up empty within `seconds`."""
    deadline = time.monotonic() + seconds
    while any(True for _ in list_living()):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` by which a child gets signal `number` when this process dies (Linux).

    Use it only in a process with one thread: the kernel watches the thread that started the
    child, and code between fork and exec is not safe beside other threads. Elsewhere it does
    nothing, and `guard.wrap` stands in.
    """
    if not ON_LINUX:
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        if libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def _numbers() -> list[int]:
    return [int(name) for name in os.listdir(PROC) if name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in brackets may hold anything, brackets and blanks too.
    return text[text.rindex(")") + 2 :].split()


def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
