"""The fixed cast of the judgement's tests: places, agencies and outputs, and builders of the rest.

Kayong Utara in small: two villages that share Pulau Karimata, a rock where nobody lives, a village
on the mainland, and a neighbour that is not managed. A builder writes one record with defaults
that no rule minds; a test names only what it is about. Days are written as text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from budgets.models import BudgetLine
from catalogue.models import Output, Sector
from convergence.engine import judge
from convergence.models import AreaFigure, Finding
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
from territory.models import Area, Island, Place

YEAR = 2026
AS_OF = dt.date(2026, 8, 1)

# In METHOD.md's order of places.
NEIGHBOUR = "61.04.01.2001@-"  # in another regency, which nobody manages here
SUTERA = "61.11.01.2001@-"
BETOK = "61.11.06.2002@61.11.40034"
ROCK = "61.11.06.2002@61.11.40040"
PADANG = "61.11.06.2003@61.11.40034"
KARIMATA_ISLAND, ROCK_ISLAND = "61.11.40034", "61.11.40040"

AREAS = {
    "61": "Kalimantan Barat",
    "61.04": "Ketapang",
    "61.04.01": "Matan Hilir Selatan",
    "61.04.01.2001": "Sungai Awan",
    "61.11": "Kayong Utara",
    "61.11.01": "Sukadana",
    "61.11.01.2001": "Sutera",
    "61.11.06": "Kepulauan Karimata",
    "61.11.06.2002": "Betok Jaya",
    "61.11.06.2003": "Padang",
}
LEVELS = (Area.Level.PROVINCE, Area.Level.REGENCY, Area.Level.DISTRICT, Area.Level.VILLAGE)
AGENCIES = {
    "BKSDA": Agency.Kind.UPT_PUSAT,
    "BPPW": Agency.Kind.UPT_PUSAT,
    "DKP": Agency.Kind.PROVINSI,
    "DPUPR": Agency.Kind.PEMDA,
    "ESDM": Agency.Kind.KEMENTERIAN,
}
SECTORS = {"AIR": "Air bersih", "ENR": "Energi", "HUT": "Hutan", "TRP": "Perhubungan laut"}
OUTPUTS = {
    "AIR-01": "Sambungan perpipaan",
    "AIR-02": "Sumur bor",
    "AIR-09": "Perjalanan dinas",  # supporting
    "ENR-01": "PLTS komunal",
    "HUT-01": "Penanaman mangrove",
    "TRP-01": "Dermaga",
}
SUPPORTING = "AIR-09"
INDICATIVE, PROPOSED, ENACTED, REVISED = 1, 2, 3, 4
# Statuses by what METHOD.md section 1 calls them.
DEAD = ("draft", "returned", "cancelled")

Day = str | dt.date


def populate() -> None:
    """Write the cast into an empty database."""
    areas: dict[str, Area] = {}
    for level, name in enumerate(LEVELS):
        codes = [code for code in AREAS if code.count(".") == level]
        made = Area.objects.bulk_create(
            Area(code=code, level=name, name=AREAS[code], parent=areas.get(code.rpartition(".")[0]))
            for code in codes
        )
        areas.update(zip(codes, made, strict=True))
    islands = {
        island.code: island
        for island in Island.objects.bulk_create(
            Island(code=code, name=name, regency=areas["61.11"], populated_in_list=populated)
            for code, name, populated in (
                (KARIMATA_ISLAND, "Pulau Karimata", True),
                (ROCK_ISLAND, "Pulau Kepayang", False),
            )
        )
    }
    Place.objects.bulk_create(
        _place(code, areas, islands) for code in (NEIGHBOUR, SUTERA, BETOK, ROCK, PADANG)
    )
    Agency.objects.bulk_create(Agency(code=c, name=c, kind=kind) for c, kind in AGENCIES.items())
    sectors = {
        sector.code: sector
        for sector in Sector.objects.bulk_create(Sector(code=c, name=n) for c, n in SECTORS.items())
    }
    Output.objects.bulk_create(
        Output(
            code=code, name=name, sector=sectors[code[:3]], unit="unit",
            supporting=code == SUPPORTING,
        )
        for code, name in OUTPUTS.items()
    )  # fmt: skip


def _place(code: str, areas: dict[str, Area], islands: dict[str, Island]) -> Place:
    village, island = code.split("@")
    return Place(
        code=code,
        village=areas[village],
        island=islands.get(island),
        district=areas[village[:8]],
        regency=areas[village[:5]],
        province=areas[village[:2]],
        populated=island != ROCK_ISLAND,
        managed=village.startswith("61.11."),
    )


def place(code: str) -> Place:
    """A place by its notation."""
    return Place.objects.get(code=code)


def _places(codes: Iterable[str]) -> list[Place]:
    return list(Place.objects.filter(code__in=list(codes)))


# --- Plans ----------------------------------------------------------------------------------------
def activity(
    code: str = "A",
    *,
    agency: str = "DPUPR",
    output: str = "AIR-01",
    places: Iterable[str] = (BETOK,),
    status: str = "verified",
    first: Day = "2026-04-01",
    last: Day = "2026-11-30",
    volume: str = "10",
    title: str = "Air bersih perpipaan",
    dpa: int | None = None,
) -> Activity:
    """A verified activity of Dinas PUPR from April to November at Betok Jaya.

    With `dpa` it has an enacted line of that amount, without any it has none.
    """
    made = Activity.objects.create(
        code=code,
        agency=Agency.objects.get(code=agency),
        title=title,
        output=Output.objects.get(code=output),
        volume=Decimal(volume),
        first_day=first,
        last_day=last,
        status=status,
    )
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=made, place=where) for where in _places(places)
    )
    if dpa is not None:
        line(code, dpa)
    return made


def line(
    activity: str,
    amount: int,
    stage: int = ENACTED,
    source: str = "apbd_kab",
    *,
    year: int = YEAR,
    at: str | None = None,
) -> BudgetLine:
    """A budget line, enacted in the regency's budget; `at` names one of the activity's places."""
    return BudgetLine.objects.create(
        code=f"{activity}.{year}.{source}.{stage}.{BudgetLine.objects.count()}",
        activity=Activity.objects.get(code=activity),
        year=year,
        source=source,
        stage=stage,
        amount=amount,
        place=place(at) if at else None,
    )


def report(
    activity: str,
    physical: str,
    realised: int = 0,
    *,
    quarter: int = 2,
    year: int = YEAR,
    dated: Day = "2026-07-10",
    status: str = "submitted",
) -> Report:
    """A submitted report of the second quarter, in time."""
    return Report.objects.create(
        activity=Activity.objects.get(code=activity),
        year=year,
        quarter=quarter,
        physical=Decimal(physical),
        realised=realised,
        dated=dated,
        status=status,
    )


def delivered(code: str = "OLD", *, last: Day = "2025-06-30", **changes: Any) -> Activity:
    """An activity that was finished before 2026, with a report that says so."""
    made = activity(code, first="2024-06-01", last=last, **changes)
    report(code, "100", year=2025, dated="2025-07-10")
    return made


def need(
    code: str = "N",
    *,
    places: Iterable[str] = (BETOK,),
    sector: str = "AIR",
    output: str | None = None,
    weight: int = 4,
    target: str | None = None,
    first: int = 2025,
    last: int = 2027,
) -> Need:
    """A need of clean water at Betok Jaya from 2025 to 2027, which names no output."""
    made = Need.objects.create(
        code=code,
        sector=Sector.objects.get(code=sector),
        output=Output.objects.get(code=output) if output else None,
        weight=weight,
        target=None if target is None else Decimal(target),
        first_year=first,
        last_year=last,
    )
    NeedPlace.objects.bulk_create(NeedPlace(need=made, place=where) for where in _places(places))
    return made


def mandate(agency: str, sector: str = "AIR", area: str | None = None) -> Mandate:
    """That the agency is responsible for the sector, everywhere or in an area."""
    return Mandate.objects.create(
        agency=Agency.objects.get(code=agency),
        sector=Sector.objects.get(code=sector),
        area=Area.objects.get(code=area) if area else None,
    )


def zone(
    code: str = "Z",
    *,
    authority: str = "BKSDA",
    places: Iterable[str] = (BETOK,),
    sectors: Iterable[str] = (),
) -> Zone:
    """A zone of the conservation agency over Betok Jaya that restricts every sector."""
    made = Zone.objects.create(
        code=code,
        name=f"Kawasan {code}",
        kind="cagar alam",
        authority=Agency.objects.get(code=authority),
    )
    ZonePlace.objects.bulk_create(ZonePlace(zone=made, place=where) for where in _places(places))
    ZoneSector.objects.bulk_create(
        ZoneSector(zone=made, sector=sector) for sector in Sector.objects.filter(code__in=sectors)
    )
    return made


def clearance(first: Day, last: Day, activity: str = "A", zone: str = "Z") -> Clearance:
    """The authority's clearance from a day to a day."""
    return Clearance.objects.create(
        number=f"SK-{Clearance.objects.count()}",
        activity=Activity.objects.get(code=activity),
        zone=Zone.objects.get(code=zone),
        valid_from=first,
        valid_to=last,
    )


