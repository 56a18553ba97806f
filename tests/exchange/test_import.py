"""Importing a workbook: what is new, what changes, what stays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from budgets.models import BudgetLine
from catalogue.models import Output, Stage
from exchange.actions import Counts, import_workbook
from monitoring.models import Report
from planning.models import ActionItem, Commitment, Need, Zone
from programs.models import Activity, Clearance
from stakeholders.models import Agency, Mandate

from .books import BETOK, KARIMATA, PLACE, changed, every_row, only, put, sound, without_column

pytestmark = pytest.mark.usefixtures("kayong_utara")


def imported(path, **options):
    report = import_workbook(path, **options)
    assert report.errors == []
    return report


EVENTS = {"programs": "ActivityEvent", "planning": "NeedEvent"}


def updates_of(label: str) -> list[Any]:
    """The history that changes have left."""
    model = apps.get_model(label, EVENTS[label])
    return list(model._default_manager.filter(pgh_label="update").select_related("pgh_context"))


def test_everything_arrives(make):
    report = imported(make(sound()))

    assert sum(counts.new for counts in report.sheets.values()) == 22
    assert report.warnings == []
    activity: Any = Activity.objects.get(code="KG-1")
    assert activity.agency.code == "DPUPR"
    assert activity.volume == Decimal("12.5")
    assert (activity.first_day, activity.last_day) == (dt.date(2026, 1, 5), dt.date(2026, 11, 30))
    assert activity.status == "verified"
    assert activity.action_item == ActionItem.objects.get(code="RA-1")
    assert (activity.origin_system, activity.origin_code) == ("SIPD", "77")
    assert PLACE in set(activity.places.values_list("code", flat=True))
    assert Agency.objects.get(code="BPPW").parent == Agency.objects.get(code="PUPR")
    assert ActionItem.objects.get().amount == 1_250_000
    line: Any = BudgetLine.objects.get(code="AG-1")
    assert (line.amount, line.stage, line.place.code) == (900_000_000, Stage.ENACTED, PLACE)
    assert Output.objects.get(code="TRP-09").supporting
    assert not Output.objects.get(code="TRP-01").supporting
    zone: Any = Zone.objects.get()
    assert {sector.code for sector in zone.sectors.all()} == {"AIR", "TRP"}
    assert {place.island.code for place in zone.places.all()} == {KARIMATA}
    need = Need.objects.get(code="KB-2")
    assert set(need.places.all()) == set(zone.places.all())
    assert Mandate.objects.filter(agency__code="DPUPR", area__code="61.11").exists()
    assert Mandate.objects.get(agency__code="BPPW").area is None
    assert Report.objects.get(quarter=2).physical == Decimal("40.5")
    assert Report.objects.get(quarter=2).status == "submitted"
    assert Clearance.objects.get().zone == zone
    assert Commitment.objects.get().document_number == "8/2026"


def test_second_import_changes_nothing(make):
    path = make(sound())
    imported(path)
    before = every_row()

    report = imported(path)

    assert report.changes == 0
    assert sum(counts.unchanged for counts in report.sheets.values()) == 22
    assert every_row() == before


def test_only_what_changed_is_written(make):
    imported(make(sound()))

    report = imported(make(changed("Kegiatan!C2", "Pipa air baru")))

    assert report.sheets["Kegiatan"] == Counts(new=0, changed=1, unchanged=1)
    assert report.changes == 1
    activity = Activity.objects.get(code="KG-1")
    assert (activity.title, activity.version) == ("Pipa air baru", 2)
    assert Activity.objects.get(code="KG-2").version == 1
    [event] = updates_of("programs")
    assert event.pgh_context.metadata == {"source": "workbook", "file": "book.xlsx"}


def test_places_change_by_difference(make):
    imported(make(sound()))
    before = set(Need.objects.get(code="KB-1").needplace_set.values_list("pk", flat=True))

    report = imported(make(changed("Kebutuhan!B2", f"{PLACE}; {BETOK}@61.11.40014")))

    need = Need.objects.get(code="KB-1")
    assert report.sheets["Kebutuhan"] == Counts(new=0, changed=1, unchanged=1)
    assert before < set(need.needplace_set.values_list("pk", flat=True))
    assert need.places.count() == 2
    # Whoever has its form open must be told.
    assert need.version == 2
    assert len(updates_of("planning")) == 1


def test_zone_sectors_change(make):
    imported(make(sound()))

    imported(make(changed("Kawasan!E2", "TRP")))

    assert [sector.code for sector in Zone.objects.get().sectors.all()] == ["TRP"]


def test_dry_run_writes_nothing(make):
    before = every_row()

    report = imported(make(sound()), dry_run=True)

    assert report.changes == 22
    assert every_row() == before


def test_missing_column_leaves_the_value(make):
    imported(make(sound()))

    imported(make(without_column(sound(), "Kegiatan", "Judul")))
    report = imported(make(without_column(sound(), "Kebutuhan", "Target")))

    assert Activity.objects.get(code="KG-1").title == "Pipa air"
    assert Need.objects.get(code="KB-1").target == Decimal("12.5")
    assert report.changes == 0


def test_empty_cell_clears(make):
    imported(make(sound()))
    book = sound()
    for cell in ("Kebutuhan!F2", "Kebutuhan!I2", "Kegiatan!K2", "Anggaran!G2", "Kawasan!E2"):
        put(book, cell, None)
    put(book, "Kegiatan!L2", "  ")
    put(book, "Kegiatan!M2", None)

    imported(make(book))

    need, activity = Need.objects.get(code="KB-1"), Activity.objects.get(code="KG-1")
    assert (need.target, need.note) == (None, "")
    assert (activity.action_item, activity.origin_system) == (None, "")
    assert BudgetLine.objects.get(code="AG-1").place is None
    assert not Zone.objects.get().sectors.exists()


def test_empty_places_of_an_activity_clear(make):
    imported(make(sound()))
    book = changed("Kegiatan!H2", None)
    put(book, "Anggaran!G2", None)

    imported(make(book))

    assert not Activity.objects.get(code="KG-1").places.exists()


def test_column_missing_in_a_new_record_is_empty(make):
    imported(make(without_column(sound(), "Kebutuhan", "Target")))

    assert Need.objects.get(code="KB-1").target is None


def test_records_that_are_not_in_the_file_stay(make):
    imported(make(sound()))

    imported(make({"Bidang": [["Kode", "Nama"], ["KES", "Kesehatan"]]}))

    assert Activity.objects.count() == 2


def test_references_to_what_is_stored(make):
    book = sound()
    imported(make({name: book.pop(name) for name in ("Pemangku", "Bidang", "Keluaran", "Kawasan")}))

    report = imported(make(book))

    assert set(report.sheets) == set(book)
    assert Need.objects.get(code="KB-2").places.exists()


def test_order_of_columns_and_case_of_names_are_free(make):
    book = {
        " bidang ": [["NAMA ", " kode"], ["Air", "AIR"]],
        "Keluaran": [["Satuan", "Nama", "Bidang", "Kode"], ["unit", "Sumur", "AIR", "AIR-01"]],
    }

    report = imported(make(book))

    assert Output.objects.get().sector.name == "Air"
    assert report.warnings == []


def test_unknown_sheets_and_columns_are_reported(make):
    book = only("Bidang") | {"Catatan": [["Apa"], ["saja"]]}
    book["Bidang"][0] += ["Warna", None]
    book["Bidang"][1] += ["biru", "tanpa judul"]

    report = imported(make(book))

    assert [(warning.sheet, warning.cell, warning.code) for warning in report.warnings] == [
        ("Bidang", "C1", "unknown_column"),
        ("Bidang", "D1", "nameless_column"),
        ("Catatan", "A1", "unknown_sheet"),
    ]


def test_empty_rows_are_skipped(make):
    book = only("Bidang")
    book["Bidang"].insert(1, [None, None])
    book["Bidang"].insert(3, ["", "   "])
    book["Bidang"] += [[None, None]] * 5000 + [["KES", "Kesehatan"]]

    report = imported(make(book))

    assert report.sheets["Bidang"].new == 3


def test_a_whole_number_is_a_code(make):
    imported(make({"Bidang": [["Kode", "Nama"], [123, 2026]]}))

    report = imported(make({"Bidang": [["Kode", "Nama"], ["123", "2026"]]}))

    assert report.changes == 0


def test_an_area_may_stand_as_a_number(make):
    book = changed("Kewenangan!C2", 61.11)
    put(book, "Kebutuhan!B2", 61.11)

    imported(make(book))

    assert Mandate.objects.filter(agency__code="DPUPR", area__code="61.11").exists()


def test_origins_may_be_exchanged(make):
    book = sound()
    put(book, "Anggaran!H3", "SIPD")
    put(book, "Anggaran!I3", "77/2")
    imported(make(book))
    put(book, "Anggaran!I2", "77/2")
    put(book, "Anggaran!I3", "77/1")

    report = imported(make(book))

    assert report.sheets["Anggaran"].changed == 2
    assert BudgetLine.objects.get(code="AG-2").origin_code == "77/1"


def test_example(example):
    report = imported(example)

    assert {name: counts.new for name, counts in report.sheets.items()} == {
        "Pemangku": 24, "Bidang": 10, "Keluaran": 26, "Kewenangan": 16, "Kawasan": 2,
        "Kebutuhan": 48, "Rencana Aksi": 12, "Kegiatan": 70, "Anggaran": 177, "Realisasi": 89,
        "Persetujuan": 8, "Komitmen": 11,
    }  # fmt: skip
    assert {warning.code for warning in report.warnings} == {
        "inactive_year",
        "falling_progress",
        "empty_clearance",
    }
    before = every_row()
    assert import_workbook(example).changes == 0
    assert every_row() == before


def test_real_plans(procurement):
    from territory.actions import load_areas

    load_areas(folder=procurement.parent, managed=["32.04"])

    report = imported(procurement)

    assert {name: counts.new for name, counts in report.sheets.items()} == {
        "Pemangku": 47, "Bidang": 37, "Keluaran": 329, "Kegiatan": 2478, "Anggaran": 2478,
        "Realisasi": 304,
    }  # fmt: skip
    assert import_workbook(procurement).changes == 0
