"""What holds for the repository itself."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from scripts import check_messages

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
CONFIG = tomllib.loads(PYPROJECT)
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def tracked() -> list[Path]:
    """The files under version control, or those that would be in an unpacked archive."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git repository")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def lock(name: str) -> str:
    return (ROOT / f"requirements/{name}.lock").read_text("utf-8")


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = lock(name)
    assert "://" not in text
    pins = PIN.findall(text)
    assert len(pins) > 30
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block


def test_what_users_run_is_what_is_tested() -> None:
    runtime, dev = dict(PIN.findall(lock("runtime"))), dict(PIN.findall(lock("dev")))
    assert runtime.items() <= dev.items()


def test_every_dependency_has_its_reason() -> None:
    declared = CONFIG["project"]["dependencies"] + CONFIG["dependency-groups"]["dev"]
    for dependency in declared:
        line = next(line for line in PYPROJECT.splitlines() if f'"{dependency}"' in line)
        assert re.search(r'",? +# \w', line), line
    names = {re.split(r"[<>=;\s]", dependency)[0].lower() for dependency in declared}
    locked = {name.lower() for name, _version in PIN.findall(lock("dev"))}
    assert {name.replace("_", "-") for name in names} <= locked


def test_the_chain_is_the_same_everywhere() -> None:
    contract = CONFIG["tool"]["importlinter"]["contracts"][0]["layers"]
    chain = [app for app in reversed(contract) if app != "kerapu"]
    assert [app for app in settings.INSTALLED_APPS if app in chain] == chain
    drawn = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = re.findall(r"^\| `(\w+)` \|", drawn, re.MULTILINE)
    assert table == [*chain, "kerapu"]


def test_links_in_the_documents_lead_somewhere() -> None:
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", file.read_text("utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_decisions_are_numbered_and_listed() -> None:
    drawn = (ROOT / "docs/architecture.md").read_text("utf-8")
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        assert f"adr/{file.name}" in drawn


def test_nothing_of_one_machine_is_committed() -> None:
    machine = re.compile(
        r"/(?:home|Users|root|work|opt)/(?!venv\b)\w+/|extra-index-url|index-url +h"
    )
    for file in tracked():
        if file.suffix in {".py", ".md", ".toml", ".yml", ".lock", ".html", ".example", ""}:
            if file == Path(__file__):
                continue
            text = file.read_text("utf-8", errors="replace")
            assert not machine.search(text), f"{file}: {machine.search(text)}"


def test_foreign_data_is_named_with_its_licence() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert "Open Database License" in notice
    for file in (ROOT / "territory/data").rglob("*.*"):
        assert file.name in notice
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


def test_translations_are_compiled() -> None:
    compiled = ROOT / check_messages.CATALOGUE.with_suffix(".mo")
    assert compiled in tracked()
    assert len(check_messages.texts(compiled)) > 100


def run_environment(prelude: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts/environment.py"
    code = f"import sys; {prelude}; sys.argv = {[str(script), *arguments]!r}\n"
    code += f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_an_old_python_is_told_so() -> None:
    done = run_environment("sys.version_info = (3, 9, 2)")
    assert done.returncode == 1
    assert "3.11 or newer is needed, this is 3.9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_venv_is_told_so() -> None:
    done = run_environment("sys.modules['venv'] = None")
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_make_lists_its_commands() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in ("setup", "run", "stop", "test", "check", "bench", "format", "messages", "lock"):
        assert f"make {name} " in done.stdout
