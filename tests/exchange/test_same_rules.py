"""A rule lives once: the workbook says of a row what the model's own validation says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from budgets.models import BudgetLine
from exchange.actions import import_workbook
from exchange.workbook.sheets import SHEETS
from monitoring.models import Report
from planning.models import ActionItem, Need
from programs.models import Activity
from stakeholders.models import Agency

from .books import locate, put, sound

pytestmark = pytest.mark.usefixtures("kayong_utara")

# What is written in the workbook, and what is set on the stored record instead.
CASES: list[tuple[dict[str, Any], type, dict[str, Any], dict[str, Any]]] = [
    ({"Kebutuhan!E2": 6}, Need, {"code": "KB-1"}, {"weight": 6}),
    ({"Kebutuhan!F2": 0}, Need, {"code": "KB-1"}, {"target": 0}),
    ({"Kebutuhan!D2": None}, Need, {"code": "KB-1"}, {"output": None}),
    ({"Kebutuhan!H2": 2000}, Need, {"code": "KB-1"}, {"last_year": 2000}),
    ({"Kebutuhan!H2": 2000, "Kebutuhan!D2": None}, Need, {"code": "KB-1"},
     {"last_year": 2000, "output": None}),
    ({"Rencana Aksi!F2": 1800}, ActionItem, {"code": "RA-1"}, {"first_year": 1800}),
    ({"Kegiatan!E2": -1, "Kegiatan!G2": dt.date(2025, 1, 1)}, Activity, {"code": "KG-1"},
     {"volume": -1, "last_day": dt.date(2025, 1, 1)}),
    ({"Kegiatan!M2": None}, Activity, {"code": "KG-1"}, {"origin_code": ""}),
    ({"Anggaran!F2": 2**63}, BudgetLine, {"code": "AG-1"}, {"amount": 2**63}),
    ({"Anggaran!C2": 3000}, BudgetLine, {"code": "AG-1"}, {"year": 3000}),
    ({"Realisasi!D2": 101}, Report, {"quarter": 1}, {"physical": 101}),
    ({"Pemangku!B2": "x" * 201}, Agency, {"code": "DPUPR"}, {"name": "x" * 201}),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "model", "where", "values"), CASES)
def test_same_error(make, cells, model, where, values):
    assert import_workbook(make(sound())).errors == []
    record: Any = model._default_manager.get(**where)
    for name, value in values.items():
        setattr(record, name, value)
    with pytest.raises(ValidationError) as refusal:
        record.full_clean(validate_constraints=False)
    expected = {
        (name, error.code, message)
        for name, errors in refusal.value.error_dict.items()
        for error in errors
        for message in error.messages
    }

    book = sound()
    for cell, value in cells.items():
        put(book, cell, value)
    found = set()
    for error in import_workbook(make(book)).errors:
        sheet, column, _row = locate(f"{error.sheet}!{error.cell}")
        header = sound()[sheet][0][column]
        [name] = [
            declared.field
            for known in SHEETS
            if known.name == sheet
            for declared in known.columns
            if declared.header == header
        ]
        found.add((name, error.code, error.message))

    assert found == expected


def test_place_of_a_line(make):
    """The import fills in beforehand what the model would ask the database for."""
    assert import_workbook(make(sound())).errors == []
    line = BudgetLine.objects.get(code="AG-1")
    line.full_clean()

    line.activity = Activity.objects.get(code="KG-2")

    with pytest.raises(ValidationError) as refusal:
        line.full_clean()
    assert [error.code for error in refusal.value.error_dict["place"]] == ["place"]
