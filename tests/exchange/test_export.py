"""Exporting everything: the same records come back from it."""

from __future__ import annotations

import datetime as dt
import errno
import gc
import io
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps

from budgets.models import BudgetLine
from catalogue.models import Sector
from exchange.actions import ExportError, export_workbook, import_workbook
from exchange.workbook.sheets import SHEETS
from planning.models import Need, Zone
from programs.models import Activity
from stakeholders.models import Agency
from territory.models import Place

from .books import OURS, facts, sound

pytestmark = pytest.mark.usefixtures("kayong_utara")


def empty() -> None:
    """An installation without records; areas stay."""
    Agency.objects.update(parent=None)
    for label in reversed(OURS):
        for model in reversed(list(apps.get_app_config(label).get_models())):
            model._default_manager.all().delete()


def round_trip(path) -> None:
    """Export, empty, import: everything is as before, and importing changes nothing more."""
    before = facts()
    export_workbook(path)
    empty()
    assert facts() != before

    report = import_workbook(path)

    assert report.errors == []
    assert facts() == before
    assert import_workbook(path).changes == 0


def test_sound_book(make, tmp_path):
    import_workbook(make(sound()))

    round_trip(tmp_path / "export.xlsx")


def test_example(example, tmp_path):
    import_workbook(example)

    round_trip(tmp_path / "export.xlsx")


def test_real_plans(procurement, tmp_path):
    from territory.actions import load_areas

    load_areas(folder=procurement.parent, managed=["32.04"])
    import_workbook(procurement)

    round_trip(tmp_path / "export.xlsx")


def test_values_at_the_edges(make, tmp_path):
    """What Excel would bend: long numbers, texts like formulas, days before its first."""
    import_workbook(make(sound()))
    Activity.objects.filter(code="KG-1").update(
        title="=SUM(A1)\n_x0041_ +62 'a'",
        volume=Decimal("123456789012345.123456789012345"),
        first_day=dt.date(1, 1, 1),
        last_day=dt.date(9999, 12, 31),
        programme="https://contoh.id",
    )
    Activity.objects.filter(code="KG-2").update(volume=Decimal("0.000000000000001"))
    BudgetLine.objects.filter(code="AG-1").update(amount=2**63 - 1)
    Need.objects.filter(code="KB-1").update(note="x" * 32_767)
    Sector.objects.filter(code="AIR").update(code="0012")
    # A zone holds uninhabited places too, which a list of places only names one by one.
    zone = Zone.objects.get()
    zone.places.add(*Place.objects.filter(village__code="61.11.06.2001"))
    need = Need.objects.get(code="KB-2")
    need.places.set(Place.objects.filter(populated=False)[:5])

    round_trip(tmp_path / "export.xlsx")


def test_looks_like_a_document(make, tmp_path):
    import_workbook(make(sound()))
    path = tmp_path / "export.xlsx"

    counts = export_workbook(path)

    assert counts == {sheet.name: len(sound()[sheet.name]) - 1 for sheet in SHEETS}
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [sheet.name for sheet in SHEETS]
    for sheet in SHEETS:
        page = book[sheet.name]
        assert [cell.value for cell in page[1]] == [column.header for column in sheet.columns]
        assert page.freeze_panes == "A2"
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert [row[0].value for row in book["Pemangku"].iter_rows(min_row=2)] == [
        "BPPW",
        "DPUPR",
        "PUPR",
    ]
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert not list(tmp_path.glob(".export*"))


def test_empty_installation(tmp_path):
    path = tmp_path / "export.xlsx"

    export_workbook(path)

    report = import_workbook(path)
    assert (report.errors, report.changes, len(report.sheets)) == ([], 0, 12)


@pytest.mark.parametrize("name", [".", "missing/export.xlsx"])
def test_unwritable_path(tmp_path, name):
    with pytest.raises(ExportError):
        export_workbook(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_forbidden_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ExportError):
        export_workbook(tmp_path / "export.xlsx")


class FullDisk(io.BytesIO):
    """A disk with room for a thousand bytes."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > 1_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


# A trace that zipfile prints when it is thrown away would be an error here.
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_full_disk(tmp_path, monkeypatch, english):
    kept = tmp_path / "export.xlsx"
    kept.write_text("the export of yesterday")
    monkeypatch.setattr(Path, "open", lambda *_args: FullDisk())

    with pytest.raises(ExportError, match="no room left"):
        export_workbook(kept)

    gc.collect()
    monkeypatch.undo()
    assert kept.read_text() == "the export of yesterday"
    assert [file.name for file in tmp_path.iterdir()] == ["export.xlsx"]


def test_text_that_no_cell_can_hold(make, tmp_path, english):
    import_workbook(make(sound()))
    Need.objects.filter(code="KB-1").update(note="x" * 32_768)

    with pytest.raises(ExportError, match="Kebutuhan!I2"):
        export_workbook(tmp_path / "export.xlsx")
    assert list(tmp_path.glob("*export*")) == []
