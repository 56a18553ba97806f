"""A sheet's rows, one by one, whatever its size: cells as Python values, odd ones named as such."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exchange.workbook.package import (
    SHARED_STRINGS,
    STYLES,
    Attributes,
    Package,
    SheetPart,
    local,
    make_parser,
    unescape,
)

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
DIGITS = "0123456789"
# Formats that every workbook has without naming them (ECMA-376 part 1, 18.8.30); those from 27
# on are East Asian dates.
BUILTIN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
BUILTIN_PERCENT = frozenset([9, 10])
# What stands in a format but is no part of it: quoted text, escapes, colours and conditions
# ([h] is a duration, and stays).
FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
EXCEL_DIGITS = 15  # as many significant digits as Excel keeps and shows


class Format(Enum):
    """What a cell's number format makes of its number."""

    PLAIN = "plain"
    DATE = "date"
    PERCENT = "percent"


class Odd(NamedTuple):
    """A cell that is no value of any kind: `code` says what, `text` shows it.

    Codes: `formula` (its value is missing), `error` (`#REF!` and the like), `boolean`,
    `percent` (shown as a percentage, so 0.5 means 50 %), `number`, `date` (not readable as such).
    """

    code: str
    text: str


ODD_MESSAGES = {
    "formula": _(
        "The cell holds a formula whose value is missing. Open the file in Excel, save it again,"
        " or enter the value itself."
    ),
    "error": _("The cell shows the error %(text)s. Enter the value itself."),
    "boolean": _("The cell holds the logical value %(text)s. Enter a text or a number."),
    "percent": _(
        "The cell is formatted as a percentage. Give it a number format and enter 50 for 50 %%."
    ),
    "number": _("“%(text)s” is not a number that can be read. Enter it again."),
    "date": _("“%(text)s” is not a date that can be read. Enter it as YYYY-MM-DD."),
}

# A whole number is an int, another one a Decimal; a date without a time of day is a date.
Cell = str | int | Decimal | dt.date | dt.datetime | Odd


class Merge(NamedTuple):
    """Merged cells: as they are written (`A2:B5`), and their corners."""

    reference: str
    left: int
    top: int
    right: int
    bottom: int


class Row(NamedTuple):
    """A row that has cells: its number in the sheet, and the cells by column (0 = A)."""

    number: int
    cells: dict[int, Cell]


class Workbook(Package):
    """An open workbook whose sheets can be streamed."""

    def rows(self, sheet: SheetPart) -> SheetRows:
        """The rows of one of `sheets`."""
        return SheetRows(self, sheet)

    @cached_property
    def strings(self) -> list[str]:
        """The texts that cells refer to by number, without the reading aids of Japanese ones."""
        found: list[str] = []
        pieces: list[str] = []
        state = {"aid": False, "text": False}

        def start(name: str, _attributes: Attributes) -> None:
            if name == "si":
                pieces.clear()
            elif name == "rPh":
                state["aid"] = True
            elif name == "t":
                state["text"] = not state["aid"]

        def end(name: str) -> None:
            if name == "si":
                found.append(unescape("".join(pieces)))
            elif name == "rPh":
                state["aid"] = False
            elif name == "t":
                state["text"] = False

        def text(data: str) -> None:
            if state["text"]:
                pieces.append(data)

        part = self.part_of_kind(SHARED_STRINGS)
        if part is not None:
            self.parse(part, start, end, text)
        return found

    @cached_property
    def formats(self) -> list[Format]:
        """What each cell style's number format is."""
        custom: dict[str, Format] = {}
        found: list[Format] = []
        inside: list[str] = []

        def start(name: str, attributes: Attributes) -> None:
            inside.append(name)
            if name == "numFmt" and "numFmts" in inside:
                custom[attributes["numFmtId"]] = read_format(attributes["formatCode"])
            elif name == "xf" and "cellXfs" in inside:
                id = attributes.get("numFmtId", "0")
                found.append(custom.get(id) or _builtin(int(id)))

        def end(_name: str) -> None:
            inside.pop()

        part = self.part_of_kind(STYLES)
        if part is not None:
            self.parse(part, start, end)
        return found


