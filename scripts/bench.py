"""`make bench`: starts, imports, judgements and pages on this machine, as a table and as JSON.

Absolute times are informative only; ratios come from one run on one machine.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.bench_inside import DATA_SETS
from scripts.processes import ROOT, Failure, clean_environment, free_port
from scripts.smoke import FIRST_START_SECONDS, SECOND_START_SECONDS, end, start


@contextmanager
def new_home() -> Iterator[Path]:
    """A home that is stopped and removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="kerapu-bench-"))
    try:
        yield home
    finally:
        command = [sys.executable, "-m", "kerapu.embedded", "stop"]
        environment = clean_environment(KERAPU_HOME=str(home))
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)


def starts() -> dict[str, float]:
    """Seconds from `make run` to ready, first and second, and of Ctrl-C."""
    with new_home() as home:
        environment = clean_environment(KERAPU_HOME=str(home), PORT=str(free_port()))
        process, first = start(environment, FIRST_START_SECONDS)
        stop = end(process, home)
        process, second = start(environment, SECOND_START_SECONDS)
        end(process, home)
    return {"first start": first, "second start": second, "Ctrl-C": stop}


def inside(name: str) -> dict[str, Any]:
    """What scripts/bench_inside.py measures of a data set."""
    with new_home() as home:
        done = subprocess.run(
            [sys.executable, "-m", "scripts.bench_inside", name],
            cwd=ROOT,
            env=clean_environment(KERAPU_HOME=str(home), KERAPU_LOG_LEVEL="ERROR"),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Failure(f"{name}: {(done.stdout + done.stderr)[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(results: dict[str, Any]) -> str:
    """As Markdown."""
    lines = [str(results["machine"])]
    if results["starts"]:
        lines += ["", "| start | s |", "|---|---:|"]
        lines += [f"| {name} | {value:.1f} |" for name, value in results["starts"].items()]
    data = {name: value for name, value in results.items() if name in DATA_SETS}
    lines += ["", f"| | {' | '.join(data)} |", "|---|" + "---:|" * len(data)]
    for count in ("activities", "findings"):
        lines.append(f"| {count} | " + " | ".join(str(one[count]) for one in data.values()) + " |")
    names = dict.fromkeys(name for one in data.values() for name in one["seconds"])
    for name in names:
        cells = [f"{one['seconds'][name]:.2f} s" for one in data.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    if all("judge, plain Python" in one["seconds"] for one in data.values()):
        ratios = [
            f"{one['seconds']['judge, plain Python'] / one['seconds']['judge, first']:.2f}"
            for one in data.values()
        ]
        lines.append(f"| plain Python ÷ first judgement | {' | '.join(ratios)} |")
    lines += [
        "",
        "| page | " + " | ".join(f"{name}: ms, 95 %, queries, kB" for name in data) + " |",
    ]
    lines.append("|---|" + "---:|" * len(data))
    for page in dict.fromkeys(page for one in data.values() for page in one["pages"]):
        shown = [one["pages"].get(page, {}) for one in data.values()]
        cells = [
            f"{p['ms']:.0f}, {p['ms 95 %']:.0f}, {p['queries']}, {p['kB']:.0f}" if p else "–"
            for p in shown
        ]
        lines.append(f"| {page} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Status 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="keep the figures; - prints them")
    parser.add_argument("--without-starts", action="store_true")
    arguments = parser.parse_args()
    names = [name for name in ("example", "procurement") if DATA_SETS[name].workbook.exists()]
    results: dict[str, Any] = {
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "starts": {},
    }
    try:
        if not arguments.without_starts:
            results["starts"] = starts()
        for name in names or ["demo"]:
            results[name] = inside(name)
    except Failure as failure:
        print(f"Benchmark FAILED: {failure}")
        return 1
    print(table(results))
    if arguments.json == "-":
        print(json.dumps(results, indent=1))
    elif arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
