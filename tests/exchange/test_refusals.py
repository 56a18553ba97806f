"""Every refusal of CONTRACT.md section 3, with the cell that it names; nothing is written then."""

from __future__ import annotations

import datetime as dt

import pytest

from exchange.actions import import_workbook

from .books import (
    BETOK,
    KARIMATA,
    PADANG,
    PELAPIS,
    changed,
    every_row,
    only,
    put,
    sound,
    without_column,
)

pytestmark = pytest.mark.usefixtures("kayong_utara")

# The changed cell, what stands in it, the cell of the error (None: the same), and its code.
CASES = [
    # codes
    ("Bidang!A2", "A R", None, "code"),
    ("Bidang!A2", "x" * 65, None, "code"),
    ("Bidang!A2", "Ä", None, "code"),
    ("Bidang!A2", 1.1, None, "code_number"),
    ("Bidang!A2", dt.date(2026, 1, 1), None, "text"),
    ("Bidang!A3", "AIR", None, "doubled"),
    ("Kegiatan!A3", "KG-1", None, "doubled"),
    ("Kegiatan!A3", None, None, "blank"),
    ("Kegiatan!B2", "NIEMAND", None, "unknown"),
    ("Pemangku!D2", "NIEMAND", None, "unknown"),
    ("Kawasan!E2", "AIR; KES", None, "unknown"),
    ("Kewenangan!C2", "61.12", None, "unknown"),
    ("Kewenangan!C2", "61.11.99", None, "unknown"),
    ("Anggaran!B2", "KG-9", None, "unknown"),
    ("Realisasi!B3", 2026, None, None),
    ("Realisasi!C3", 1, "Realisasi!A3", "doubled"),
    # required cells
    ("Pemangku!B2", None, None, "blank"),
    ("Keluaran!D2", "  ", None, "blank"),
    ("Kegiatan!I2", None, None, "blank"),
    ("Kebutuhan!B2", None, None, "blank"),
    ("Kebutuhan!B2", " ; ", None, "blank"),
    ("Kawasan!F2", None, None, "blank"),
    ("Rencana Aksi!E2", None, None, "blank"),
    ("Rencana Aksi!I2", None, None, "blank"),
    # words
    ("Pemangku!C2", "dinas", None, "word"),
    ("Keluaran!E2", "mungkin", None, "word"),
    ("Keluaran!E2", True, None, "boolean"),
    ("Kegiatan!I2", "verified", None, "word"),
    ("Anggaran!D2", "apbd", None, "word"),
    ("Anggaran!E2", 3, None, "word"),
    ("Realisasi!G2", "batal", None, "word"),
    # places
    ("Kegiatan!H2", "Betok Jaya", None, "malformed"),
    ("Kegiatan!H2", f"{BETOK}@61.11.49999", None, "unknown_island"),
    ("Kegiatan!H2", f"61.11.01.2001@{KARIMATA}", None, "unknown_place"),
    ("Kegiatan!H2", "61.11.99.2001", None, "unknown_area"),
    ("Kegiatan!H2", "#KW-9", None, "unknown_zone"),
    ("Kawasan!F2", "#KW-1", None, "zone_not_allowed"),
    ("Anggaran!G2", BETOK, None, "not_one_place"),
    ("Anggaran!G2", f"{PELAPIS}@61.11.40046", None, "place"),
    ("Anggaran!G3", f"{BETOK}@{KARIMATA}", None, "place"),
    ("Kegiatan!H2", PADANG, "Anggaran!G2", "place"),
    # days and years
    ("Kegiatan!G2", dt.date(2026, 1, 4), None, "days"),
    ("Kegiatan!F2", "5 Januari 2026", None, "day"),
    ("Kegiatan!F2", "2026-02-30", None, "day"),
    ("Kegiatan!F2", 46000, None, "day"),
    ("Kegiatan!F2", dt.datetime(2026, 1, 5, 8, 30), None, "time"),
    ("Kebutuhan!H2", 2024, None, "years"),
    ("Rencana Aksi!G2", 2025, None, "years"),
    ("Anggaran!C2", 26, None, "min_value"),
    ("Anggaran!C2", 2026.5, None, "whole"),
    ("Anggaran!C2", 10**12, None, "max_value"),
    ("Realisasi!C2", 5, None, "max_value"),
    ("Realisasi!C2", 0, None, "min_value"),
    # numbers
    ("Kebutuhan!E2", 6, None, "max_value"),
    ("Kebutuhan!E2", 0, None, "min_value"),
    ("Kebutuhan!E2", 1.5, None, "whole"),
    ("Kebutuhan!F2", 0, None, "target"),
    ("Kebutuhan!F2", "1.250.000", None, "quantity"),
    ("Kegiatan!E2", -1, None, "volume"),
    ("Kegiatan!E2", "banyak", None, "quantity"),
    ("Kegiatan!E2", dt.date(2026, 1, 1), None, "quantity"),
    ("Kegiatan!E2", 10**16, None, "max_whole_digits"),
    ("Anggaran!F2", -1, None, "negative"),
    ("Anggaran!F2", "Rp -1.000", None, "negative"),
    ("Anggaran!F2", 1000.5, None, "fraction"),
    ("Anggaran!F2", "1.000,50", None, "fraction"),
    ("Anggaran!F2", "1,000", None, "amount"),
    ("Anggaran!F2", "1.00", None, "amount"),
    ("Anggaran!F2", "1.0000.000", None, "amount"),
    ("Anggaran!F2", "satu juta", None, "amount"),
    ("Anggaran!F2", str(2**63), None, "max_value"),
    ("Anggaran!F2", None, None, "blank"),
    ("Rencana Aksi!H2", -5, None, "negative"),
    ("Realisasi!D2", 100.5, None, "physical"),
    ("Realisasi!D2", -1, None, "physical"),
    ("Realisasi!E2", -1, None, "negative"),
    # rules between columns and records
    ("Kebutuhan!D2", "TRP-01", None, "sector"),
    ("Kebutuhan!D2", None, "Kebutuhan!F2", "target"),
    ("Keluaran!C2", "TRP", "Kebutuhan!D2", "sector"),
    ("Kegiatan!L2", None, None, "origin"),
    ("Kegiatan!M2", None, None, "origin"),
    ("Pemangku!D2", "DPUPR", None, "parent"),
    # texts
    ("Pemangku!B2", "x" * 201, None, "max_length"),
    ("Keluaran!D2", "x" * 101, None, "max_length"),
    ("Persetujuan!A2", dt.date(2026, 8, 1), None, "text"),
    # formulas and errors of Excel
    ("Anggaran!F2", "=1+1", None, "formula"),
    ("Kegiatan!K2", "=A1", None, "formula"),
    ("Kegiatan!K2", "#REF!", None, "error"),
    ("Kegiatan!K2", "#N/A", None, "error"),
    # headers
    ("Bidang!A1", "Kod", "Bidang!A1", "key_column"),
    ("Bidang!C1", "Nama", None, "doubled_column"),
    ("Kewenangan!B1", "Bidan", "Kewenangan!A1", "key_column"),
]


