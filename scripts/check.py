"""`make check`: every check, the same for people and CI. Runs all of them, then says which failed.

`python scripts/check.py NAME …` runs only those named.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable]
CHECKS = {
    "lint": [*PYTHON, "-m", "ruff", "check", "."],
    "format": [*PYTHON, "-m", "ruff", "format", "--check", "."],
    "chain": [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
    "types": [*PYTHON, "-m", "mypy", "."],
    "migrations": [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "messages": [*PYTHON, "-m", "scripts.check_messages"],
    "deploy": [*PYTHON, "-m", "scripts.check_deploy"],
    "packages": [*PYTHON, "-m", "pip", "--disable-pip-version-check", "check"],
}


def run(name: str) -> bool:
    """One check; its output is shown when it fails."""
    start = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    good = done.returncode == 0
    print(
        f"{'ok    ' if good else 'FAILED'} {name:<11} {time.monotonic() - start:5.1f} s", flush=True
    )
    if not good:
        print(done.stdout + done.stderr, flush=True)
    return good


def main(names: list[str]) -> int:
    """Status 1 when one failed."""
    failed = [name for name in names or CHECKS if not run(name)]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
