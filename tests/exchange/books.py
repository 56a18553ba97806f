"""A small sound workbook that touches every sheet, and ways to change one thing in it."""

from __future__ import annotations

import copy
import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
from django.apps import apps

Book = dict[str, list[list[Any]]]

PADANG, BETOK, PELAPIS = "61.11.06.2003", "61.11.06.2002", "61.11.06.2001"
KARIMATA = "61.11.40034"
PLACE = f"{BETOK}@{KARIMATA}"

SOUND: Book = {
    "Pemangku": [
        ["Kode", "Nama", "Jenis", "Induk"],
        ["DPUPR", "Dinas Pekerjaan Umum", "pemda", None],
        ["BPPW", "Balai Prasarana Permukiman", "upt_pusat", "PUPR"],
        ["PUPR", "Kementerian PU", "kementerian", None],
    ],
    "Bidang": [["Kode", "Nama"], ["AIR", "Air bersih"], ["TRP", "Transportasi laut"]],
    "Keluaran": [
        ["Kode", "Nama", "Bidang", "Satuan", "Penunjang"],
        ["AIR-01", "Sambungan air", "AIR", "rumah", "tidak"],
        ["TRP-01", "Dermaga", "TRP", "unit", None],
        ["TRP-09", "Rapat", "TRP", "kali", "ya"],
    ],
    "Kewenangan": [
        ["Pemangku", "Bidang", "Wilayah"],
        ["DPUPR", "AIR", "61.11"],
        ["BPPW", "AIR", None],
    ],
    "Kawasan": [
        ["Kode", "Nama", "Jenis", "Otoritas", "Bidang Terbatas", "Lokasi"],
        ["KW-1", "Cagar alam", "cagar alam", "PUPR", "TRP; AIR", f"@{KARIMATA}"],
    ],
    "Kebutuhan": [
        [
            "Kode",
            "Lokasi",
            "Bidang",
            "Keluaran",
            "Bobot",
            "Target",
            "Tahun Awal",
            "Tahun Akhir",
            "Keterangan",
        ],
        ["KB-1", PLACE, "AIR", "AIR-01", 5, 12.5, 2025, 2027, "Sumur asin"],
        ["KB-2", "#KW-1", "TRP", None, 2, None, 2026, 2026, None],
    ],
    "Rencana Aksi": [
        [
            "Kode",
            "Judul",
            "Pemangku",
            "Keluaran",
            "Lokasi",
            "Tahun Awal",
            "Tahun Akhir",
            "Jumlah Indikatif",
            "Batas Komitmen",
        ],
        [
            "RA-1",
            "Air untuk Karimata",
            "DPUPR",
            "AIR-01",
            BETOK,
            2026,
            2027,
            "Rp 1.250.000,00",
            dt.date(2026, 3, 31),
        ],
    ],
    "Kegiatan": [
        [
            "Kode",
            "Pemangku",
            "Judul",
            "Keluaran",
            "Volume",
            "Mulai",
            "Selesai",
            "Lokasi",
            "Status",
            "Program",
            "Rencana Aksi",
            "Sistem Asal",
            "Kode Asal",
        ],
        [
            "KG-1",
            "DPUPR",
            "Pipa air",
            "AIR-01",
            "12,5",
            dt.date(2026, 1, 5),
            dt.date(2026, 11, 30),
            f"{PLACE}; {PADANG}",
            "terverifikasi",
            None,
            "RA-1",
            "SIPD",
            "77",
        ],
        [
            "KG-2",
            "BPPW",
            "Dermaga",
            "TRP-01",
            1,
            "2026-02-01",
            "2026-10-31",
            None,
            "diajukan",
            None,
            None,
            None,
            None,
        ],
    ],
    "Anggaran": [
        [
            "Kode",
            "Kegiatan",
            "Tahun",
            "Sumber Dana",
            "Tahap",
            "Jumlah",
            "Lokasi",
            "Sistem Asal",
            "Kode Asal",
        ],
        ["AG-1", "KG-1", 2026, "apbd_kab", "dpa", 900_000_000, PLACE, "SIPD", "77/1"],
        ["AG-2", "KG-2", 2026, "apbn", "rka", "300.000.000", None, None, None],
    ],
    "Realisasi": [
        ["Kegiatan", "Tahun", "Triwulan", "Fisik", "Keuangan", "Tanggal", "Status"],
        ["KG-1", 2026, 1, 10, 90_000_000, dt.date(2026, 4, 3), "dikirim"],
        ["KG-1", 2026, 2, "40,5", 300_000_000, dt.date(2026, 7, 3), None],
    ],
    "Persetujuan": [
        ["Nomor", "Kegiatan", "Kawasan", "Berlaku Dari", "Berlaku Sampai"],
        ["SK-1/2026", "KG-1", "KW-1", dt.date(2026, 1, 1), dt.date(2026, 12, 31)],
    ],
    "Komitmen": [
        ["Rencana Aksi", "Pemangku", "Tanggal", "Dokumen", "Nomor Dokumen", "Tanggal Dokumen"],
        ["RA-1", "DPUPR", dt.date(2026, 2, 2), "RKPD", "8/2026", dt.date(2026, 2, 1)],
    ],
}


