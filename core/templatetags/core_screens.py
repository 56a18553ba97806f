"""Small questions that the templates of the screens ask of a field."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def resolves(bound: BoundField) -> bool:
    """Whether the field says in names what its text means."""
    return hasattr(bound.field, "resolve")


@register.filter
def of(names: Mapping[str, str], name: str) -> str:
    """The names of a field."""
    return names.get(name, "") if names else ""


@register.filter
def target(bound: BoundField) -> str:
    """What a link to the field leads to: a group of boxes has no single box."""
    return bound.id_for_label or str(bound.auto_id)
