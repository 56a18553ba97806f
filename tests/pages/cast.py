"""A fixed cast: one district of islands and a bit of mainland, five agencies, a judged year.

It holds METHOD.md's worked example (Betok Jaya on Pulau Karimata, 2026) and what the pages need
besides: an activity at several villages, one without a place, a place without a need.
"""

import datetime as dt

from accounts.models import User
from budgets.models import BudgetLine
from catalogue.models import Output, Sector, Stage
from convergence.engine import judge
from monitoring.models import Report
from planning.models import Need, NeedPlace
from programs.models import Activity, ActivityPlace
from stakeholders.models import Agency, Mandate
from territory.models import Area, Island, ManagedArea, Place

YEAR = 2026
AS_OF = dt.date(2026, 8, 1)
KARIMATA = "61.11.06.2002@61.11.40034"
PADANG = "61.11.06.2003@61.11.40034"
SERUTU = "61.11.06.2002@61.11.40082"
PELAPIS = "61.11.06.2001@61.11.40075"
SUTERA = "61.11.01.2001@-"

AREAS = [
    ("61", "KALIMANTAN BARAT", "province"),
    ("61.11", "KABUPATEN KAYONG UTARA", "regency"),
    ("61.11.01", "Sukadana", "district"),
    ("61.11.06", "Kepulauan Karimata", "district"),
    ("61.11.01.2001", "Sutera", "village"),
    ("61.11.06.2001", "Pelapis", "village"),
    ("61.11.06.2002", "Betok Jaya", "village"),
    ("61.11.06.2003", "Padang", "village"),
]
ISLANDS = [
    ("61.11.40034", "Pulau Karimata", -1.61, 108.87),
    ("61.11.40075", "Pulau Pelapis", -1.30, 109.16),
    ("61.11.40082", "Pulau Serutu", -1.72, 108.72),
]
AGENCIES = [
    ("BKSDA", "Balai KSDA Kalimantan Barat", "upt_pusat"),
    ("BPPW", "Balai Prasarana Permukiman", "upt_pusat"),
    ("DISHUB", "Dinas Perhubungan", "pemda"),
    ("DPUPR", "Dinas Pekerjaan Umum", "pemda"),
    ("ESDM", "Kementerian Energi", "kementerian"),
]
SECTORS = [("AIR", "Air bersih"), ("ENR", "Energi"), ("TRP", "Transportasi laut")]
OUTPUTS = [
    ("AIR-01", "Sambungan air pipa", "AIR"),
    ("ENR-01", "PLTS komunal", "ENR"),
    ("TRP-01", "Dermaga", "TRP"),
]
# code, agency, title, output, status, places
ACTIVITIES = [
    ("KG-1", "DPUPR", "Pembangunan air pipa Betok Jaya", "AIR-01", "verified", [KARIMATA]),
    ("KG-2", "ESDM", "Pembangunan PLTS komunal", "ENR-01", "verified", [KARIMATA]),
    ("KG-3", "BPPW", "Penyediaan sambungan air", "AIR-01", "submitted", [KARIMATA]),
    ("KG-4", "DISHUB", "Kajian dermaga rakyat", "TRP-01", "submitted", []),
    ("KG-5", "DISHUB", "Dermaga apung tiga pulau", "TRP-01", "verified", [PELAPIS, SERUTU, SUTERA]),
]
# activity, stage, amount
LINES = [
    ("KG-1", Stage.ENACTED, 900_000_000),
    ("KG-3", Stage.PROPOSED, 300_000_000),
    ("KG-4", Stage.INDICATIVE, 150_000_000),
    ("KG-5", Stage.INDICATIVE, 1_000_000_000),
    ("KG-5", Stage.ENACTED, 500_000_001),
]


def territory() -> None:
    """Areas, islands, places; the regency is managed."""
    ManagedArea.objects.create(code="61.11")
    areas: dict[str, Area] = {}
    for code, name, level in AREAS:
        parent = areas.get(code.rpartition(".")[0])
        areas[code] = Area.objects.create(code=code, name=name, level=level, parent=parent)
    for code, name, latitude, longitude in ISLANDS:
        Island.objects.create(
            code=code, name=name, regency=areas["61.11"], latitude=latitude, longitude=longitude
        )
    for code in (KARIMATA, PADANG, SERUTU, PELAPIS, SUTERA):
        village, _, island = code.partition("@")
        Place.objects.create(
            code=code,
            village=areas[village],
            island=Island.objects.filter(code=island).first(),
            district=areas[village[:8]],
            regency=areas["61.11"],
            province=areas["61"],
            managed=True,
        )


def catalogue() -> None:
    """Agencies, sectors, outputs, mandates."""
    for code, name, kind in AGENCIES:
        Agency.objects.create(code=code, name=name, kind=kind)
    for code, name in SECTORS:
        Sector.objects.create(code=code, name=name)
    for code, name, sector in OUTPUTS:
        Output.objects.create(
            code=code, name=name, sector=Sector.objects.get(code=sector), unit="unit"
        )
    Mandate.objects.create(
        agency=Agency.objects.get(code="DISHUB"), sector=Sector.objects.get(code="TRP")
    )


def need(code: str, sector: str, weight: int, *places: str) -> None:
    """A need of the years around 2026."""
    made = Need.objects.create(
        code=code,
        sector=Sector.objects.get(code=sector),
        weight=weight,
        first_year=2025,
        last_year=2028,
    )
    for place in places:
        NeedPlace.objects.create(need=made, place=Place.objects.get(code=place))


def activity(
    code: str, agency: str, title: str, output: str, status: str, places: list[str]
) -> None:
    """An activity from April to November 2026."""
    made = Activity.objects.create(
        code=code,
        agency=Agency.objects.get(code=agency),
        title=title,
        output=Output.objects.get(code=output),
        volume=1,
        first_day=dt.date(2026, 4, 1),
        last_day=dt.date(2026, 11, 30),
        status=status,
    )
    for place in places:
        ActivityPlace.objects.create(activity=made, place=Place.objects.get(code=place))


def plans() -> None:
    """Needs, activities, budget lines, one report."""
    need("KB-1", "AIR", 5, KARIMATA)
    need("KB-2", "ENR", 3, KARIMATA)
    need("KB-3", "TRP", 2, KARIMATA, PADANG)
    for row in ACTIVITIES:
        activity(*row)
    for number, (code, stage, amount) in enumerate(LINES, start=1):
        BudgetLine.objects.create(
            code=f"AG-{number}",
            activity=Activity.objects.get(code=code),
            year=YEAR,
            source="apbd_kab",
            stage=stage,
            amount=amount,
        )
    Report.objects.create(
        activity=Activity.objects.get(code="KG-1"),
        year=YEAR,
        quarter=2,
        physical=40,
        realised=300_000_000,
        dated=dt.date(2026, 7, 10),
    )


def judged() -> None:
    """Store the judgement of the year."""
    judge(year=YEAR, as_of=AS_OF, store=True, read=False)


def regent() -> User:
    """Somebody who looks."""
    return User.objects.create_user("bupati", password="laut-tenang-1", name="Bupati")


def everything() -> None:
    """The whole cast, judged."""
    territory()
    catalogue()
    plans()
    judged()