def errors_of(path):
    return [(f"{error.sheet}!{error.cell}", error.code) for error in import_workbook(path).errors]


@pytest.mark.parametrize(("cell", "value", "expected", "code"), CASES)
def test_refusal(make, cell, value, expected, code):
    book = changed(cell, value)

    errors = errors_of(make(book))

    if code is None:  # a control: what the other cases change is sound as it is
        assert errors == []
    elif cell[-2] == "A" or code == "key_column":
        # Rows of other sheets that refer to a record by its code miss it then.
        assert (expected or cell, code) in errors
    else:
        assert errors == [(expected or cell, code)]


def test_control_character(make):
    # openpyxl will not write one; Excel writes it escaped.
    assert errors_of(make(changed("Bidang!B2", "Air_x0007_"))) == [("Bidang!B2", "control")]


def test_an_error_is_one_line(make, english):
    [error] = import_workbook(make(changed("Kegiatan!H2", "Betok\n\tJaya"))).errors

    assert str(error).startswith("Kegiatan!H2: “Betok Jaya” is not a place.")


def test_every_error_is_listed_and_nothing_is_written(make):
    path = make(sound())
    assert import_workbook(path).errors == []
    before = every_row()
    book = sound()
    put(book, "Kegiatan!B2", "NIEMAND")
    put(book, "Kegiatan!G2", dt.date(2025, 1, 1))
    put(book, "Kegiatan!L2", None)
    put(book, "Kebutuhan!E2", 9)
    put(book, "Kebutuhan!D3", "NICHTS")
    put(book, "Bidang!B3", "Transportasi")
    put(book, "Realisasi!D3", 400)

    report = import_workbook(make(book))

    assert [(f"{error.sheet}!{error.cell}", error.code) for error in report.errors] == [
        ("Kebutuhan!E2", "max_value"),
        ("Kebutuhan!D3", "unknown"),
        ("Kegiatan!B2", "unknown"),
        ("Kegiatan!G2", "days"),
        ("Kegiatan!L2", "origin"),
        ("Realisasi!D3", "physical"),
    ]
    assert report.sheets == {}
    assert every_row() == before


