"""Filters and small pieces of markup that every template has (built in by settings)."""

from decimal import Decimal
from typing import Any, TypeGuard

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import formats

register = template.Library()


def _given(value: Any) -> TypeGuard[Any]:
    """Whether there is a figure; a template writes "" for a figure of what is not there."""
    return value is not None and value != ""


@register.filter
def rupiah(value: int | None) -> str | SafeString:
    """A sum in words, the exact amount on hover; a dash where there is none."""
    if not _given(value):
        return "–"
    return format_html(
        '<data value="{}" title="{}">{}</data>',
        str(value),
        formats.rupiah(value),
        formats.rupiah_in_words(value),
    )


@register.filter
def rupiah_exact(value: int | None) -> str:
    """The exact amount."""
    return formats.rupiah(value) if _given(value) else "–"


@register.filter
def percent(value: Decimal | None) -> str:
    """A share of one as a percentage."""
    return formats.percent(value if _given(value) else None)


@register.filter
def whole_percent(value: Decimal | None) -> str:
    """A share of one as a percentage without decimals, for cells that are read at a glance.

    What is not quite nothing or not quite all never says 0% or 100%.
    """
    return formats.whole_percent(value) if _given(value) else "–"


@register.filter
def number(value: int | Decimal | None, decimals: int | None = None) -> str:
    """A figure in the reader's digits; a dash where there is none."""
    return formats.number(value, decimals) if _given(value) else "–"


@register.filter
def pretty(name: str) -> str:
    """A name from the ministry's list as people write it: `KABUPATEN KETAPANG` is shouting."""
    return formats.pretty_name(name)


@register.filter
def step(value: Decimal | float | None) -> str:
    """The CSS class of a share of one on the five-step scale; hatched where there is none."""
    return f"s{formats.step(value)}"


@register.filter
def severity(value: int) -> SafeString:
    """A finding's severity by shape (filled pips) and word."""
    return format_html(
        '<span class="severity v{}"><span class="pips" aria-hidden="true"></span> {}</span>',
        str(value),
        formats.severity_word(value),
    )


@register.simple_tag
def bar(share: Decimal | float | None, name: str = "") -> SafeString:
    """A bar as long as a share of one. SVG, because the page allows no inline style."""
    if not _given(share):
        return SafeString('<span class="bar none" aria-hidden="true"></span>')
    width = f"{min(max(float(share), 0.0), 1.0) * 100:.1f}"
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8"/></svg>',
        name,
        width,
    )


@register.simple_tag
def gauge(index: Decimal | None) -> SafeString:
    """The index on its scale from 0 to 100: five steps and a mark, like a depth sounding."""
    if not _given(index):
        return SafeString('<span class="gauge none" aria-hidden="true"></span>')
    mark = f"{float(index) * 2:.1f}"
    return format_html(
        '<svg class="gauge" viewBox="-5 0 210 22" aria-hidden="true">'
        '<rect class="s1" x="0" y="9" width="40" height="9"/>'
        '<rect class="s2" x="40" y="9" width="40" height="9"/>'
        '<rect class="s3" x="80" y="9" width="40" height="9"/>'
        '<rect class="s4" x="120" y="9" width="40" height="9"/>'
        '<rect class="s5" x="160" y="9" width="40" height="9"/>'
        '<path class="mark" transform="translate({} 0)" d="M-5 0h10l-5 8zM-1 8h2v11h-2z"/></svg>',
        mark,
    )


@register.simple_tag(takes_context=True)
def nav_year(context: template.Context) -> int:
    """The year that the navigation leads to: the page's own, or today's."""
    request: Any = context.get("request")
    match = getattr(request, "resolver_match", None)
    shown = context.get("year") or (match.kwargs.get("year") if match else None)
    return int(shown or timezone.localdate().year)
