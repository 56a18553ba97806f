"""How figures are written for people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from core import formats

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (0, None, "0", "0"),
        (999, None, "999", "999"),
        (1234567, None, "1.234.567", "1,234,567"),
        (Decimal("1234567.5"), None, "1.234.567,5", "1,234,567.5"),
        (Decimal("-1234.50"), None, "-1.234,5", "-1,234.5"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (Decimal("10.000000000000000"), None, "10", "10"),
        (Decimal("0.000000000000001"), None, "0,000000000000001", "0.000000000000001"),
        (0.1, None, "0,1", "0.1"),
        (9_007_199_254_740_993, None, "9.007.199.254.740.993", "9,007,199,254,740,993"),
        (5, 2, "5,00", "5.00"),
        (Decimal("0.05"), 1, "0,1", "0.1"),
        (Decimal("0.25"), 1, "0,3", "0.3"),
        (Decimal("-0.25"), 1, "-0,3", "-0.3"),
        (2.675, 2, "2,68", "2.68"),
    ],
)
def test_number(
    value: int | float | Decimal, decimals: int | None, indonesian: str, english: str
) -> None:
    """Points between thousands, a comma before decimals; halves go up."""
    with translation.override("id"):
        assert formats.number(value, decimals) == indonesian
    with translation.override("en"):
        assert formats.number(value, decimals) == english


def test_number_without_a_language() -> None:
    """Indonesian, as in a command."""
    with translation.override(None):
        assert formats.number(1234) == "1.234"


def test_rupiah() -> None:
    """The exact amount, which never breaks over two lines."""
    with translation.override("id"):
        assert formats.rupiah(1250000) == f"Rp{NBSP}1.250.000"
        assert formats.rupiah(0) == f"Rp{NBSP}0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1 thousand"),
        (1_049, "1 thousand"),
        (1_050, "1.1 thousand"),
        (999_949, "999.9 thousand"),
        (1_000_000, "1 million"),
        (1_250_000_000, "1.3 billion"),
        (12_500_000_000_000, "12.5 trillion"),
        (1_234_500_000_000_000, "1,234.5 trillion"),
        (-1_250_000, "-1.3 million"),
        (950_000, "950 thousand"),
        (999_950, "1 million"),
        (999_999, "1 million"),
    ],
)
def test_rupiah_in_words(value: int, expected: str) -> None:
    """One decimal, rounded half up, none where there is none."""
    with translation.override("en"):
        assert formats.rupiah_in_words(value) == expected.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "–"),
        ("0.0000", "0%"),
        ("0.0005", "0,05%"),
        ("0.3335", "33,35%"),
        ("0.4500", "45%"),
        ("1.0000", "100%"),
    ],
)
def test_percent(share: str | None, expected: str) -> None:
    """As exact as it is kept; no figure is a dash, not nothing."""
    with translation.override("id"):
        assert formats.percent(None if share is None else Decimal(share)) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("0", "0%"), ("0.0001", "<1%"), ("0.0049", "<1%"), ("0.005", "1%"), ("0.125", "13%"),
        ("0.994", "99%"), ("0.995", ">99%"), ("0.9999", ">99%"), ("1", "100%"),
    ],
)  # fmt: skip
def test_whole_percent(share: str, expected: str) -> None:
    """Only nothing is 0 % and only all is 100 %."""
    assert formats.whole_percent(Decimal(share)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KABUPATEN KAYONG UTARA", "Kabupaten Kayong Utara"),
        ("DKI JAKARTA", "DKI Jakarta"),
        ("DI YOGYAKARTA", "DI Yogyakarta"),
        ("Pulau Karimata", "Pulau Karimata"),
        ("Sungai Mata - Mata", "Sungai Mata - Mata"),
        ("", ""),
    ],
)
def test_pretty_name(name: str, expected: str) -> None:
    """Only what is written in capitals throughout is changed."""
    assert formats.pretty_name(name) == expected


@pytest.mark.parametrize(
    ("share", "step"),
    [
        (None, 0), ("0", 1), ("0.1999", 1), ("0.2", 2), ("0.4", 3), ("0.6", 4), ("0.7999", 4),
        ("0.8", 5), ("1", 5),
    ],
)  # fmt: skip
def test_step(share: str | None, step: int) -> None:
    """Five steps, each from its lower bound; the last holds 1; 0 is no data."""
    assert formats.step(None if share is None else Decimal(share)) == step


def test_severity_word() -> None:
    """One word a severity, no other severity."""
    assert len({formats.severity_word(severity) for severity in range(1, 6)}) == 5
    with pytest.raises(KeyError):
        formats.severity_word(0)
