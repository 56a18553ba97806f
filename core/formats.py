"""How figures are written for people: Indonesian digits, large sums in words.

Codes and machine output never go through here.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def _separators() -> tuple[str, str]:
    """(thousands, decimal) of the active language."""
    return (".", ",") if (get_language() or "id").startswith("id") else (",", ".")


def number(value: int | Decimal | float, decimals: int | None = None) -> str:
    """`1234567.5` → `1.234.567,5`; `decimals` fixes their number, None keeps what is there."""
    thousands, point = _separators()
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    else:
        exact = exact.normalize()
    text = f"{exact:,f}"
    return text.translate({ord(","): thousands, ord("."): point})


def rupiah(value: int) -> str:
    """The exact amount: `Rp 1.250.000`."""
    return f"Rp {number(value)}".replace(" ", "\N{NO-BREAK SPACE}")


def rupiah_in_words(value: int) -> str:
    """A sum that is read at a glance: `1,2 miliar`; one decimal, rounded half up."""
    for size, name in (
        (10**12, _("trillion")),
        (10**9, _("billion")),
        (10**6, _("million")),
        (10**3, _("thousand")),
    ):
        # What would be rounded up to 1,000 of the smaller word is one of these (999,950).
        if abs(value) >= size - size // 20_000:
            short = (Decimal(value) / size).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            return f"{number(short)}\N{NO-BREAK SPACE}{name}"
    return number(value)


def percent(share: Decimal | None) -> str:
    """A share of one as a percentage, as exact as it is kept; an empty figure is a dash.

    Figures are kept to four decimals: to round them again here could be wrong by one.
    """
    return "–" if share is None else f"{number(share * 100)}%"


def whole_percent(share: Decimal) -> str:
    """A share of one in whole percent; only nothing is 0% and only all is 100%."""
    rounded = int((share * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if rounded == 0 and share > 0:
        return "<1%"
    return ">99%" if rounded == 100 and share < 1 else f"{rounded}%"


def pretty_name(name: str) -> str:
    """A name that is written in capitals throughout, as people write it; others stay."""
    if not name.isupper():
        return name
    kept = {"DKI", "DI"}
    return " ".join(word if word in kept else word.capitalize() for word in name.split())


def step(share: Decimal | float | None) -> int:
    """Which of the five steps of the scale a share of one is on; 0 stands for no data."""
    return 0 if share is None else min(int(float(share) * 5), 4) + 1


def severity_word(severity: int) -> str:
    """A severity of 1 to 5 in a word."""
    return {
        1: _("Very low"),
        2: _("Low"),
        3: _("Medium"),
        4: _("High"),
        5: _("Very high"),
    }[severity]
