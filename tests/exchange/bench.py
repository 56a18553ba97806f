"""How fast a large workbook is imported, and with how much memory.

    python -m tests.exchange.bench [ROWS]

Works on the database of DATABASE_URL with the areas of Kayong Utara loaded, in a transaction that
is taken back. Prints rows a second and the peak of memory; asserts nothing.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import django
import xlsxwriter

PLACES = ("61.11.06.2002@61.11.40034", "61.11.06.2001", "@61.11.40034; 61.11.01.2001", "61.11.06")


def make_workbook(path: Path, rows: int) -> int:
    """A workbook of about so many rows: activities, each with five lines, two reports."""
    activities = rows // 8
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})

        def sheet(name, headers, lines):
            page = workbook.add_worksheet(name)
            page.write_row(0, 0, headers)
            for number, line in enumerate(lines, 1):
                for column, value in enumerate(line):
                    if isinstance(value, float):  # a day
                        page.write_number(number, column, value, date)
                    else:
                        page.write(number, column, value)

        codes = [f"BENCH-{number:06}" for number in range(activities)]
        sheet("Pemangku", ["Kode", "Nama", "Jenis"], [["BENCH", "Dinas", "pemda"]])
        sheet("Bidang", ["Kode", "Nama"], [["BENCH", "Bidang"]])
        sheet(
            "Keluaran", ["Kode", "Nama", "Bidang", "Satuan"], [["BENCH", "Hasil", "BENCH", "unit"]]
        )
        sheet(
            "Kegiatan",
            [
                *"Kode Pemangku Judul Keluaran Volume Mulai Selesai Lokasi Status".split(),
                "Sistem Asal",
                "Kode Asal",
            ],
            (
                [
                    code,
                    "BENCH",
                    f"Pembangunan dermaga tahap {number}",
                    "BENCH",
                    12,
                    46023.0,
                    46387.0,
                    PLACES[number % len(PLACES)],
                    "terverifikasi",
                    "SIPD",
                    code,
                ]
                for number, code in enumerate(codes)
            ),
        )
        sheet(
            "Anggaran",
            [
                "Kode",
                "Kegiatan",
                "Tahun",
                "Sumber Dana",
                "Tahap",
                "Jumlah",
                "Sistem Asal",
                "Kode Asal",
            ],
            (
                [
                    f"{code}-{line}",
                    code,
                    2026,
                    "apbd_kab",
                    "dpa",
                    1000000 + number,
                    "SIPD",
                    f"{code}-{line}",
                ]
                for number, code in enumerate(codes)
                for line in range(5)
            ),
        )
        sheet(
            "Realisasi",
            ["Kegiatan", "Tahun", "Triwulan", "Fisik", "Keuangan", "Tanggal"],
            (
                [code, 2026, quarter, quarter * 25, 250_000 * quarter, 46113.0 + quarter]
                for code in codes
                for quarter in (1, 2)
            ),
        )
    return activities * 8 + 3


def main() -> None:
    """Make, check, write, check again; a line of figures each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=20_000)
    wanted = parser.parse_args().rows
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kerapu.settings")
    django.setup()
    from django.db import transaction

    from exchange.actions import import_workbook

    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / "bench.xlsx"
        rows = make_workbook(path, wanted)
        for name, dry_run in (("checked", True), ("written", False), ("unchanged", True)):
            wall, cpu = time.monotonic(), time.process_time()
            report = import_workbook(path, dry_run=dry_run)
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{rows} rows {name}: {wall:.1f} s ({rows / wall:.0f} rows/s; {cpu:.1f} s CPU"
                f"), peak {peak} MB, {report.changes} changes,"
                f" {len(report.errors)} errors, {len(report.warnings)} warnings"
            )
            for error in report.errors[:5]:
                print(error)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
