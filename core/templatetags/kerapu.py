"""Filters that every template has (built in by settings)."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import formats

register = template.Library()


@register.filter
def rupiah(value: int | None) -> str | SafeString:
    """A sum in words, the exact amount on hover; a dash where there is none."""
    if value is None:
        return "–"
    return format_html(
        '<data value="{}" title="{}">{}</data>',
        value,
        formats.rupiah(value),
        formats.rupiah_in_words(value),
    )


@register.filter
def rupiah_exact(value: int | None) -> str:
    """The exact amount."""
    return "–" if value is None else formats.rupiah(value)


@register.filter
def percent(value: Decimal | None) -> str:
    """A share of one as a percentage."""
    return formats.percent(value)


@register.filter
def number(value: int | Decimal | None, decimals: int | None = None) -> str:
    """A figure in the reader's digits; a dash where there is none."""
    return "–" if value is None else formats.number(value, decimals)
