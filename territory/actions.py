"""Writing areas, islands and places: loads, outlines, the managed area, own counts of islands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from territory import statements
from territory.boundaries import read_outlines
from territory.loading import Load, LoadResult, Report
from territory.maps import COASTLINE, SHIPPED
from territory.models import Area, Island, ManagedArea, Place
from territory.querysets import DEFAULT_MANAGED
from territory.reading import Folder, Problem, RefusedError


@dataclass(frozen=True)
class BoundaryResult:
    """What a load of outlines did: how many are new or other than before, and what fits nothing."""

    changed: int
    unchanged: int
    unknown: tuple[str, ...]
    nameless: int


def _silent(step: str) -> None:
    """Nobody watches."""


def load_areas(
    *,
    folder: Path | str,
    areas: Sequence[str] = (),
    managed: Sequence[str] | None = None,
    report: Report = _silent,
) -> LoadResult:
    """Load areas, islands and places from a folder of CSV files (CONTRACT.md section 2).

    `areas` limits what is loaded to these, all below them and the areas that they lie in;
    `managed` replaces the managed area. `report` is told each step as it begins. All or nothing;
    raises RefusedError with every reason as `file:line: message`.
    """
    with transaction.atomic():
        load = Load(Folder(Path(folder)), areas, report)
        load.write_areas()
        result = load.result
        result.managed_changed = _set_managed_or_default(managed)
        # Twice, so that places that were there and places that are new can be told apart.
        result.counts["place"].changed = refresh_places()
        load.write_places()
        refresh_places()
    result.managed = managed_codes()
    result.managed_places = Place.objects.managed().count()
    return result


def load_boundaries(*, file: Path | str) -> BoundaryResult:
    """Load outlines for maps from GeoJSON: `properties.code` or `properties.islands`.

    All or nothing: with one broken feature nothing is written. Codes that are not stored are
    returned, for a file may cover more than this installation; a file of which none is stored is
    refused. Raises RefusedError.
    """
    path = Path(file)
    outlines = read_outlines(path)
    rows = outlines.rows()
    with transaction.atomic():
        statements.run("stage")
        statements.copy("staged_outline", rows)
        unknown = tuple(code for (code,) in statements.fetch("outlines_unknown"))
        if len(unknown) == len(rows):
            message = _("none of its codes is stored here, such as %(code)s; load the areas first.")
            raise RefusedError([Problem(path.name, None, message % {"code": unknown[0]})])
        changed = statements.run("outlines_update_area") + statements.run("outlines_update_island")
    unchanged = len(rows) - len(unknown) - changed
    return BoundaryResult(changed, unchanged, unknown, outlines.nameless)


def managed_codes() -> list[str]:
    """The area codes that this installation judges, in order; `61.11` until some are set."""
    return ManagedArea.objects.codes()


@transaction.atomic
def set_managed(codes: Iterable[str]) -> bool:
    """Replace the managed area and mark its places; whether that changed anything.

    Raises RefusedError for a code that is no area's, and for an empty list.
    """
    changed = _replace_managed(codes)
    refresh_places()
    return changed


def refresh_places() -> int:
    """Make `Place.managed` and `Place.populated` true again; how many places were other."""
    return statements.run("places_refresh", managed=managed_codes())


@transaction.atomic
def override_populated(
    *, island: Island, populated: bool | None, source: str = "", on: dt.date | None = None
) -> None:
    """Set or (None) take back the own count of an island, with its source and date.

    Raises ValidationError where one of the two is missing.
    """
    island.populated_override = populated
    island.populated_source = source if populated is not None else ""
    island.populated_on = on if populated is not None else None
    island.full_clean()
    island.save()
    refresh_places()


@transaction.atomic
def ship_kayong_utara(*, report: Report = _silent) -> LoadResult:
    """Load what is shipped for a first start: Kayong Utara with its islands, places and coasts."""
    result = load_areas(folder=SHIPPED, report=report)
    load_boundaries(file=COASTLINE)
    return result


def _set_managed_or_default(managed: Sequence[str] | None) -> bool:
    """What was asked for; else the default, once, so that screens and queries find it stored."""
    if managed is not None:
        return _replace_managed(managed)
    if ManagedArea.objects.exists() or not Area.objects.filter(code__in=DEFAULT_MANAGED).exists():
        return False
    return _replace_managed(DEFAULT_MANAGED)


def _replace_managed(codes: Iterable[str]) -> bool:
    wanted = sorted(set(codes))
    if not wanted:
        raise RefusedError([_("The managed area needs at least one area code.")])
    known = set(Area.objects.filter(code__in=wanted).values_list("code", flat=True))
    message = _("Managed area %(code)s: there is no area with this code.")
    unknown = [message % {"code": code} for code in wanted if code not in known]
    if unknown:
        raise RefusedError(unknown)
    stored = set(ManagedArea.objects.values_list("code", flat=True))
    ManagedArea.objects.filter(code__in=stored.difference(wanted)).delete()
    added = [ManagedArea(code=code) for code in wanted if code not in stored]
    ManagedArea.objects.bulk_create(added)
    return stored != set(wanted)
