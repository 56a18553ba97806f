"""Codes to names, a query a kind of record: findings hold codes, people read names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from catalogue.models import Output, Sector
from core.formats import pretty_name
from planning.models import ActionItem, Need, Zone
from programs.models import Activity
from stakeholders.models import Agency
from territory.models import Island, Place

Names = dict[str, str]


def agencies(codes: Iterable[str]) -> Names:
    """Names of agencies by code."""
    return dict(Agency.objects.filter(code__in=set(codes)).values_list("code", "name"))


def outputs(codes: Iterable[str]) -> Names:
    """Names of outputs by code."""
    return dict(Output.objects.filter(code__in=set(codes)).values_list("code", "name"))


def sectors(codes: Iterable[str]) -> Names:
    """Names of sectors by code."""
    return dict(Sector.objects.filter(code__in=set(codes)).values_list("code", "name"))


def zones(codes: Iterable[str]) -> Names:
    """Names of zones by code."""
    return dict(Zone.objects.filter(code__in=set(codes)).values_list("code", "name"))


def islands(codes: Iterable[str]) -> Names:
    """Names of islands by code."""
    return dict(Island.objects.filter(code__in=set(codes)).values_list("code", "name"))


def activities(codes: Iterable[str]) -> Names:
    """Titles of activities by code."""
    return dict(Activity.objects.filter(code__in=set(codes)).values_list("code", "title"))


def items(codes: Iterable[str]) -> Names:
    """Titles of action items by code."""
    return dict(ActionItem.objects.filter(code__in=set(codes)).values_list("code", "title"))


def needs(codes: Iterable[str]) -> Names:
    """What is needed, by the need's code: its output, or its sector when it names none."""
    rows = Need.objects.filter(code__in=set(codes)).values_list(
        "code", "output__name", "sector__name"
    )
    return {code: output or sector for code, output, sector in rows}


def places(codes: Iterable[str]) -> Names:
    """Places by code: `Betok Jaya · Pulau Karimata`; "mainland" only beside islands."""
    on_an_island = Place.objects.filter(village=OuterRef("village"), island__isnull=False)
    rows = (
        Place.objects.filter(code__in=set(codes))
        .annotate(has_islands=Exists(on_an_island))
        .values_list("code", "village__name", "island__name", "has_islands")
    )
    return {
        code: place_name(village, island, has_islands)
        for code, village, island, has_islands in rows
    }


def place_name(village: str, island: str | None, has_islands: bool) -> str:
    """A place in words."""
    if island:
        return f"{pretty_name(village)} · {island}"
    return f"{pretty_name(village)} · {_('mainland')}" if has_islands else pretty_name(village)