def item(
    code: str = "I",
    *,
    agency: str = "DPUPR",
    places: Iterable[str] = (BETOK,),
    amount: int = 500,
    due: Day = "2026-06-30",
    first: int = 2026,
    last: int = 2027,
) -> ActionItem:
    """An item of the joint action plan, to be committed to by the end of June 2026."""
    made = ActionItem.objects.create(
        code=code,
        title=f"Butir {code}",
        agency=Agency.objects.get(code=agency),
        first_year=first,
        last_year=last,
        amount=amount,
        commitment_due=due,
    )
    ActionItemPlace.objects.bulk_create(
        ActionItemPlace(item=made, place=where) for where in _places(places)
    )
    return made


def commitment(item: str = "I", **changes: Any) -> Commitment:
    """An integrated commitment of the responsible agency: it names its planning document."""
    subject = ActionItem.objects.get(code=item)
    agency = changes.pop("agency", subject.agency.code)
    values: dict[str, Any] = {
        "dated": "2026-06-15",
        "document": "Renja",
        "document_number": "12/2026",
        "document_date": "2026-06-01",
    }
    return Commitment.objects.create(
        item=subject, agency=Agency.objects.get(code=agency), **(values | changes)
    )


# --- Judgement ------------------------------------------------------------------------------------
def found(kind: str, year: int = YEAR, as_of: Day = AS_OF) -> list[dict[str, Any]]:
    """The findings of a kind, as they are printed; nothing is stored."""
    findings = judge(year=year, as_of=_day(as_of)).findings
    return [finding for finding in findings if finding["kind"] == kind]