def test_doubled_rows_name_both(make, english):
    book = sound()
    book["Kegiatan"].append(list(book["Kegiatan"][1]))

    [error] = import_workbook(make(book)).errors

    assert str(error) == ("Kegiatan!A4: The same Kode as in row 2. A record may stand once.")


def test_rows_of_a_refused_record_are_not_blamed(make):
    book = changed("Kegiatan!E2", "banyak")  # KG-1, to which lines and reports refer
    put(book, "Kawasan!D2", "NIEMAND")  # KW-1, of which a need names the places

    assert errors_of(make(book)) == [("Kawasan!D2", "unknown"), ("Kegiatan!E2", "quantity")]


@pytest.mark.parametrize("stored", [False, True])
def test_agencies_above_each_other(make, stored):
    book = sound()
    if stored:
        import_workbook(make(book))
        put(book, "Pemangku!D4", "BPPW")
        book["Pemangku"] = [book["Pemangku"][0], book["Pemangku"][3]]
        assert errors_of(make(book)) == [("Pemangku!D2", "cycle")]
    else:
        put(book, "Pemangku!D4", "BPPW")
        assert errors_of(make(book)) == [("Pemangku!D3", "cycle"), ("Pemangku!D4", "cycle")]


def test_origin_belongs_to_one_record(make):
    book = sound()
    put(book, "Anggaran!H3", "SIPD")
    put(book, "Anggaran!I3", "77/1")
    assert errors_of(make(book)) == [("Anggaran!I3", "origin_doubled")]

    import_workbook(make(sound()))
    del book["Anggaran"][1]
    assert errors_of(make(book)) == [("Anggaran!I2", "origin_stored")]


def test_stored_line_keeps_its_place(make):
    import_workbook(make(sound()))
    book = changed("Kegiatan!H2", PADANG)
    del book["Anggaran"]

    assert errors_of(make(book)) == [("Kegiatan!H2", "line_place")]


def test_a_line_may_move_with_its_activity(make):
    import_workbook(make(sound()))
    book = changed("Kegiatan!H2", PADANG)
    put(book, "Anggaran!G2", None)

    assert errors_of(make(book)) == []


def test_stored_need_keeps_its_sector(make):
    import_workbook(make(sound()))
    book = changed("Keluaran!C2", "TRP")

    assert errors_of(make({"Keluaran": book["Keluaran"]})) == [("Keluaran!C2", "need_sector")]


def test_outside_the_managed_area(make):
    from territory.actions import set_managed

    set_managed([BETOK])

    report = import_workbook(make(changed("Kegiatan!H2", PADANG)))

    assert ("Kegiatan!H2", "outside") in {
        (f"{error.sheet}!{error.cell}", error.code) for error in report.errors
    }


def test_missing_column_that_a_new_record_needs(make):
    book = without_column(sound(), "Kegiatan", "Judul")
    assert errors_of(make(book)) == [("Kegiatan!A1", "missing_column")]

    assert import_workbook(make(sound())).errors == []
    assert errors_of(make(book)) == []
    book["Kegiatan"].append(["KG-3", *book["Kegiatan"][2][1:]])
    assert errors_of(make(book)) == [("Kegiatan!A1", "missing_column")]


def test_headers_below_row_1(make):
    book = only("Bidang")
    book["Bidang"].insert(0, [None, None])
    book["Bidang"].insert(0, ["Daftar Bidang", None])

    assert errors_of(make(book)) == [("Bidang!A1", "key_column")]


def test_two_sheets_of_one_name(make):
    book = only("Bidang") | {" BIDANG": [["Kode", "Nama"], ["KES", "Kesehatan"]]}

    assert errors_of(make(book)) == [("Bidang!A1", "doubled_sheet")] or errors_of(make(book)) == [
        (" BIDANG!A1", "doubled_sheet")
    ]


WARNINGS = [
    ("Anggaran!C2", 2027, "inactive_year"),
    ("Realisasi!D3", 5, "falling_progress"),
    ("Persetujuan!E2", dt.date(2025, 12, 31), "empty_clearance"),
]


@pytest.mark.parametrize(("cell", "value", "code"), WARNINGS)
def test_warning(make, cell, value, code):
    report = import_workbook(make(changed(cell, value)))

    assert report.errors == []
    assert [(f"{warning.sheet}!{warning.cell}", warning.code) for warning in report.warnings] == [
        (cell, code)
    ]


def test_progress_falls_below_what_is_stored(make):
    import_workbook(make(sound()))
    book = changed("Realisasi!C2", 3)
    del book["Realisasi"][2]

    [warning] = import_workbook(make(book)).warnings

    assert (warning.cell, warning.code) == ("D2", "falling_progress")
