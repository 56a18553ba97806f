"""What a form reads and refuses is what a cell of the workbook reads and refuses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from exchange.workbook import cells
from exchange.workbook.columns import BLANK
from programs import fields

KINDS = {
    "amount": (fields.read_amount, cells.Amount()),
    "quantity": (fields.read_quantity, cells.Quantity()),
    "day": (fields.read_day, cells.Day()),
}
TEXTS = {
    "amount": [
        "1250000", "1.250.000", "Rp 1.250.000,00", "Rp1.250.000,-", "rp. 5", "0", "-5", "Rp -5",
        "1,250", "1.25", "1.250,5", "x", "1 000", "Rp", "\N{ZERO WIDTH SPACE}7", "9" * 30,
    ],
    "quantity": ["12", "12,5", "12.5", "-1", "1.250,5", "1,2,3", "x", " 7 ", "0,000000000000001"],
    "day": ["2026-04-01", "2026-02-30", "01-04-2026", "2026/04/01", "x", " 2026-04-01 "],
}  # fmt: skip


def outcome(read, *arguments):
    """The value, or code and words of the refusal."""
    try:
        return read(*arguments)
    except ValidationError as error:
        return (error.code, error.messages)


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in TEXTS.items() for t in texts])
def test_same(kind, text):
    read, cell = KINDS[kind]
    assert outcome(read, text) == outcome(cell.read, text, None)


def test_empty():
    assert str(fields.BLANK) == str(BLANK)
