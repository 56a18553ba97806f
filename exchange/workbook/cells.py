"""The kinds of cells: what a person may write in them, and how the export writes them.

A kind only translates between a cell and a Python value. What a value may be is the model field's
rule (`field.clean`), and stays there.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from core.fields import validate_code
from exchange.workbook.rows import EXCEL_DIGITS, ODD_MESSAGES, Cell, Odd
from programs.fields import (
    AMOUNT,
    DAY,
    FRACTION_AMOUNT,
    NEGATIVE_AMOUNT,
    NOT_AMOUNT,
    NOT_QUANTITY,
    QUANTITY,
)
from territory.notation import INVISIBLE, SEPARATOR, Gazetteer, parse_place, parse_places
from territory.notation import format_places as format_place_list

CELL_LENGTH = 32_767  # characters that a cell of Excel can hold
# What no text has; line breaks and tabs within a title do occur.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# Dates that Excel itself can show; others are written as text.
EXCEL_FIRST_DAY = dt.date(1900, 3, 1)

NOT_TEXT = _("The cell holds the date %(cell)s. Format the cell as text and enter the text again.")
CODE_NUMBER = _(
    "The code stands as a number (%(cell)s), so it may have lost digits. Format the cell as text"
    " and enter the code again."
)
TOO_LONG = _("The text has more than %(limit)s characters. Shorten it.")
CONTROL_CHARACTER = _("The text contains a control character. Enter it again without copying.")
NOT_WHOLE = _("“%(cell)s” is not a whole number.")
NOT_DAY = _("“%(cell)s” is not a date. Enter an Excel date, or YYYY-MM-DD.")
TIME_OF_DAY = _("“%(cell)s” has a time of day. Enter the date alone.")
NOT_WORD = _("“%(cell)s” is not known here. Choose one of: %(words)s.")


@dataclass(frozen=True)
class Reading:
    """What cells are read and written with: the places, and the zones with theirs by code."""

    gazetteer: Gazetteer
    zones: Mapping[str, Sequence[int]]


def refuse(code: str, message: StrPromise, **params: object) -> NoReturn:
    """The cell is refused; message and parameters as in ValidationError."""
    raise ValidationError(message, code, params)


def check_odd(cell: Cell) -> None:
    """Refuse what is no value of any kind: `#REF!`, a formula without its value, TRUE."""
    if isinstance(cell, Odd):
        refuse(cell.code, ODD_MESSAGES[cell.code], text=cell.text)


def is_blank(cell: Cell) -> bool:
    """Whether a cell counts as empty: blanks, seen and unseen."""
    return isinstance(cell, str) and not tidy(cell)


def tidy(text: str) -> str:
    """Without the blanks around it, and without those that people copy unseen."""
    return text.strip() if text.isascii() else INVISIBLE.sub("", text).strip()


def plain(number: int | Decimal) -> str:
    """A number as text, without exponent: Decimal('1E+2') is `100`."""
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def show(cell: Cell) -> str:
    """The cell in a message, shortened."""
    if isinstance(cell, int | Decimal):
        return plain(cell)
    text = str(cell)
    return text if len(text) <= 60 else f"{text[:60]}…"


class Kind(ABC):
    """How a cell becomes a value and a value a cell. Cells that are empty never get here."""

    @abstractmethod
    def read(self, cell: Cell, reading: Reading) -> Any:
        """The value. Raises ValidationError."""

    def write(self, value: Any, reading: Reading) -> Cell:
        """The cell that `read` reads as this value."""
        cell: Cell = value
        return cell


class Text(Kind):
    """Any text; numbers in it are taken as they are shown."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, dt.date):
            refuse("text", NOT_TEXT, cell=cell)
        if isinstance(cell, int | Decimal):
            return plain(cell)
        text = str(cell).strip()
        if len(text) > CELL_LENGTH:
            refuse("max_length", TOO_LONG, limit=CELL_LENGTH)
        if CONTROL.search(text):
            refuse("control", CONTROL_CHARACTER)
        return text


class Code(Kind):
    """A record's code. A number with decimals is refused: 1.1 may have been 1.10."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, dt.date):
            refuse("text", NOT_TEXT, cell=cell)
        if isinstance(cell, Decimal) or (isinstance(cell, int) and cell >= 10**EXCEL_DIGITS):
            refuse("code_number", CODE_NUMBER, cell=show(cell))
        text = tidy(str(cell))
        validate_code(text)
        return text


class Ref(Code):
    """The code of another record, of the file or stored; becomes its id."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model


class AreaRef(Ref):
    """An area's code, which may stand as a number: 61.11 can only be read one way."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        return super().read(plain(cell) if isinstance(cell, int | Decimal) else cell, reading)


class RefList(Ref):
    """Codes of other records, separated by `;`; become the tuple of their ids."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if not isinstance(cell, str):
            return (super().read(cell, reading),)
        codes = [super(RefList, self).read(part, reading) for part in split(cell)]
        return tuple(dict.fromkeys(codes))

    def write(self, value: Any, reading: Reading) -> Cell:
        return f"{SEPARATOR} ".join(value)


