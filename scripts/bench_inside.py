"""The measurements of one data set inside one process: `python -m scripts.bench_inside NAME`.

Works in the home of KERAPU_HOME, which must be empty; prints JSON. Called by scripts/bench.py.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kerapu.settings")

from scripts.processes import ROOT, SHARED

PAGE_ROUNDS = 20


@dataclass(frozen=True)
class DataSet:
    """Areas, plans, and the judgement that is asked of them."""

    areas: Path
    managed: str
    workbook: Path
    year: int
    as_of: date


DATA_SETS = {
    "example": DataSet(
        ROOT / "territory/data/kayong_utara",
        "61.11",
        SHARED / "example.xlsx",
        2026,
        date(2026, 8, 1),
    ),
    "procurement": DataSet(
        SHARED / "kab_bandung",
        "32.04",
        SHARED / "kab_bandung" / "procurement_2025.xlsx",
        2025,
        date(2025, 10, 20),
    ),
    "demo": DataSet(
        ROOT / "territory/data/kayong_utara",
        "61.11",
        ROOT / "exchange/data/demo.xlsx",
        2026,
        date(2026, 8, 1),
    ),
}
times: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Notes how many seconds the block took."""
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start


def measure(data: DataSet) -> dict[str, Any]:
    """Loads, imports, judges, exports; then the pages."""
    import django

    django.setup()
    from django.core.management import call_command

    from convergence.engine import judge
    from exchange.actions import export_workbook, import_workbook
    from programs.models import Activity
    from territory.actions import load_areas

    with timed("migrate"):
        call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with timed("load_areas"):
        load_areas(folder=data.areas, managed=[data.managed])
    with timed("import"):
        report = import_workbook(data.workbook)
    if report.errors:
        raise SystemExit("\n".join(map(str, report.errors[:20])))
    with timed("import again"):
        import_workbook(data.workbook)
    with timed("judge, first"):
        judged = judge(year=data.year, as_of=data.as_of, store=True)
    with timed("judge, nothing new"):
        judge(year=data.year, as_of=data.as_of, store=True, read=False)
    with tempfile.TemporaryDirectory() as folder, timed("export"):
        export_workbook(Path(folder) / "export.xlsx")
    reference(data)
    return {
        "activities": Activity.objects.count(),
        "findings": len(judged.findings),
        "seconds": times,
        "pages": pages(data),
    }


def reference(data: DataSet) -> None:
    """The same judgement by the plain reading of the method, where the tests are at hand."""
    try:
        from tests.convergence import reference as plain
    except ImportError:
        return
    areas = plain.read_areas(data.areas)
    world = plain.read_workbook(data.workbook, areas, (data.managed,))
    with timed("judge, plain Python"):
        plain.judge(world, data.year, data.as_of)


def pages(data: DataSet) -> dict[str, dict[str, float]]:
    """Milliseconds on the server (median, 95 %) and queries of each page."""
    return readers(data) | entering()


def readers(data: DataSet) -> dict[str, dict[str, float]]:
    """The pages of the judgement, as somebody who looks."""
    from django.urls import reverse

    from accounts.models import User
    from convergence.models import AreaFigure, Finding

    village = AreaFigure.objects.filter(year=data.year, level="village").order_by("-amount").first()
    finding = Finding.objects.filter(year=data.year).order_by("-amount").first()
    year = {"year": data.year}
    addresses = {
        "home": reverse("convergence:year", kwargs=year),
        "heat by village": reverse("convergence:heat_village", kwargs=year),
        "heat by island": reverse("convergence:heat_island", kwargs=year),
        "map": reverse("convergence:map", kwargs=year),
        "map data": reverse("convergence:map_data", kwargs=year),
        "findings": reverse("convergence:findings", kwargs=year),
        "findings.csv": reverse("convergence:findings_csv", kwargs=year),
    }
    if village is not None:
        addresses["a village"] = reverse("convergence:area", kwargs={**year, "code": village.code})
    if finding is not None:
        addresses["a finding"] = reverse("convergence:finding", kwargs={**year, "pk": finding.pk})
    return visits(User.objects.create_user("reader"), addresses)


def entering() -> dict[str, dict[str, float]]:
    """The pages of entry, when all activities are those of one agency and its editor looks."""
    from django.urls import reverse

    from accounts.models import Membership, User
    from programs.models import Activity
    from stakeholders.models import Agency

    agency = Agency.objects.order_by("code").first()
    assert agency is not None
    Activity.objects.update(agency=agency, status="verified")
    editor = User.objects.create_user("editor")
    Membership.objects.create(user=editor, agency=agency, role="editor")
    one = Activity.objects.order_by("code").first()
    assert one is not None
    return visits(
        editor,
        {
            "activities of one agency": reverse("programs:activities"),
            "activities, searched": reverse("programs:activities") + "?q=pembangunan",
            "an activity": reverse("programs:activity", args=[one.pk]),
            "a new activity": reverse("programs:create"),
            "an activity changed": reverse("programs:change", args=[one.pk]),
            "activities by API": "/api/v1/activities",
        },
    )


def visits(user: Any, addresses: dict[str, str]) -> dict[str, dict[str, float]]:
    """Each address as this person: median and 95 % of the server's time, queries, size."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    visitor = Client(SERVER_NAME="localhost")
    visitor.force_login(user)

    def visit(address: str) -> int:
        answer = visitor.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        return len(answer.getvalue())

    found = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            size = visit(address)
        count = len(queries)
        took = sorted(seconds(visit, address) for _round in range(PAGE_ROUNDS))
        found[name] = {
            "ms": round(statistics.median(took) * 1000, 1),
            "ms 95 %": round(took[int(PAGE_ROUNDS * 0.95) - 1] * 1000, 1),
            "queries": count,
            "kB": round(size / 1000, 1),
        }
    return found


def seconds(function: Callable[[str], object], argument: str) -> float:
    """How long the call took."""
    start = time.perf_counter()
    function(argument)
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(measure(DATA_SETS[sys.argv[1]])))
