"""The commands as they are met on a terminal: status, streams, JSON."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from exchange.management.terminal import Progress

from .books import changed, only, sound

pytestmark = pytest.mark.usefixtures("kayong_utara", "english")


def run(name, *arguments):
    """(status, standard output, standard error with the last line)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def test_import(make):
    path = make(sound())

    status, out, err = run("import_workbook", path)
    assert (status, err) == (0, "")
    assert "Pemangku: 3 new, 0 changed, 0 unchanged." in out

    status, out, err = run("import_workbook", path)
    assert (status, err) == (0, "")
    assert out.endswith("Nothing has changed: all of it is already stored.\n")


def test_refused(make):
    status, out, err = run("import_workbook", make(changed("Anggaran!F2", -1)))

    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "Anggaran!F2: “-1”: an amount is not negative.",
        "1 error; nothing was written.",
    ]


def test_warning_goes_to_standard_error(make):
    status, out, err = run("import_workbook", make(changed("Anggaran!C2", 2027)))

    assert status == 0
    assert err == "Warning: Anggaran!C2: The activity KG-1 is not active in 2027.\n"
    assert "Anggaran: 2 new" in out


def test_dry_run(make):
    status, out, _err = run("import_workbook", make(only("Bidang")), "--dry-run")

    assert status == 0
    assert "Bidang: 2 new" in out
    assert out.endswith("This was a dry run: nothing was written.\n")


def test_json(make):
    status, out, _err = run("import_workbook", make(sound()), "--json", "-")
    report = json.loads(out)
    assert status == 0
    assert report["sheets"]["Anggaran"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert (report["warnings"], report["errors"]) == ([], [])

    status, out, _err = run("import_workbook", make(changed("Anggaran!F2", -1)), "--json", "-")
    assert status == 1
    assert json.loads(out)["errors"] == [
        {"sheet": "Anggaran", "cell": "F2", "message": "“-1”: an amount is not negative."}
    ]


def test_no_workbook(tmp_path):
    status, out, err = run("import_workbook", tmp_path / "missing.xlsx")

    assert (status, out) == (1, "")
    assert err.startswith(f"There is no file {tmp_path}/missing.xlsx.")


def test_wrong_usage(make):
    with pytest.raises(CommandError):
        call_command("import_workbook")
    with pytest.raises(CommandError):
        call_command("import_workbook", str(make(sound())), "--json", "elsewhere.json")


def test_export(make, tmp_path):
    run("import_workbook", make(sound()))

    status, out, err = run("export_workbook", tmp_path / "export.xlsx")
    assert (status, err) == (0, "")
    assert "Anggaran: 2 records." in out

    status, out, err = run("export_workbook", tmp_path / "missing" / "export.xlsx")
    assert (status, out) == (1, "")
    assert err.startswith("There is no folder")


class Terminal(io.StringIO):
    """A stream that somebody watches, or not."""

    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self.watched = watched

    def isatty(self):
        return self.watched


def test_progress(monkeypatch):
    from django.core.management.base import OutputWrapper

    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    for watched, seconds in ((True, 0.3), (False, 2.5)):
        terminal = Terminal(watched=watched)
        progress = Progress(OutputWrapper(terminal))
        progress("read", "Anggaran", 2000)
        assert terminal.getvalue() == ""
        now[0] += seconds
        progress("read", "Anggaran", 4000)
        assert "Anggaran: 4,000 rows read and checked" in terminal.getvalue()
        now[0] += seconds
        progress("written", "Anggaran", 2000)
        progress("waiting", "", 0)
        progress.clear()
        assert "written" in terminal.getvalue()
        assert "waits" in terminal.getvalue()
        assert terminal.getvalue().endswith("\r\x1b[K" if watched else "\n")
