"""Places in words: `Betok Jaya · Pulau Karimata`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.formats import pretty_name
from territory.models import Place


def place_name(place: Place) -> str:
    """A place by its village and its island; needs both to be fetched."""
    part = pretty_name(place.island.name) if place.island else _("mainland")
    return f"{pretty_name(place.village.name)} · {part}"


def names_of(places: Iterable[int]) -> dict[int, str]:
    """Names of places by id, in the order of places; one query."""
    wanted = Place.objects.filter(pk__in=set(places)).select_related("village", "island")
    return {place.pk: place_name(place) for place in wanted.in_order()}
