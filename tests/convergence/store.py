"""A reference world written into the database, past every form and import."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from budgets.models import BudgetLine
from catalogue.models import Output, Sector
from monitoring.models import Report
from planning.models import (
    ActionItem,
    ActionItemPlace,
    Commitment,
    Need,
    NeedPlace,
    Zone,
    ZonePlace,
    ZoneSector,
)
from programs.models import Activity, ActivityPlace, Clearance
from stakeholders.models import Agency, Mandate
from territory.models import Area, Island, ManagedArea, Place

from . import reference as ref

STATUS = {
    ref.DRAFT: "draft",
    ref.SUBMITTED: "submitted",
    ref.RETURNED: "returned",
    ref.VERIFIED: "verified",
    ref.CANCELLED: "cancelled",
}


def store(world: ref.World) -> None:
    """Write the whole world; the database is empty before."""
    areas = store_areas(world)
    places = store_places(world, areas)
    agencies = {
        a.code: Agency.objects.create(code=a.code, name=a.name or a.code, kind=a.kind)
        for a in world.agencies.values()
    }
    sectors = {
        s.code: Sector.objects.create(code=s.code, name=s.name or s.code)
        for s in world.sectors.values()
    }
    outputs = {
        o.code: Output.objects.create(
            code=o.code,
            name=o.name or o.code,
            sector=sectors[o.sector],
            unit=o.unit,
            supporting=o.supporting,
        )
        for o in world.outputs.values()
    }
    Mandate.objects.bulk_create(
        Mandate(
            agency=agencies[m.agency],
            sector=sectors[m.sector],
            area=areas[m.area] if m.area else None,
        )
        for m in dict.fromkeys(world.mandates)
    )
    for n in world.needs.values():
        need = Need.objects.create(
            code=n.code,
            sector=sectors[n.sector],
            output=outputs[n.output] if n.output else None,
            weight=n.weight,
            target=None if n.target is None else exactly(n.target),
            first_year=n.first_year,
            last_year=n.last_year,
        )
        NeedPlace.objects.bulk_create(NeedPlace(need=need, place=places[p]) for p in n.places)
    zones = {}
    for z in world.zones.values():
        zone = zones[z.code] = Zone.objects.create(
            code=z.code, name=z.name or z.code, kind=z.kind, authority=agencies[z.authority]
        )
        ZoneSector.objects.bulk_create(
            ZoneSector(zone=zone, sector=sectors[s]) for s in z.restricted
        )
        ZonePlace.objects.bulk_create(ZonePlace(zone=zone, place=places[p]) for p in z.places)
    activities = {}
    for a in world.activities.values():
        activity = activities[a.code] = Activity.objects.create(
            code=a.code,
            agency=agencies[a.agency],
            title=a.title,
            output=outputs[a.output],
            volume=exactly(a.volume),
            first_day=a.first,
            last_day=a.last,
            status=STATUS[a.status],
        )
        ActivityPlace.objects.bulk_create(
            ActivityPlace(activity=activity, place=places[p]) for p in a.places
        )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            code=line.code,
            activity=activities[line.activity],
            year=line.year,
            source=line.source,
            stage=line.stage + 1,
            amount=line.amount,
            place=places[line.place] if line.place else None,
        )
        for line in world.lines
    )
    Report.objects.bulk_create(
        Report(
            activity=activities[r.activity],
            year=r.year,
            quarter=r.quarter,
            physical=exactly(r.physical),
            realised=r.realised,
            dated=r.day,
            status="submitted" if r.submitted else "draft",
        )
        for r in world.reports
    )
    Clearance.objects.bulk_create(
        Clearance(
            number=c.number,
            activity=activities[c.activity],
            zone=zones[c.zone],
            valid_from=c.first,
            valid_to=c.last,
        )
        for c in world.clearances
    )
    items = {}
    for i in world.items.values():
        item = items[i.code] = ActionItem.objects.create(
            code=i.code,
            title=i.title or i.code,
            agency=agencies[i.agency],
            output=outputs[i.output] if i.output else None,
            first_year=i.first_year,
            last_year=i.last_year,
            amount=i.amount,
            commitment_due=i.due,
        )
        ActionItemPlace.objects.bulk_create(
            ActionItemPlace(item=item, place=places[p]) for p in i.places
        )
    Commitment.objects.bulk_create(
        Commitment(
            item=items[c.item],
            agency=agencies[c.agency],
            dated=c.day,
            document=c.document or "",
            document_number=c.number or "",
            document_date=c.document_day,
        )
        for c in world.commitments
    )


def store_areas(world: ref.World) -> dict[str, Area]:
    """Areas, each after its parent."""
    areas: dict[str, Area] = {}
    for code in sorted(world.areas, key=lambda code: (len(code), code)):
        area = world.areas[code]
        areas[code] = Area.objects.create(
            code=code,
            level=area.level,
            name=area.name,
            parent=areas.get(code.rpartition(".")[0]),
        )
    ManagedArea.objects.bulk_create(ManagedArea(code=code) for code in world.managed)
    return areas


def store_places(world: ref.World, areas: dict[str, Area]) -> dict[ref.Place, Place]:
    """Islands and places, managed as the world says."""
    islands = {
        i.code: Island.objects.create(
            code=i.code,
            name=i.name,
            regency=areas[".".join(i.code.split(".")[:2])],
            populated_in_list=i.populated,
        )
        for i in world.islands.values()
    }
    places = {}
    for place in sorted(world.places):
        parts = place.village.split(".")
        places[place] = Place.objects.create(
            code=str(place),
            village=areas[place.village],
            island=islands[place.island] if place.island else None,
            district=areas[".".join(parts[:3])],
            regency=areas[".".join(parts[:2])],
            province=areas[parts[0]],
            populated=world.territory.is_populated(place),
            managed=ref.is_managed(place, world.managed),
        )
    return places


def exactly(value: Fraction) -> Decimal:
    """An exact decimal; the worlds have no fractions that are none."""
    return Decimal(value.numerator) / Decimal(value.denominator)
