"""The sheets of CONTRACT.md section 3, declared. A new sheet is a new entry here, and nothing else.

Their order is that of writing: a sheet refers only to sheets above it, or to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models

from budgets.models import BudgetLine
from catalogue.models import FundingSource, Output, Sector, Stage
from exchange.workbook import checks
from exchange.workbook.cells import (
    Amount,
    AreaRef,
    Code,
    Day,
    Kind,
    OnePlace,
    Places,
    Quantity,
    Ref,
    RefList,
    Text,
    Whole,
    Word,
    tidy,
    words,
)
from monitoring.models import Report
from planning.models import ActionItem, Commitment, Need, Zone
from programs.models import Activity, Clearance
from stakeholders.models import Agency, Mandate
from territory.models import Area

if TYPE_CHECKING:
    from exchange.workbook.batch import Batch
    from exchange.workbook.sheet_intake import SheetIntake

AnyModel = type[models.Model]


@dataclass(frozen=True)
class Column:
    """A column: its header, the model field that it fills, and the kind of its cells."""

    header: str
    field: str
    kind: Kind
    optional: bool = False
    # Where records of other sheets ask this one for its places: the cached property that answers,
    # filled beforehand for many at once.
    cached_as: str = ""
    width: int = 16

    @cached_property
    def is_list(self) -> bool:
        """Whether its values are kept in a table of pairs."""
        return isinstance(self.kind, Places | RefList)


@dataclass(frozen=True)
class Sheet:
    """A sheet: the model whose records it holds, and the fields by which they are matched."""

    name: str
    model: AnyModel
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    # What is judged over a batch of rows, and over the whole sheet once every sheet is read.
    batch_checks: tuple[Callable[[Batch], None], ...] = ()
    final_checks: tuple[Callable[[SheetIntake], None], ...] = ()

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each field stands in `columns`."""
        return {column.field: index for index, column in enumerate(self.columns)}

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """Per column the attribute that holds its value: `agency_id` for `agency`."""
        return tuple(
            column.field if column.is_list else self.field(column).attname
            for column in self.columns
        )

    @cached_property
    def arguments(self) -> tuple[int | None, ...]:
        """Per column field of the model where its value stands in `columns`; None elsewhere."""
        positions = {
            self.field(column).attname: position
            for position, column in enumerate(self.columns)
            if not column.is_list
        }
        return tuple(positions.get(field.attname) for field in self.model._meta.concrete_fields)

    @property
    def refers_to_itself(self) -> bool:
        """Whether a row may name a row below it."""
        return any(
            isinstance(column.kind, Ref) and column.kind.model is self.model
            for column in self.columns
        )

    def field(self, column: Column) -> Any:
        """The model field of a column."""
        return self.model._meta.get_field(column.field)

    def empty_value(self, column: Column) -> Any:
        """What an empty cell of an optional column means."""
        if column.is_list:
            return ()
        field = self.field(column)
        return None if field.null else field.get_default()

    def pairs(self, column: Column) -> tuple[AnyModel, str, str]:
        """The table of pairs of a list column, and its two fields: ours and the listed."""
        field = self.field(column)
        return field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()


CODE = Column("Kode", "code", Code(), width=20)
NAME = Column("Nama", "name", Text(), width=44)
ORIGIN = (
    Column("Sistem Asal", "origin_system", Text(), optional=True),
    Column("Kode Asal", "origin_code", Text(), optional=True, width=20),
)
YEARS = (
    Column("Tahun Awal", "first_year", Whole(), width=12),
    Column("Tahun Akhir", "last_year", Whole(), width=12),
)

STATUS = Word(
    {
        "draf": Activity.Status.DRAFT,
        "diajukan": Activity.Status.SUBMITTED,
        "dikembalikan": Activity.Status.RETURNED,
        "terverifikasi": Activity.Status.VERIFIED,
        "batal": Activity.Status.CANCELLED,
    }
)
STAGE = Word(
    {
        "indikatif": Stage.INDICATIVE,
        "rka": Stage.PROPOSED,
        "dpa": Stage.ENACTED,
        "dppa": Stage.REVISED,
    }
)

