"""Every text has an Indonesian translation, and it is compiled: the check of `make check`.

The texts are collected anew into a temporary copy and compared with the .mo file that users get;
`--update` (`make messages`) does it in place. Needs gettext; without it nothing can be collected,
and the check says so and passes, except in CI.
"""

from __future__ import annotations

import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/id/LC_MESSAGES/django.po")
# Folders that bring no texts to the screen.
WITHOUT_TEXTS = (
    *(".*", "__pycache__", "build", "data", "deploy", "docs", "locale", "migrations"),
    *("requirements", "scripts", "static", "staticfiles", "tests"),
)
SHOWN = 40


def collect(root: Path) -> None:
    """Brings the catalogue below `root` up to the texts of its sources."""
    (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    ignored = [part for name in WITHOUT_TEXTS for part in ("--ignore", name)]
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "id", *ignored]
    command += ["--no-location", "--no-wrap", "--no-obsolete", "--verbosity", "0"]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=root, env=environment, check=True)


def compile_catalogue(root: Path) -> None:
    """Checks the placeholders and writes the .mo file beside the .po file."""
    file = root / CATALOGUE
    subprocess.run(["msgfmt", "--check-format", "-o", file.with_suffix(".mo"), file], check=True)


def texts(file: Path) -> dict[object, str]:
    """The msgids of a .mo file with their translations; empty when there is none."""
    try:
        with file.open("rb") as stream:
            catalogue: dict[object, str] = dict(gettext.GNUTranslations(stream)._catalog)  # type: ignore[attr-defined]
    except OSError:
        return {}
    catalogue.pop("", None)
    return catalogue


def lacking(file: Path, *options: str) -> list[str]:
    """The msgids that msgattrib picks out."""
    done = subprocess.run(
        ["msgattrib", "--no-obsolete", "--no-wrap", *options, file],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.split("\n\n", 1)[-1].splitlines() if done.stdout else []
    return [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']


def problems() -> list[str]:
    """What is missing, fuzzy or stale, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        ignore = shutil.ignore_patterns(*(name for name in WITHOUT_TEXTS if name != "locale"))
        shutil.copytree(ROOT, copy, ignore=ignore, symlinks=True)
        collect(copy)
        catalogue = copy / CATALOGUE
        found = [f"not translated: {line}" for line in lacking(catalogue, "--untranslated")]
        found += [f"fuzzy: {line}" for line in lacking(catalogue, "--only-fuzzy")]
        compile_catalogue(copy)
        fresh = texts(catalogue.with_suffix(".mo"))
    held = texts((ROOT / CATALOGUE).with_suffix(".mo"))
    stale = sorted(str(text) for text, said in fresh.items() if held.get(text) != said)
    return found + [f"not compiled: {text!r}" for text in stale]


def main(arguments: list[str]) -> int:
    """Status 1 when something is missing."""
    if not (shutil.which("xgettext") and shutil.which("msgfmt")):
        print("gettext is not installed: translations are not checked.")
        return int(bool(os.environ.get("CI")) or "--update" in arguments)
    if "--update" in arguments:
        collect(ROOT)
        compile_catalogue(ROOT)
    found = problems()
    for line in found[:SHOWN]:
        print(line)
    if found:
        print(f"{len(found)} texts to mend: edit {CATALOGUE} and run `make messages`.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