def sound() -> Book:
    """A copy that may be changed."""
    return copy.deepcopy(SOUND)


def only(*names: str) -> Book:
    """Some of the sheets."""
    return {name: rows for name, rows in sound().items() if name in names}


def changed(cell: str, value: Any) -> Book:
    """The sound book with another value in `Sheet!B2`."""
    book = sound()
    put(book, cell, value)
    return book


def put(book: Book, cell: str, value: Any) -> None:
    """Set the cell `Sheet!B2`."""
    sheet, column, row = locate(cell)
    rows = book[sheet]
    while len(rows) < row:
        rows.append([None] * len(rows[0]))
    line = rows[row - 1]
    line.extend([None] * (column + 1 - len(line)))
    line[column] = value


def without_column(book: Book, sheet: str, header: str) -> Book:
    """The book without a column of a sheet."""
    index = book[sheet][0].index(header)
    for row in book[sheet]:
        del row[index]
    return book


def locate(cell: str) -> tuple[str, int, int]:
    """`Bidang!B2` → ("Bidang", 1, 2)."""
    match = re.fullmatch(r"(.+)!([A-Z])(\d+)", cell)
    assert match is not None, cell
    return match[1], ord(match[2]) - 65, int(match[3])


def save(book: Book, path: Path) -> Path:
    """Write the book."""
    workbook: Any = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in book.items():
        page = workbook.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    page.cell(number, column, value)
    if not book:
        workbook.create_sheet("Lembar1")
    workbook.save(path)
    return path


OURS = ("catalogue", "stakeholders", "planning", "programs", "budgets", "monitoring")


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """All that our tables hold, history and what is to be judged included."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in (*OURS, "convergence", "pghistory")
    ]
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in models
        if model._meta.managed
    }


def facts() -> dict[str, list[dict[str, Any]]]:
    """All records without ids, by codes: what a round trip must leave as it is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            if hasattr(model, "pgh_tracked_model"):
                continue
            relations = [field.name for field in model._meta.concrete_fields if field.is_relation]
            lists = [field.name for field in model._meta.many_to_many]
            records = model._default_manager.select_related(*relations).prefetch_related(*lists)
            found[model._meta.label] = sorted((_fact(record) for record in records), key=repr)
    return found


def _fact(record: Any) -> dict[str, Any]:
    fact: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        value = getattr(record, field.name)
        if field.is_relation:
            value = None if value is None else getattr(value, "code", None) or _fact(value)
        if not field.primary_key and field.name != "version":
            fact[field.name] = value
    for field in record._meta.many_to_many:
        fact[field.name] = sorted(other.code for other in getattr(record, field.name).all())
    return fact