AGENCIES = Sheet(
    "Pemangku",
    Agency,
    key=("code",),
    columns=(
        CODE,
        NAME,
        Column("Jenis", "kind", words(Agency.Kind.values)),
        Column("Induk", "parent", Ref(Agency), optional=True),
    ),
    final_checks=(checks.no_parent_cycles,),
)
SECTORS = Sheet("Bidang", Sector, key=("code",), columns=(CODE, NAME))
OUTPUTS = Sheet(
    "Keluaran",
    Output,
    key=("code",),
    columns=(
        CODE,
        NAME,
        Column("Bidang", "sector", Ref(Sector)),
        Column("Satuan", "unit", Text()),
        Column("Penunjang", "supporting", Word({"ya": True, "tidak": False}), optional=True),
    ),
    final_checks=(checks.stored_needs_keep_sector,),
)
MANDATES = Sheet(
    "Kewenangan",
    Mandate,
    key=("agency", "sector", "area"),
    columns=(
        Column("Pemangku", "agency", Ref(Agency)),
        Column("Bidang", "sector", Ref(Sector)),
        Column("Wilayah", "area", AreaRef(Area), optional=True),
    ),
)
ZONES = Sheet(
    "Kawasan",
    Zone,
    key=("code",),
    columns=(
        CODE,
        NAME,
        Column("Jenis", "kind", Text()),
        Column("Otoritas", "authority", Ref(Agency)),
        Column("Bidang Terbatas", "sectors", RefList(Sector), optional=True),
        Column("Lokasi", "places", Places(of_zone=True), width=40),
    ),
)
NEEDS = Sheet(
    "Kebutuhan",
    Need,
    key=("code",),
    columns=(
        CODE,
        Column("Lokasi", "places", Places(), width=40),
        Column("Bidang", "sector", Ref(Sector)),
        Column("Keluaran", "output", Ref(Output), optional=True),
        Column("Bobot", "weight", Whole(), width=8),
        Column("Target", "target", Quantity(), optional=True),
        *YEARS,
        Column("Keterangan", "note", Text(), optional=True, width=40),
    ),
)
ACTION_ITEMS = Sheet(
    "Rencana Aksi",
    ActionItem,
    key=("code",),
    columns=(
        CODE,
        Column("Judul", "title", Text(), width=44),
        Column("Pemangku", "agency", Ref(Agency)),
        Column("Keluaran", "output", Ref(Output), optional=True),
        Column("Lokasi", "places", Places(), width=40),
        *YEARS,
        Column("Jumlah Indikatif", "amount", Amount(), width=20),
        Column("Batas Komitmen", "commitment_due", Day()),
    ),
)
ACTIVITIES = Sheet(
    "Kegiatan",
    Activity,
    key=("code",),
    columns=(
        CODE,
        Column("Pemangku", "agency", Ref(Agency)),
        Column("Judul", "title", Text(), width=44),
        Column("Keluaran", "output", Ref(Output)),
        Column("Volume", "volume", Quantity(), width=12),
        Column("Mulai", "first_day", Day(), width=12),
        Column("Selesai", "last_day", Day(), width=12),
        Column("Lokasi", "places", Places(), optional=True, cached_as="place_ids", width=40),
        Column("Status", "status", STATUS),
        Column("Program", "programme", Text(), optional=True, width=30),
        Column("Rencana Aksi", "action_item", Ref(ActionItem), optional=True),
        *ORIGIN,
    ),
    final_checks=(checks.one_record_an_origin, checks.stored_lines_keep_place),
)
BUDGET_LINES = Sheet(
    "Anggaran",
    BudgetLine,
    key=("code",),
    columns=(
        CODE,
        Column("Kegiatan", "activity", Ref(Activity), width=20),
        Column("Tahun", "year", Whole(), width=8),
        Column("Sumber Dana", "source", words(FundingSource.values)),
        Column("Tahap", "stage", STAGE, width=12),
        Column("Jumlah", "amount", Amount(), width=20),
        Column("Lokasi", "place", OnePlace(), optional=True, width=30),
        *ORIGIN,
    ),
    batch_checks=(checks.warn_inactive_year,),
    final_checks=(checks.one_record_an_origin,),
)
REPORTS = Sheet(
    "Realisasi",
    Report,
    key=("activity", "year", "quarter"),
    columns=(
        Column("Kegiatan", "activity", Ref(Activity), width=20),
        Column("Tahun", "year", Whole(), width=8),
        Column("Triwulan", "quarter", Whole(), width=10),
        Column("Fisik", "physical", Quantity(), width=10),
        Column("Keuangan", "realised", Amount(), width=20),
        Column("Tanggal", "dated", Day(), width=12),
        Column(
            "Status",
            "status",
            Word({"draf": Report.Status.DRAFT, "dikirim": Report.Status.SUBMITTED}),
            optional=True,
        ),
    ),
    final_checks=(checks.warn_falling_progress,),
)
CLEARANCES = Sheet(
    "Persetujuan",
    Clearance,
    key=("number", "activity", "zone"),
    columns=(
        Column("Nomor", "number", Text(), width=28),
        Column("Kegiatan", "activity", Ref(Activity), width=20),
        Column("Kawasan", "zone", Ref(Zone)),
        Column("Berlaku Dari", "valid_from", Day()),
        Column("Berlaku Sampai", "valid_to", Day()),
    ),
    batch_checks=(checks.warn_empty_clearance,),
)
COMMITMENTS = Sheet(
    "Komitmen",
    Commitment,
    key=("item", "agency", "document", "document_number"),
    columns=(
        Column("Rencana Aksi", "item", Ref(ActionItem)),
        Column("Pemangku", "agency", Ref(Agency)),
        Column("Tanggal", "dated", Day(), width=12),
        Column("Dokumen", "document", Text(), optional=True),
        Column("Nomor Dokumen", "document_number", Text(), optional=True, width=20),
        Column("Tanggal Dokumen", "document_date", Day(), optional=True),
    ),
)

SHEETS = (
    AGENCIES,
    SECTORS,
    OUTPUTS,
    MANDATES,
    ZONES,
    NEEDS,
    ACTION_ITEMS,
    ACTIVITIES,
    BUDGET_LINES,
    REPORTS,
    CLEARANCES,
    COMMITMENTS,
)
SHEET_OF: dict[AnyModel, Sheet] = {sheet.model: sheet for sheet in SHEETS}


def plain_name(name: str) -> str:
    """A header or a sheet's name, whatever its case and its blanks."""
    return " ".join(tidy(name).split()).casefold()
