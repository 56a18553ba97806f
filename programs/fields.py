"""Fields of forms that read what people write: amounts, quantities, days.

They read what the workbook's cells read and refuse it in the same words (CONTRACT.md section 3);
`tests/programs/test_same_words.py` holds both together.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from core.formats import number
from territory.notation import INVISIBLE

# How people write figures, in a form and in a workbook's cell (exchange.workbook.cells):
# `1250000`, `1.250.000`, `Rp 1.250.000,00`, `Rp1.250.000,-`; groups are of three digits, cents of
# at most two, so that an English 1,250 is refused and not taken for 1.
AMOUNT = re.compile(
    r"(?P<minus>-)?\s*(?:Rp\.?)?\s*(?P<minus2>-)?\s*"
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,(?P<fraction>[0-9]{1,2}|-))?",
    re.IGNORECASE,
)
QUANTITY = re.compile(r"(-?[0-9]+)(?:[.,]([0-9]+))?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST = 1000  # digits

BLANK = _("“%(header)s” must not be empty.")
NOT_AMOUNT = _(
    "“%(cell)s” is not an amount. Write whole rupiah, such as 1250000 or Rp 1.250.000,00."
)
NEGATIVE_AMOUNT = _("“%(cell)s”: an amount is not negative.")
FRACTION_AMOUNT = _("“%(cell)s”: an amount is in whole rupiah, without cents.")
NOT_QUANTITY = _(
    "“%(cell)s” is not a number. Write it without thousands separators, such as 1250,5."
)
NOT_DAY = _("“%(cell)s” is not a date. Enter an Excel date, or YYYY-MM-DD.")


def tidy(text: str) -> str:
    """Without the blanks around it, and without those that people copy unseen."""
    return INVISIBLE.sub("", text).strip()


def _refusal(code: str, message: StrPromise, cell: str) -> ValidationError:
    return ValidationError(message, code, {"cell": cell if len(cell) <= 60 else f"{cell[:60]}…"})


def read_amount(text: str) -> int:
    """Whole rupiah of Indonesian text. Raises ValidationError."""
    text = tidy(text)
    match = AMOUNT.fullmatch(text)
    if match is None or len(text) > LONGEST:
        raise _refusal("amount", NOT_AMOUNT, text)
    if match["minus"] or match["minus2"]:
        raise _refusal("negative", NEGATIVE_AMOUNT, text)
    if (match["fraction"] or "").strip("0-"):
        raise _refusal("fraction", FRACTION_AMOUNT, text)
    return int(match["whole"].replace(".", ""))


def read_quantity(text: str) -> Decimal:
    """A number with a decimal comma or point. Raises ValidationError."""
    match = QUANTITY.fullmatch(tidy(text))
    if match is None or len(text) > LONGEST:
        raise _refusal("quantity", NOT_QUANTITY, text)
    return Decimal(f"{match[1]}.{match[2] or 0}")


def read_day(text: str) -> dt.date:
    """A day as `YYYY-MM-DD`, which is what a browser's calendar sends. Raises ValidationError."""
    text = tidy(text)
    try:
        if DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise _refusal("day", NOT_DAY, text)


class AmountField(forms.CharField):
    """Whole rupiah, as `1.250.000`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "amount"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """With points, as it is read."""
        return f"{value:,d}".replace(",", ".") if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """The amount, or None."""
        text = super().to_python(value)
        return read_amount(text) if text else None


class QuantityField(forms.CharField):
    """A volume or a percentage, as `1250,5`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "quantity"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """As it is read: without thousands separators, no zeros behind the comma."""
        if not isinstance(value, Decimal | int):
            return value
        plain = f"{Decimal(value):f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return plain.replace(".", number(Decimal("0.5"))[1])

    def to_python(self, value: Any) -> Any:
        """The number, or None."""
        text = super().to_python(value)
        return read_quantity(text) if text else None


class DayField(forms.CharField):
    """A day, chosen in the browser's calendar or typed as `YYYY-MM-DD`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "date"}
        super().__init__(widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"), **kwargs)
        self.widget.input_type = "date"

    def prepare_value(self, value: Any) -> Any:
        """As the browser's calendar wants it."""
        return value.isoformat() if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> Any:
        """The day, or None."""
        text = super().to_python(value)
        return read_day(text) if text else None


class SaysBlank(forms.BaseForm):
    """A form that refuses an empty field in the words of the workbook, with the code `blank`."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Django's own `required` becomes ours."""
        if field and getattr(error, "code", "") == "required":
            label = str(self.fields[field].label or field)
            error = ValidationError(BLANK, "blank", {"header": label[:1].upper() + label[1:]})
        super().add_error(field, error)


def describe(form: forms.BaseForm) -> None:
    """Name help and errors of every field for those who do not see where they stand."""
    for bound in form:
        about = [f"{bound.auto_id}_help"] if bound.help_text else []
        if form.is_bound and bound.errors:
            about.insert(0, f"{bound.auto_id}_error")
            bound.field.widget.attrs["aria-invalid"] = "true"
        if about:
            bound.field.widget.attrs["aria-describedby"] = " ".join(about)
