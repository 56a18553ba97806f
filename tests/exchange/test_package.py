"""Files that are no workbooks, or not any more."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from exchange.actions import import_workbook
from exchange.workbook import package

from .books import every_row, only, sound

pytestmark = pytest.mark.django_db

SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK_XML = "xl/workbook.xml"


def code_of(path: Path) -> str:
    """The one error that is about the file."""
    report = import_workbook(path)
    [error] = report.errors
    assert (error.sheet, error.cell) == ("", "")
    assert "Traceback" not in error.message
    return error.code


def rewrite(path: Path, **parts: bytes | None) -> Path:
    """The workbook with other contents in some parts; None removes one."""
    target = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = parts.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name] or b"")
    return target


def test_no_such_file(tmp_path):
    assert code_of(tmp_path / "missing.xlsx") == "not_found"


def test_a_folder(tmp_path):
    assert code_of(tmp_path) == "unreadable"


@pytest.mark.parametrize("content", [b"", b"Kode;Nama\n", b"PK\x03\x04 and then nothing"])
def test_no_workbook(tmp_path, content):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)

    assert code_of(path) == "not_a_workbook"


def test_a_zip_of_something_else(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    assert code_of(path) == "not_a_workbook"


def test_a_text_document(make):
    path = rewrite(make(only("Bidang")), **{WORKBOOK_XML: b"<document/>"})

    assert code_of(path) == "not_a_workbook"


def test_encrypted_and_old(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(package.OLE_MAGIC + bytes(70_000) + package.ENCRYPTED_MARK + bytes(100))
    assert code_of(path) == "encrypted"
    path.write_bytes(package.OLE_MAGIC + bytes(70_000))
    assert code_of(path) == "old_format"


def test_zip_with_a_password(make):
    path = make(only("Bidang"))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
        offsets = [info.header_offset for info in archive.infolist()]
    for offset in offsets:
        content[offset + 6] |= 1
    position = start
    while content[position : position + 4] == b"PK\x01\x02":
        content[position + 8] |= 1
        lengths = content[position + 28 : position + 34]
        position += 46 + sum(lengths[i] + 256 * lengths[i + 1] for i in (0, 2, 4))
    path.write_bytes(content)

    assert code_of(path) == "encrypted"


def test_cut_off(make):
    path = make(sound())
    path.write_bytes(path.read_bytes()[:-2000])

    assert code_of(path) in {"not_a_workbook", "damaged"}


@pytest.mark.parametrize(
    "content",
    [
        b"<worksheet",
        b"",
        b"\xff\xfe\x00",
        b'<worksheet><sheetData><row r="1"><c r="1A"><v>1</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="0"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData>'
        b"</worksheet>",
        b'<worksheet><sheetData><row r="1"><c r="A1" t="x"><v>1</v></c></row></sheetData>'
        b"</worksheet>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet/>',
    ],
)
def test_damaged_sheet(make, content):
    assert code_of(rewrite(make(only("Bidang")), **{SHEET: content})) == "damaged"


def test_missing_part(make):
    assert code_of(rewrite(make(only("Bidang")), **{SHEET: None})) == "damaged"


def test_unpacks_to_too_much(make):
    path = rewrite(make(only("Bidang")), **{"xl/media/image1.png": bytes(200_000_001)})
    assert path.stat().st_size < 1_000_000

    assert code_of(path) == "too_large"


def test_unpacks_to_more_than_its_directory_says(make, monkeypatch):
    path = make(sound())
    content = b"<worksheet>" + b" " * 300_000 + b"</worksheet>"
    path = rewrite(path, **{SHEET: content})
    lying = path.read_bytes().replace(
        len(content).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    )
    path.write_bytes(lying)
    assert code_of(path) == "damaged"  # the checksum is not that of the first 1,000 bytes

    monkeypatch.setattr(package, "MAX_UNPACKED", 5_000)
    path = make(sound())
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda _self: [])
    assert code_of(path) == "too_large"


def test_random_damage_is_always_a_sentence(make):
    whole = make(sound()).read_bytes()
    before = every_row()
    chance = random.Random(7)
    path = make({}, "damaged.xlsx")
    for _attempt in range(150):
        content = bytearray(whole)
        for _byte in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        report = import_workbook(path, dry_run=True)
        assert report.errors
    assert every_row() == before