class SheetRows:
    """Iterate once: yields every Row; `merges` is complete when the last row has been read."""

    def __init__(self, workbook: Workbook, sheet: SheetPart) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self.merges: list[Merge] = []

    def __iter__(self) -> Iterator[Row]:
        with self._workbook.reading(self._sheet.part):
            yield from self._stream()

    def _stream(self) -> Iterator[Row]:
        """One function with its state in local names: this is run for every cell of the file."""
        parser = make_parser()
        merges = self.merges
        strings, formats = self._workbook.strings, self._workbook.formats
        to_value = _Numbers(formats, self._workbook.date1904).read
        columns: dict[str, int] = {}
        done: list[Row] = []
        buffer: list[str] = []
        cells: dict[int, Cell] = {}
        number = 0
        column = -1
        kind = style = ""
        has_value = has_formula = in_aid = False
        tags: dict[str, str] = {}

        def start(name: str, attributes: Attributes) -> None:
            nonlocal cells, number, column, kind, style, has_value, has_formula, in_aid
            tag = tags.get(name)
            if tag is None:
                tag = tags[name] = local(name)
            if tag == "c":
                reference = attributes.get("r")
                if reference is None:
                    column += 1
                else:
                    letters = reference.rstrip(DIGITS)
                    found = columns.get(letters)
                    if found is None:
                        found = columns[letters] = column_number(letters)
                    column = found
                kind = attributes.get("t", "n")
                style = attributes.get("s", "")
                has_value = has_formula = False
                buffer.clear()
            elif tag == "v" or tag == "t":
                has_value = True
                if not in_aid:
                    parser.CharacterDataHandler = buffer.append
            elif tag == "row":
                number = int(attributes["r"]) if "r" in attributes else number + 1
                if not 1 <= number <= LAST_ROW:
                    raise ValueError(f"row {number}")
                column = -1
                cells = {}
            elif tag == "f":
                has_formula = True
            elif tag == "rPh":
                in_aid = True
            elif tag == "mergeCell":
                merges.append(read_merge(attributes["ref"]))

        def end(name: str) -> None:
            nonlocal in_aid
            tag = tags[name]
            if tag == "v" or tag == "t":
                parser.CharacterDataHandler = None
            elif tag == "c":
                if not has_value:
                    if has_formula:
                        cells[column] = Odd("formula", "")
                    return
                text = "".join(buffer)
                if kind == "s":
                    cells[column] = strings[int(text)]
                elif kind == "n":
                    if text:
                        cells[column] = to_value(text, style)
                    elif has_formula:
                        cells[column] = Odd("formula", "")
                elif kind == "str" or kind == "inlineStr":
                    cells[column] = unescape(text)
                elif kind == "e":
                    cells[column] = Odd("error", text)
                elif kind == "b":
                    cells[column] = Odd("boolean", "TRUE" if text == "1" else "FALSE")
                elif kind == "d":
                    cells[column] = read_iso(text)
                else:
                    raise ValueError(f"cell type {kind}")
            elif tag == "row":
                if cells:
                    done.append(Row(number, cells))
            elif tag == "rPh":
                in_aid = False

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        for chunk in self._workbook.chunks(self._sheet.part):
            parser.Parse(chunk, False)
            yield from done
            done.clear()
        parser.Parse(b"", True)
        yield from done


class _Numbers:
    """Reads the text of numeric cells: the number as Excel shows it, or the date that it means."""

    def __init__(self, formats: list[Format], date1904: bool) -> None:
        self._formats = {str(index): format for index, format in enumerate(formats)}
        self._date1904 = date1904
        self._dates: dict[str, Cell] = {}

    def read(self, text: str, style: str) -> Cell:
        """The cell; a number of digits alone is taken exactly, however long it is."""
        format = self._formats.get(style, Format.PLAIN)
        if format is Format.PLAIN:
            if text.isdecimal() and text.isascii():
                return int(text)
            return self._number(text)
        if format is Format.PERCENT:
            return Odd("percent", text)
        found = self._dates.get(text)
        if found is None:
            found = self._dates[text] = self._date(text)
        return found

    def _number(self, text: str) -> Cell:
        try:
            # 0.30000000000000004 is what a computer makes of 0.1 + 0.2; Excel shows 0.3.
            number = Decimal(f"{float(text):.{EXCEL_DIGITS}g}")
        except ValueError:
            return Odd("number", text)
        if not number.is_finite():
            return Odd("number", text)
        return int(number) if number == number.to_integral_value() else number

    def _date(self, text: str) -> Cell:
        try:
            serial = float(text)
            days, seconds = divmod(round(serial * 86400), 86400)
            return _at(self._day(days), seconds)
        except (ValueError, OverflowError):
            return Odd("date", text)

    def _day(self, days: int) -> dt.date:
        if self._date1904:
            return dt.date(1904, 1, 1) + dt.timedelta(days)
        # Excel believes that 1900 was a leap year: number 60 is its 29 February.
        if days < 1 or days == 60:
            raise ValueError(days)
        return dt.date(1899, 12, 31 if days < 60 else 30) + dt.timedelta(days)


def _at(day: dt.date, seconds: int) -> dt.date | dt.datetime:
    if not seconds:
        return day
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)


def read_iso(text: str) -> Cell:
    """A cell that holds its date as text (`t="d"`)."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return Odd("date", text)
    return moment.date() if moment.time() == dt.time() else moment


def read_format(code: str) -> Format:
    """What a number format shows: `dd mmmm yyyy` a date, `0 %` a percentage."""
    bare = FORMAT_NOISE.sub("", code)
    if bare.lower().startswith("general"):
        return Format.PLAIN
    if DATE_LETTERS.search(bare):
        return Format.DATE
    return Format.PERCENT if "%" in bare else Format.PLAIN


def _builtin(id: int) -> Format:
    if id in BUILTIN_DATES:
        return Format.DATE
    return Format.PERCENT if id in BUILTIN_PERCENT else Format.PLAIN


def column_number(letters: str) -> int:
    """`A` → 0, `AB` → 27. ValueError for what is no column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"cell {letters}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError(f"cell {letters}")
    return number - 1


def read_merge(reference: str) -> Merge:
    """`B2:C5` → its corners (columns from 0, rows from 1). ValueError for what is no such thing."""
    first, _colon, last = reference.partition(":")
    return Merge(reference, *_read_reference(first), *_read_reference(last or first))


def _read_reference(reference: str) -> tuple[int, int]:
    letters = reference.rstrip(DIGITS)
    return column_number(letters), int(reference[len(letters) :])


def column_letters(number: int) -> str:
    """0 → `A`, 27 → `AB`."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