def severities(kind: str, year: int = YEAR, as_of: Day = AS_OF) -> dict[str, int]:
    """Severity by key, the key without its kind."""
    return {_short(one["key"]): one["severity"] for one in found(kind, year, as_of)}


def amounts(kind: str, year: int = YEAR, as_of: Day = AS_OF) -> dict[str, int]:
    """Amount at stake by key, the key without its kind."""
    return {_short(one["key"]): one["amount"] for one in found(kind, year, as_of)}


def which(
    kind: str, cases: Iterable[dict[str, Any]], dpa: int | None = None
) -> list[dict[str, Any]]:
    """Those of the cases whose activity has a finding of the kind, all judged in one world.

    A case is what its activity has otherwise than by default.
    """
    made = list(cases)
    for number, changes in enumerate(made):
        activity(f"C{number}", **{"dpa": dpa} | changes)
    keys = {key.partition("/")[0] for key in severities(kind)}
    return [changes for number, changes in enumerate(made) if f"C{number}" in keys]


def keep(year: int = YEAR, as_of: Day = AS_OF) -> dict[str, int]:
    """Judge and store; how many findings were raised, changed and closed."""
    return judge(year=year, as_of=_day(as_of), store=True, read=False).written


def stored(kind: str, year: int = YEAR, as_of: Day = AS_OF) -> Finding:
    """The one finding of a kind after a run that stores, with its evidence."""
    keep(year, as_of)
    return Finding.objects.get(kind=kind, year=year)


def figures(code: str = "61.11", year: int = YEAR, as_of: Day = AS_OF) -> AreaFigure:
    """The figures of an area after a run that stores."""
    keep(year, as_of)
    return AreaFigure.objects.get(year=year, code=code)


def printed(finding: Finding) -> dict[str, Any]:
    """What METHOD.md's tables define of a stored finding, and the records that prove it."""
    names = ("key", "severity", "amount", "agencies", "places", "members", "records")
    return {name: getattr(finding, name) for name in names}


def _day(value: Day) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _short(key: str) -> str:
    return key.partition("/")[2]
