"""`make run` as a person meets it: start, log in, look, judge, Ctrl-C, start again, stop.

In a home and on a port of its own; ends with status 1 and the reason when something is amiss.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from scripts.processes import (
    ROOT,
    Failure,
    Process,
    Visitor,
    clean_environment,
    free_port,
    manage,
    processes_of,
    this_year,
    wait_for,
)

FIRST_START_SECONDS = 300
SECOND_START_SECONDS = 60
STOP_SECONDS = 30
JUDGEMENT_SECONDS = 60


def start(environment: dict[str, str], seconds: float) -> tuple[Process, float]:
    """`make run` until it says that it is ready; how long that took."""
    process = Process(["make", "--no-print-directory", "run"], environment, "make run")
    try:
        ready = rf"http://127\.0\.0\.1:{environment['PORT']}/.*Ctrl-C"
        return process, process.wait_line(ready, seconds)
    except Failure:
        process.end(signal.SIGKILL)
        raise


def login_of(environment: dict[str, str], output: str) -> tuple[str, str]:
    """Name and password of the first demonstration login that was printed. Raises Failure."""
    ask = (
        "from accounts.models import User; print(*User.objects.values_list('username', flat=True))"
    )
    names = manage(environment, "shell", "-v", "0", "-c", ask).split()
    for line in output.splitlines():
        words = re.split(r"[\s/|:,·–—]+", line.strip())
        for name, password in pairwise(words):
            if name in names and len(password) >= 6:
                return name, password
    raise Failure(f"no demonstration login was printed:\n{output}")


def look(environment: dict[str, str], output: str) -> None:
    """A visitor logs in and reads the home page and the findings."""
    visitor = Visitor(f"http://127.0.0.1:{environment['PORT']}")
    visitor.log_in(*login_of(environment, output))
    page, _where = visitor.get("/")
    if "KERAPU" not in page:
        raise Failure("the home page is not ours")
    findings = f"/{this_year()}/findings/"
    # The worker judges what was just loaded; until then the page says that there is nothing yet.
    wait_for("findings", lambda: "<table" in visitor.get(findings)[0], JUDGEMENT_SECONDS)


def all_gone(home: Path) -> None:
    """Nothing of the home runs on. Raises Failure."""
    wait_for("every process of the home to end", lambda: not processes_of(home), STOP_SECONDS)


def end(process: Process, home: Path) -> float:
    """Ctrl-C; how long it took. Raises Failure when it ends uncleanly."""
    began = time.monotonic()
    process.end(signal.SIGINT, STOP_SECONDS)
    all_gone(home)
    for ugly in ("Traceback", "make: ***", "make[1]: ***"):
        if ugly in process.output:
            raise Failure(f"'{ugly}' on the terminal:\n{process.output}")
    return time.monotonic() - began


def smoke(home: Path) -> None:
    """The whole story. Raises Failure."""
    environment = clean_environment(KERAPU_HOME=str(home), PORT=str(free_port()))
    process, seconds = start(environment, FIRST_START_SECONDS)
    print(f"first start: {seconds:.1f} s")
    try:
        look(environment, process.output)
        year = str(this_year())
        told = json.loads(manage(environment, "converge", "--year", year, "--json", "-"))
        if not told["findings"] or not told["areas"]:
            raise Failure("the demonstration has no findings or no figures")
        print(f"findings: {len(told['findings'])}, areas: {len(told['areas'])}")
        second = Process(["make", "--no-print-directory", "run"], environment, "a second make run")
        wait_for("a second make run to refuse", lambda: not second.runs(), 60)
        if second.process.returncode == 0 or "Traceback" in second.output:
            raise Failure(f"a second make run in the same home:\n{second.output}")
    except BaseException:
        process.end(signal.SIGKILL)
        raise
    print(f"Ctrl-C: {end(process, home):.1f} s")

    process, seconds = start(environment, SECOND_START_SECONDS)
    print(f"second start: {seconds:.1f} s")
    try:
        look(environment, process.output)
    finally:
        stop = Process(["make", "--no-print-directory", "stop"], environment, "make stop")
        wait_for("make stop", lambda: not stop.runs(), 60)
        process.end(signal.SIGTERM)
    all_gone(home)
    print("make stop: nothing runs on")


def main() -> int:
    """Status 1 and the reason when something is amiss."""
    home = Path(tempfile.mkdtemp(prefix="kerapu-smoke-"))
    try:
        smoke(home)
    except Failure as failure:
        print(f"Smoke test FAILED: {failure}")
        for log in sorted((home / "logs").glob("*.log")):
            print(f"--- {log.name}\n" + "\n".join(log.read_text("utf-8").splitlines()[-30:]))
        Process(["make", "stop"], clean_environment(KERAPU_HOME=str(home))).process.wait(60)
        return 1
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"Smoke test passed ({ROOT.name}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
