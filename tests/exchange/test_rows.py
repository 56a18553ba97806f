"""Cells as they come out of a file, against a spreadsheet library and against odd files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from exchange.workbook.rows import (
    Format,
    Odd,
    Workbook,
    column_letters,
    column_number,
    read_format,
)


def cells_of(path):
    """Every cell of the first sheet by its name."""
    with Workbook(path) as workbook:
        rows = workbook.rows(workbook.sheets[0])
        return {
            f"{column_letters(column)}{row.number}": cell
            for row in rows
            for column, cell in row.cells.items()
        }


def written(tmp_path, write, **options):
    """A workbook of one sheet, written by XlsxWriter."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path), options) as workbook:
        write(workbook, workbook.add_worksheet())
    return path


@pytest.mark.parametrize("constant_memory", [False, True])
def test_kinds_of_cells(tmp_path, constant_memory):
    def write(workbook, page):
        date = workbook.add_format({"num_format": "dd mmmm yyyy"})
        page.write_row(0, 0, ["teks", 12, 0.1 + 0.2, 1e15, -3.5])
        page.write_datetime(1, 0, dt.datetime(2026, 1, 5), date)
        page.write_datetime(1, 1, dt.datetime(2026, 1, 5, 12, 30), date)
        page.write_number(1, 2, 0.5, workbook.add_format({"num_format": "0 %"}))
        page.write_boolean(1, 3, True)
        page.write_string(1, 4, "_x0041_ \x07 a\nb")

    assert cells_of(written(tmp_path, write, constant_memory=constant_memory)) == {
        "A1": "teks", "B1": 12, "C1": Decimal("0.3"), "D1": 10**15, "E1": Decimal("-3.5"),
        "A2": dt.date(2026, 1, 5), "B2": dt.datetime(2026, 1, 5, 12, 30),
        "C2": Odd("percent", "0.5"), "D2": Odd("boolean", "TRUE"), "E2": "_x0041_ \x07 a\nb",
    }  # fmt: skip


def test_formulas(tmp_path):
    def write(_workbook, page):
        page.write_formula(0, 0, "=1+1", None, 2)
        page.write_formula(0, 1, '="a"', None, "a")
        page.write_formula(0, 2, '=""', None, "")

    cells = cells_of(written(tmp_path, write))
    assert (cells["A1"], cells["B1"]) == (2, "a")

    book: Any = openpyxl.Workbook()
    book.active.append(["=1+1", "=#REF!", "#REF!"])
    book.save(tmp_path / "open.xlsx")
    assert cells_of(tmp_path / "open.xlsx") == {
        "A1": Odd("formula", ""), "B1": Odd("formula", ""), "C1": Odd("error", "#REF!"),
    }  # fmt: skip


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path):
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Kode"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "far.xlsx")

    assert cells_of(tmp_path / "far.xlsx") == {"A1": "Kode", "XFD1048576": 1}


def test_dates_of_1904_and_of_1900(tmp_path):
    def write(workbook, page):
        page.write_datetime(
            0, 0, dt.datetime(2026, 1, 5), workbook.add_format({"num_format": "d/m/yy"})
        )

    path = written(tmp_path, write, date_1904=True)
    assert cells_of(path)["A1"] == dt.date(2026, 1, 5)

    def write_early(workbook, page):
        date = workbook.add_format({"num_format": 14})
        for row, serial in enumerate([1, 59, 60, 61, -1, 10**9]):
            page.write_number(row, 0, serial, date)

    cells = cells_of(written(tmp_path, write_early))
    assert list(cells.values()) == [
        dt.date(1900, 1, 1),
        dt.date(1900, 2, 28),
        Odd("date", "60"),
        dt.date(1900, 3, 1),
        Odd("date", "-1"),
        Odd("date", "1000000000"),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", Format.PLAIN),
        ("#,##0.00", Format.PLAIN),
        ('"Rp"#,##0', Format.PLAIN),
        ("[$Rp-421] #,##0;[Red]-#,##0", Format.PLAIN),
        ('0 "hari"', Format.PLAIN),
        ("_-* #,##0_-;-* #,##0_-", Format.PLAIN),
        ("0.00E+00", Format.PLAIN),
        ("@", Format.PLAIN),
        ("yyyy-mm-dd", Format.DATE),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Format.DATE),
        ("[h]:mm", Format.DATE),
        ("0%", Format.PERCENT),
        ("0.0 %", Format.PERCENT),
    ],
)
def test_formats(code, expected):
    assert read_format(code) is expected


@given(st.integers(0, 16_383))
def test_columns(number):
    assert column_number(column_letters(number)) == number


def test_same_as_a_spreadsheet_library(example, procurement):
    """Cell for cell what python-calamine sees, in files that it can read."""
    for path in (example, procurement):
        calamine = python_calamine.CalamineWorkbook.from_path(path)
        with Workbook(path) as workbook:
            assert [sheet.name for sheet in workbook.sheets] == calamine.sheet_names
            for sheet in workbook.sheets:
                expected = calamine.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                found = {row.number: row.cells for row in workbook.rows(sheet)}
                for number, line in enumerate(expected, 1):
                    cells = found.get(number, {})
                    values = [cells.get(index, "") for index in range(len(line))]
                    assert [float(v) if isinstance(v, Decimal) else v for v in values] == line


STRICT = b"""<?xml version="1.0"?>
<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>
 <x:row><x:c t="inlineStr"><x:is><x:r><x:t>Ko</x:t></x:r><x:r><x:t>de</x:t></x:r>
 <x:rPh sb="0" eb="1"><x:t>nothing</x:t></x:rPh></x:is></x:c><x:c r="C1"><x:v>7</x:v></x:c>
 <x:c t="d"><x:v>2026-01-05T00:00:00</x:v></x:c><x:c t="d"><x:v>soon</x:v></x:c></x:row>
 <x:row><x:c><x:v>1.5</x:v></x:c><x:c><x:v>abc</x:v></x:c><x:c><x:v>1e999</x:v></x:c></x:row>
</x:sheetData><x:mergeCells><x:mergeCell ref="A2:B3"/></x:mergeCells></x:worksheet>"""


def test_strict_format_with_prefixes_and_without_references(make):
    from .test_package import SHEET, rewrite

    path = rewrite(make({"Bidang": [["x"]]}), **{SHEET: STRICT})

    assert cells_of(path) == {
        "A1": "Kode", "C1": 7, "D1": dt.date(2026, 1, 5), "E1": Odd("date", "soon"),
        "A2": Decimal("1.5"), "B2": Odd("number", "abc"), "C2": Odd("number", "1e999"),
    }  # fmt: skip


@pytest.mark.django_db
def test_merged_cells_are_refused(tmp_path):
    from exchange.actions import import_workbook

    book: Any = openpyxl.Workbook()
    page = book.active
    page.title = "Bidang"
    for row in (["Kode", "Nama"], ["A", "Sama"], ["B", None]):
        page.append(row)
    page.merge_cells("B2:B3")
    book.save(tmp_path / "merged.xlsx")

    errors = import_workbook(tmp_path / "merged.xlsx").errors

    assert [(error.cell, error.code) for error in errors] == [("B2", "merged"), ("B3", "blank")]
