"""Writing everything as a workbook: the sheets as they are declared, read row by row."""

from __future__ import annotations

import datetime as dt
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import XlsxFileError

from exchange.workbook.cells import CELL_LENGTH, Reading, Ref, RefList
from exchange.workbook.checks import chunks
from exchange.workbook.records import read_lists
from exchange.workbook.rows import LAST_ROW, Cell, column_letters
from exchange.workbook.sheets import SHEETS, AnyModel, Column, Sheet
from territory.notation import Gazetteer

CHUNK = 2_000
DATE_FORMAT = "yyyy-mm-dd"

# Called with the name of the sheet and the number of its rows written so far.
Progress = Callable[[str, int], None]


class ExportError(Exception):
    """The workbook cannot be written; the message says why and what to do."""


def write_workbook(path: Path, progress: Progress) -> dict[str, int]:
    """Write all that is stored; the number of records of each sheet. Raises ExportError.

    The file appears under its name only when it is complete; until then everything lies in a
    folder beside it, where there has to be room anyway.
    """
    if path.is_dir():
        message = _("%(path)s is a folder. Name a file in it.")
        raise ExportError(message % {"path": path})
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            complete = Path(folder) / "complete.xlsx"
            with complete.open("wb") as file:
                output = Output(file)
                try:
                    counts = _write(output, folder, progress)
                except BaseException:
                    output.give_up()
                    raise
            complete.replace(path)
    except (OSError, XlsxFileError) as error:
        raise _cannot_write(path, error) from error
    return counts


class Output:
    """A file that takes everything for nothing once it is given up.

    zipfile writes again when it is thrown away, and would print a trace below our sentence.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file: BinaryIO | None = file
        self._position = 0

    def give_up(self) -> None:
        """Nothing that is written from now on matters."""
        self._file = None

    def write(self, data: bytes) -> int:
        """As of a file."""
        if self._file is not None:
            self._file.write(data)
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        self._position = offset if self._file is None else self._file.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        """As of a file."""
        return self._position

    def flush(self) -> None:
        """As of a file."""
        if self._file is not None:
            self._file.flush()

    def seekable(self) -> bool:
        """As of a file."""
        return True


def _write(output: Output, folder: str, progress: Progress) -> dict[str, int]:
    reading = Reading(Gazetteer.load(), {})
    options = {
        "constant_memory": True,  # rows go to disk as they are written
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": folder,
    }
    counts: dict[str, int] = {}
    with xlsxwriter.Workbook(output, options) as workbook:
        formats = {
            "header": workbook.add_format({"bold": True, "bottom": 1}),
            "date": workbook.add_format({"num_format": DATE_FORMAT}),
        }
        for sheet in SHEETS:
            writer = SheetWriter(workbook, sheet, formats)
            for row in _rows(sheet, reading):
                writer.write(row)
                if writer.count % CHUNK == 0:
                    progress(sheet.name, writer.count)
            counts[sheet.name] = writer.count
    return counts


class SheetWriter:
    """Writes one sheet: the header, frozen, and then row after row."""

    def __init__(self, workbook: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
        self.count = 0
        self._sheet = sheet
        self._page = workbook.add_worksheet(sheet.name)
        self._date = formats["date"]
        for index, column in enumerate(sheet.columns):
            self._page.set_column(index, index, column.width)
        self._page.freeze_panes(1, 0)
        for index, column in enumerate(sheet.columns):
            self._page.write_string(0, index, column.header, formats["header"])

    def write(self, cells: list[Cell | None]) -> None:
        """The next row."""
        self.count += 1
        if self.count >= LAST_ROW:
            message = _("%(sheet)s has more than %(limit)s records, more than a sheet can hold.")
            raise ExportError(message % {"sheet": self._sheet.name, "limit": LAST_ROW - 1})
        for index, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                self._write_text(index, cell)
            elif isinstance(cell, dt.date):
                self._page.write_datetime(self.count, index, cell, self._date)
            elif isinstance(cell, int | Decimal):
                self._page.write_number(self.count, index, cell)
            else:
                raise TypeError(f"{cell!r} in {self._sheet.name}")

    def _write_text(self, index: int, text: str) -> None:
        if len(text) > CELL_LENGTH:
            message = _(
                "%(sheet)s!%(cell)s: the text has more than %(limit)s characters, more than a cell"
                " can hold. Shorten it."
            )
            cell = f"{column_letters(index)}{self.count + 1}"
            raise ExportError(
                message % {"sheet": self._sheet.name, "cell": cell, "limit": CELL_LENGTH}
            )
        self._page.write_string(self.count, index, text)


def _rows(sheet: Sheet, reading: Reading) -> Iterator[list[Cell | None]]:
    """The cells of every stored record, in the order of what it is matched by."""
    sources = [_source(sheet, column) for column in sheet.columns]
    plain = [source for source in sources if source]
    order = [_source(sheet, sheet.columns[sheet.positions[name]]) for name in sheet.key]
    records = sheet.model._default_manager.order_by(*order).values_list("pk", *plain)
    codes = {
        column.kind.model: _codes(column.kind.model)
        for column in sheet.columns
        if isinstance(column.kind, RefList)
    }
    for chunk in chunks(records.iterator(chunk_size=CHUNK)):
        lists = {
            column.field: read_lists(sheet, column, [pk for pk, *_values in chunk])
            for column in sheet.columns
            if column.is_list
        }
        for pk, *values in chunk:
            stored = iter(values)
            cells: list[Cell | None] = []
            for column in sheet.columns:
                if not column.is_list:
                    value = next(stored)
                else:
                    value = lists[column.field].get(pk, ())
                    if isinstance(column.kind, RefList):
                        value = sorted(codes[column.kind.model][other] for other in value)
                cells.append(_cell(column, value, reading))
            yield cells


def _cell(column: Column, value: Any, reading: Reading) -> Cell | None:
    if value is None or value == "" or value == ():
        return None
    return column.kind.write(value, reading)


def _source(sheet: Sheet, column: Column) -> str:
    """Where the query finds a column's value; nothing for a list, which has its own query."""
    if column.is_list:
        return ""
    if isinstance(column.kind, Ref):
        return f"{column.field}__code"
    attribute: str = sheet.field(column).attname
    return attribute


def _codes(model: AnyModel) -> dict[int, str]:
    return dict(model._default_manager.values_list("pk", "code"))


def _cannot_write(path: Path, error: BaseException) -> ExportError:
    """One sentence for what the system says, also when the library wraps it."""
    cause = error
    while not isinstance(cause, OSError) and cause.__context__ is not None:
        cause = cause.__context__
    number = cause.errno if isinstance(cause, OSError) else None
    params = {"path": path, "folder": path.parent, "reason": getattr(cause, "strerror", cause)}
    if number in {errno.ENOSPC, errno.EDQUOT}:
        message = _("There is no room left for %(path)s. Make room, or choose another folder.")
    elif number == errno.ENOENT:
        message = _("There is no folder %(folder)s. Make it, or choose another one.")
    elif number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        message = _("%(path)s may not be written. Choose another folder, or have it allowed.")
    else:
        message = _("%(path)s cannot be written: %(reason)s.")
    return ExportError(message % params)