class Places(Kind):
    """A list in METHOD.md's notation; becomes the tuple of place ids in the order of places."""

    def __init__(self, *, of_zone: bool = False) -> None:
        self._of_zone = of_zone

    def read(self, cell: Cell, reading: Reading) -> Any:
        zones = None if self._of_zone else reading.zones
        text = _place_text(cell)
        return tuple(parse_places(text, reading.gazetteer, zones=zones, every=self._of_zone))

    def write(self, value: Any, reading: Reading) -> Cell:
        return format_place_list(value, reading.gazetteer, every=self._of_zone)


class OnePlace(Kind):
    """One place; becomes its id."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        return parse_place(_place_text(cell), reading.gazetteer)

    def write(self, value: Any, reading: Reading) -> Cell:
        return reading.gazetteer.code_of(value)


class Amount(Kind):
    """Whole rupiah: a number, or Indonesian text such as `Rp 1.250.000,00`."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, str):
            return self._read_text(tidy(cell))
        if not isinstance(cell, int | Decimal):
            refuse("amount", NOT_AMOUNT, cell=show(cell))
        if cell < 0:
            refuse("negative", NEGATIVE_AMOUNT, cell=show(cell))
        if isinstance(cell, Decimal):
            refuse("fraction", FRACTION_AMOUNT, cell=show(cell))
        return cell

    def _read_text(self, text: str) -> int:
        match = AMOUNT.fullmatch(text)
        if match is None:
            refuse("amount", NOT_AMOUNT, cell=show(text))
        if match["minus"] or match["minus2"]:
            refuse("negative", NEGATIVE_AMOUNT, cell=show(text))
        if (match["fraction"] or "").strip("0-"):
            refuse("fraction", FRACTION_AMOUNT, cell=show(text))
        return _to_int(match["whole"].replace(".", ""), text)

    def write(self, value: Any, reading: Reading) -> Cell:
        return write_number(value)


class Quantity(Kind):
    """A volume, target or percentage: a number, or text with a decimal comma or point."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, str):
            match = QUANTITY.fullmatch(tidy(cell))
            if match is None:
                refuse("quantity", NOT_QUANTITY, cell=show(cell))
            return Decimal(f"{match[1]}.{match[2] or 0}")
        if not isinstance(cell, int | Decimal):
            refuse("quantity", NOT_QUANTITY, cell=show(cell))
        return Decimal(cell)

    def write(self, value: Any, reading: Reading) -> Cell:
        return write_number(value)


class Whole(Kind):
    """A year, a quarter, a weight."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, int):
            return cell
        text = tidy(cell) if isinstance(cell, str) else ""
        if not re.fullmatch(r"-?[0-9]+", text):
            refuse("whole", NOT_WHOLE, cell=show(cell))
        return _to_int(text, text)


class Day(Kind):
    """An Excel date, or `YYYY-MM-DD`. A time of day is refused rather than dropped."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        if isinstance(cell, dt.datetime):
            refuse("time", TIME_OF_DAY, cell=cell)
        if isinstance(cell, dt.date):
            return cell
        text = tidy(cell) if isinstance(cell, str) else ""
        if DAY.fullmatch(text):
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                refuse("day", NOT_DAY, cell=text)
        refuse("day", NOT_DAY, cell=show(cell))

    def write(self, value: Any, reading: Reading) -> Cell:
        day: dt.date = value
        return day if day >= EXCEL_FIRST_DAY else day.isoformat()


class Word(Kind):
    """One of the contract's words, whatever its case; `words` gives the stored value of each."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._values = dict(words)
        self._words = {value: word for word, value in words.items()}

    def read(self, cell: Cell, reading: Reading) -> Any:
        word = tidy(cell).lower() if isinstance(cell, str) else ""
        if word not in self._values:
            refuse("word", NOT_WORD, cell=show(cell), words=", ".join(self._values))
        return self._values[word]

    def write(self, value: Any, reading: Reading) -> Cell:
        word: Cell = self._words[value]
        return word


def words(values: Iterable[str]) -> Word:
    """A Word whose words are the stored values themselves."""
    return Word({value: value for value in values})


def split(text: str) -> list[str]:
    """The parts of a list, without empty ones."""
    return [part for part in map(tidy, text.split(SEPARATOR)) if part]


def write_number(value: int | Decimal) -> Cell:
    """A number where Excel can hold it exactly, otherwise the same as text."""
    exact = Decimal(value)
    if Decimal(f"{float(exact):.{EXCEL_DIGITS}g}") == exact:
        return int(exact) if exact == exact.to_integral_value() else exact
    text = plain(exact)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _place_text(cell: Cell) -> str:
    """61.11 alone in a cell becomes a number in Excel; as an area it can only be read one way."""
    if isinstance(cell, dt.date):
        refuse("text", NOT_TEXT, cell=cell)
    return plain(cell) if isinstance(cell, int | Decimal) else str(cell)


def _to_int(digits: str, cell: str) -> int:
    # Python itself refuses thousands of digits; the field's own limit speaks for shorter ones.
    if len(digits) > 1000:
        refuse("amount", NOT_AMOUNT, cell=show(cell))
    return int(digits)
