"""What may be written in a cell, and that what is written out is read as the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from exchange.workbook.cells import Amount, Code, Day, Quantity, Reading, Text, Whole, words
from territory.notation import Gazetteer

READING = Reading(Gazetteer(places=[], areas=[], islands=[], managed=[]), {})


def read(kind: Any, cell: Any) -> Any:
    """The value, or the code of the refusal."""
    try:
        return kind.read(cell, READING)
    except ValidationError as error:
        return error.code


def grouped(amount: int) -> str:
    """In groups of three digits: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


@given(st.integers(0, 2**63 - 1), st.sampled_from(["", ",00", ",0", ",-"]), st.booleans())
def test_amounts_in_indonesian(amount, cents, currency):
    prefix = "Rp " if currency else ""
    for text in (str(amount), grouped(amount)):
        assert read(Amount(), f" {prefix}{text}{cents}\N{NO-BREAK SPACE}") == amount


@given(st.integers(0, 2**63 - 1))
def test_amounts_round_trip(amount):
    assert read(Amount(), Amount().write(amount, READING)) == amount


@given(st.integers(1, 10**15), st.integers(1, 99))
def test_cents_are_refused(amount, cents):
    assert read(Amount(), f"Rp {grouped(amount)},{cents:02}") == "fraction"
    assert read(Amount(), f"-{amount}") == "negative"


@pytest.mark.parametrize(
    "text", ["", "Rp", "1,250,000", "1,250", "1.25", "1.2500", ".500", "1 250", "1e6", "1.250.00"]
)
def test_no_amounts(text):
    assert read(Amount(), text) == "amount"


DECIMALS = st.decimals(
    min_value=0, max_value=10**14, places=15, allow_nan=False, allow_infinity=False
)


@given(DECIMALS)
def test_quantities_round_trip(value):
    assert read(Quantity(), Quantity().write(value, READING)) == value


@given(DECIMALS)
def test_quantities_as_text(value):
    assert read(Quantity(), f"{value:f}") == value
    assert read(Quantity(), f"{value:f}".replace(".", ",")) == value


@pytest.mark.parametrize("text", ["1.250.000", "1,250,5", ",5", "5,", "1 000", "12 %", "1e3", "−1"])
def test_no_quantities(text):
    assert read(Quantity(), text) == "quantity"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" AIR-01\N{ZERO WIDTH SPACE}\N{NO-BREAK SPACE}", "AIR-01"),
        (123, "123"),
        ("007", "007"),
        (10**15, "code_number"),
        (Decimal("1.1"), "code_number"),
        (dt.date(2026, 1, 1), "text"),
        ("A/B", "code"),
        ("A\x00", "code"),
        ("A\n", "A"),
    ],
)
def test_codes(cell, expected):
    assert read(Code(), cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  dua\nbaris ", "dua\nbaris"),
        (2026, "2026"),
        (Decimal("8.5"), "8.5"),
        ("=1+1", "=1+1"),
        ("a\x00b", "control"),
        ("x" * 32_768, "max_length"),
        (dt.datetime(2026, 1, 1, 8), "text"),
    ],
)
def test_texts(cell, expected):
    assert read(Text(), cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (dt.date(2026, 2, 28), dt.date(2026, 2, 28)),
        (" 2026-02-28 ", dt.date(2026, 2, 28)),
        ("2026-02-30", "day"),
        ("28/02/2026", "day"),
        ("2026-2-28", "day"),
        (20260228, "day"),
        (dt.datetime(2026, 2, 28, 8, 30), "time"),
    ],
)
def test_days(cell, expected):
    assert read(Day(), cell) == expected


@given(st.dates())
def test_days_round_trip(day):
    assert read(Day(), Day().write(day, READING)) == day


def test_words_and_whole_numbers():
    kind = words(["apbd_kab", "dak"])
    assert read(kind, " APBD_Kab ") == "apbd_kab"
    assert read(kind, 1) == "word"
    assert read(Whole(), "2026") == 2026
    assert read(Whole(), "2026,5") == "whole"
    assert read(Whole(), Decimal("2026.5")) == "whole"
    assert read(Whole(), "٢٠٢٦") == "whole"
