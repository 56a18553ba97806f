"""Kinds of columns that several apps share: codes, whole rupiah, exact quantities, years."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CODE_PATTERN = r"^[A-Za-z0-9._-]{1,64}$"

validate_code = RegexValidator(
    # Python's `$` lets a line end pass, PostgreSQL's does not and has the pattern as it is.
    CODE_PATTERN.removesuffix("$") + r"\Z",
    _("A code is 1 to 64 characters of A–Z, a–z, 0–9, dot, hyphen and underscore."),
    code="code",
)


class CodeField(models.CharField[str, str]):
    """A record's code (CONTRACT.md section 3): case kept, sorted by code point."""

    default_validators = [validate_code]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("db_collation", "C")  # "sorted by code point" on any server
        super().__init__(*args, **kwargs)


class RupiahField(models.BigIntegerField[int, int]):
    """Whole rupiah, never negative; a fraction is refused before it gets here."""

    default_validators = [MinValueValidator(0, _("An amount is not negative."))]


class QuantityField(models.DecimalField[Any, Any]):
    """A volume, target or percentage: exact to 15 decimals, as many as Excel can hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 30)
        kwargs.setdefault("decimal_places", 15)
        super().__init__(*args, **kwargs)


class YearField(models.SmallIntegerField[int, int]):
    """A fiscal year [tahun anggaran]."""

    FIRST, LAST = 1900, 2999
    default_validators = [MinValueValidator(FIRST), MaxValueValidator(LAST)]


def code_constraint(name: str, field: str = "code") -> models.CheckConstraint:
    """The database's own guard of a code column."""
    return models.CheckConstraint(condition=Q(**{f"{field}__regex": CODE_PATTERN}), name=name)
