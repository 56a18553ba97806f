"""Reading a whole workbook: every row is read, checked, and compared with what is stored.

Nothing is written here. Rows go through in batches, so that every question to the database is
asked once for thousands of rows, and what remains in memory is one tuple for each row that is new
or changed. A record that the file brings in has a negative id until it is written.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from exchange.workbook.cells import Reading, Ref, RefList, check_odd, is_blank, tidy
from exchange.workbook.issues import Issues
from exchange.workbook.rows import (
    Cell,
    Merge,
    Odd,
    Row,
    SheetRows,
    Workbook,
    column_letters,
)
from exchange.workbook.sheets import SHEET_OF, SHEETS, AnyModel, Column, Sheet
from planning.models import Zone, ZonePlace
from territory.notation import Gazetteer

BATCH = 2_000
MEMO = 10_000  # values of a column that are kept, read and checked, for rows that repeat them
# What a row has where its sheet lacks the column.
ABSENT: Any = object()

# Called with the name of the sheet and the number of its rows read so far.
Progress = Callable[[str, int], None]

BLANK = gettext_lazy("“%(header)s” must not be empty.")


class Entry(NamedTuple):
    """A row that is to be written: its number, its values, and those that were stored before."""

    number: int
    after: tuple[Any, ...]
    before: tuple[Any, ...] | None


class Stored(NamedTuple):
    """A record as it is in the database."""

    pk: int
    values: tuple[Any, ...]


class Record:
    """A row on its way through a batch."""

    __slots__ = ("faulty", "instance", "key", "number", "pk", "stored", "values")

    def __init__(self, number: int, values: list[Any], faulty: set[str]) -> None:
        self.number = number
        self.values = values
        self.faulty = faulty  # fields whose value is not known; their errors are already reported
        self.key: Any = None
        self.pk = 0
        self.stored: Stored | None = None
        self.instance: models.Model | None = None


class BrokenZone(Exception):
    """A list names a zone whose own row is refused: nothing to say here, and nothing to read."""


class Everything(frozenset[int]):
    """The places of a record whose own row is refused: nobody is blamed for what they lack."""

    def __contains__(self, _place: object) -> bool:
        return True


class ColumnReader:
    """Cells of one column to values, by its kind and by the model field's own rules."""

    def __init__(self, sheet: Sheet, column: Column, reading: Reading) -> None:
        self.field = column.field
        self._column = column
        self._reading = reading
        is_plain = not (column.is_list or sheet.field(column).is_relation)
        self._clean = sheet.field(column).clean if is_plain else None
        self._empty = sheet.empty_value(column) if column.optional else ABSENT
        self._memo: dict[Cell, tuple[Any, list[ValidationError]]] = {}
        self._blank = ValidationError(BLANK, "blank", {"header": column.header})

    def read(self, cell: Cell | None) -> tuple[Any, list[ValidationError] | None]:
        """The value, and None or why it cannot be had."""
        if cell is None or is_blank(cell):
            if self._empty is ABSENT:
                return None, [self._blank]
            return self._empty, None
        found = self._memo.get(cell)
        if found is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            found = self._memo[cell] = self._read(cell)
        value, errors = found
        return (value, None) if value is not ABSENT else (None, errors)

    def _read(self, cell: Cell) -> tuple[Any, list[ValidationError]]:
        try:
            check_odd(cell)
            value = self._column.kind.read(cell, self._reading)
            if self._clean is not None:
                value = self._clean(value, None)
            elif self._column.is_list and not isinstance(self._column.kind, RefList):
                value = tuple(sorted(value))
            if value == ():  # only separators
                return self._empty, [self._blank]
        except BrokenZone:
            return ABSENT, []
        except ValidationError as error:
            return ABSENT, error.error_list
        return value, []


class Codes:
    """The ids of a model's records by their codes, looked up many at a time."""

    def __init__(self, model: AnyModel) -> None:
        self.model = model
        self.pks: dict[str, int] = {}
        self._absent: set[str] = set()

    def fetch(self, codes: Iterable[str]) -> None:
        """Look up those not known yet."""
        wanted = {code for code in codes if code not in self.pks and code not in self._absent}
        if wanted:
            stored = self.model._default_manager.filter(code__in=wanted)
            self.pks.update(stored.values_list("code", "pk"))
            self._absent.update(wanted.difference(self.pks))


class ZonePlaces(Mapping[str, Sequence[int]]):
    """Each zone's places as they will be after the import, loaded when a list first names one."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._places: dict[str, Sequence[int]] | None = None

    def _load(self) -> dict[str, Sequence[int]]:
        if self._places is None:
            places: dict[int, list[int]] = {
                pk: [] for pk in Zone.objects.values_list("pk", flat=True)
            }
            for zone, place in ZonePlace.objects.values_list("zone_id", "place_id"):
                places[zone].append(place)
            self._places = {code: places[pk] for code, pk in Zone.objects.values_list("code", "pk")}
            sheet = self._intake.sheets.get(Zone)
            if sheet is not None:
                code, listed = sheet.sheet.positions["code"], sheet.sheet.positions["places"]
                for entry in sheet.entries.values():
                    self._places[entry.after[code]] = entry.after[listed]
        return self._places

    def __getitem__(self, code: str) -> Sequence[int]:
        return self._load()[code]

    def __contains__(self, code: object) -> bool:
        sheet = self._intake.sheets.get(Zone)
        if sheet is not None and code in sheet.broken_codes:
            raise BrokenZone
        return code in self._load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


@dataclass
class Intake:
    """A workbook as it was read: what is new and changed in each sheet, and what is to be said."""

    gazetteer: Gazetteer
    progress: Progress
    errors: Issues = field(default_factory=Issues)
    warnings: Issues = field(default_factory=Issues)
    sheets: dict[AnyModel, SheetIntake] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reading = Reading(self.gazetteer, ZonePlaces(self))
        self._codes: dict[AnyModel, Codes] = {}

    def read(self, workbook: Workbook) -> None:
        """Read, check and compare every sheet that the contract knows. Raises WorkbookError."""
        for sheet, rows in self._match_sheets(workbook):
            intake = self.sheets[sheet.model] = SheetIntake(self, sheet)
            intake.read(rows)
        for intake in self.sheets.values():
            for check in intake.sheet.final_checks:
                check(intake)

    def codes(self, model: AnyModel) -> Codes:
        """The codes of a model's records, of the file or stored."""
        return self._codes.setdefault(model, Codes(model))

    def _match_sheets(self, workbook: Workbook) -> list[tuple[Sheet, SheetRows]]:
        known = {_plain_name(sheet.name): sheet for sheet in SHEETS}
        found: dict[AnyModel, tuple[Sheet, SheetRows]] = {}
        for part in workbook.sheets:
            sheet = known.get(_plain_name(part.name))
            if sheet is None:
                message = _("This sheet is not known and was ignored. Known are: %(names)s.")
                names = ", ".join(sheet.name for sheet in SHEETS)
                self.warnings.add(
                    len(SHEETS),
                    part.name,
                    1,
                    0,
                    code="unknown_sheet",
                    message=message % {"names": names},
                )
            elif sheet.model in found:
                message = _("There are two sheets of this name. Put their rows into one.")
                self.errors.add(
                    SHEETS.index(sheet), part.name, 1, 0, code="doubled_sheet", message=message
                )
            else:
                found[sheet.model] = sheet, workbook.rows(part)
        return [found[sheet.model] for sheet in SHEETS if sheet.model in found]

    def stubs(self, model: AnyModel, pks: set[int]) -> dict[int, models.Model]:
        """Records by id as they will be after the import, for `clean()` to look at.

        The one of a row that is refused has its id and otherwise nothing.
        """
        intake = self.sheets.get(model)
        found: dict[int, models.Model] = {}
        stored: list[int] = []
        for pk in pks:
            entry = intake.entries.get(pk) if intake is not None else None
            if intake is not None and entry is not None:
                found[pk] = intake.build(pk, entry.after)
            elif pk < 0 or (intake is not None and pk in intake.broken):
                found[pk] = placeholder(model, pk)
            else:
                stored.append(pk)
        if stored:
            records = model._default_manager.in_bulk(stored)
            _fill_lists(model, records)
            found.update(records)
        return found


class SheetIntake:
    """One sheet as it was read."""

    def __init__(self, intake: Intake, sheet: Sheet) -> None:
        self.intake = intake
        self.sheet = sheet
        self.order = SHEETS.index(sheet)
        self.seen: dict[Any, int] = {}  # key → row, for every row of the file
        self.entries: dict[int, Entry] = {}  # id → what is to be written
        self.broken: set[int] = set()
        self.broken_codes: set[str] = set()
        self.unchanged = 0
        self._next = itertools.count(-1, -1)
        self._letters: dict[str, int] = {}  # field → column of the file
        self._headed: set[int] = set()
        self._nameless: set[int] = set()
        self._reported_columns: set[str] = set()
        self._readers = [ColumnReader(sheet, column, intake.reading) for column in sheet.columns]
        self._refs = [
            (position, column, column.kind)
            for position, column in enumerate(sheet.columns)
            if isinstance(column.kind, Ref)
        ]
        # Arguments in the order of the model's fields are the fast way to make an instance.
        fields = sheet.model._meta.concrete_fields
        self._arguments = [
            (position, None if position is not None else field.get_default())
            for position, field in zip(sheet.arguments, fields, strict=True)
        ]
        self._pk_argument = fields.index(sheet.model._meta.pk)
        self._cached_lists = [
            (position, column) for position, column in enumerate(sheet.columns) if column.cached_as
        ]
        self._key_positions = [sheet.positions[name] for name in sheet.key]

    @property
    def new(self) -> int:
        """How many records the file brings in."""
        return sum(entry.before is None for entry in self.entries.values())

    @property
    def changed(self) -> int:
        """How many stored records the file changes."""
        return len(self.entries) - self.new

    def value(self, entry: Entry, name: str) -> Any:
        """A field's value after the import."""
        return entry.after[self.sheet.positions[name]]

    def value_before(self, entry: Entry, name: str) -> Any:
        """A field's stored value; None in a new record."""
        return None if entry.before is None else entry.before[self.sheet.positions[name]]

    # -- saying something ------------------------------------------------------------------------

    def error(
        self, number: int, name: str, code: str, message: str | StrPromise, /, **params: Any
    ) -> None:
        """Refuse the cell of a field in a row."""
        self._say(self.intake.errors, number, name, code, message, params)

    def warn(
        self, number: int, name: str, code: str, message: str | StrPromise, /, **params: Any
    ) -> None:
        """Warn about the cell of a field in a row."""
        self._say(self.intake.warnings, number, name, code, message, params)

    def _say(
        self,
        issues: Issues,
        number: int,
        name: str,
        code: str,
        message: str | StrPromise,
        params: Mapping[str, Any],
    ) -> None:
        column = self._letters.get(name, self._letters.get(self.sheet.key[0], 0))
        text = str(message) % params if params else str(message)
        issues.add(self.order, self.sheet.name, number, column, code=code, message=text)

    def _say_errors(self, number: int, name: str, errors: Iterable[ValidationError]) -> None:
        for error in errors:
            for message in error.messages:
                self.error(number, name, error.code or "invalid", message)

    # -- the stream ------------------------------------------------------------------------------

    def read(self, rows: SheetRows) -> None:
        """Take in every row, in batches; all at once where a row may name one below it."""
        stream = iter(rows)
        header = next(stream, None)
        if header is not None and self._read_header(header):
            size = None if self.sheet.refers_to_itself else BATCH
            records = self._records(stream)
            while batch := list(itertools.islice(records, size)):
                Batch(self, batch).judge()
        self._check_merges(rows.merges)
        self._warn_nameless()

    def _read_header(self, header: Row) -> bool:
        """Find the columns; whether rows can be read by them."""
        by_name = {_plain_name(column.header): column for column in self.sheet.columns}
        issues = self.intake.errors, self.intake.warnings
        if header.number == 1:
            for index, cell in sorted(header.cells.items()):
                self._read_header_cell(index, cell, by_name)
        missing = [
            self.sheet.columns[position].header
            for position in self._key_positions
            if not self.sheet.columns[position].optional
            and self.sheet.columns[position].field not in self._letters
        ]
        if missing:
            message = _(
                "Row 1 lacks the header %(headers)s, by which rows are matched. Headers stand in"
                " row 1."
            ) % {"headers": ", ".join(missing)}
            issues[0].add(self.order, self.sheet.name, 1, 0, code="key_column", message=message)
        return not missing

    def _read_header_cell(self, index: int, cell: Cell, by_name: Mapping[str, Column]) -> None:
        if is_blank(cell):
            return
        self._headed.add(index)
        name = cell.text if isinstance(cell, Odd) else str(cell)
        column = by_name.get(_plain_name(name))
        if column is None:
            message = _("The column “%(header)s” is not known and was ignored.")
            self.intake.warnings.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="unknown_column",
                message=message % {"header": name},
            )
        elif column.field in self._letters:
            message = _("The column “%(header)s” stands twice (also in %(cell)s). Remove one.")
            first = f"{column_letters(self._letters[column.field])}1"
            self.intake.errors.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="doubled_column",
                message=message % {"header": column.header, "cell": first},
            )
        else:
            self._letters[column.field] = index

    def _records(self, rows: Iterator[Row]) -> Iterator[Record]:
        """Every row that is not empty, its cells read."""
        present = [
            (position, self._letters[reader.field], reader)
            for position, reader in enumerate(self._readers)
            if reader.field in self._letters
        ]
        template = [
            self.sheet.empty_value(column)
            if column.optional and column.field in self.sheet.key
            else ABSENT
            for column in self.sheet.columns
        ]
        for count, row in enumerate(rows, 1):
            cells = row.cells
            if all(
                (cell := cells.get(index)) is None or is_blank(cell)
                for _position, index, _reader in present
            ):
                continue
            self._nameless |= cells.keys() - self._headed
            values = template.copy()
            faulty: set[str] = set()
            for position, index, reader in present:
                value, errors = reader.read(cells.get(index))
                values[position] = value
                if errors is not None:
                    faulty.add(reader.field)
                    self._say_errors(row.number, reader.field, errors)
            if count % BATCH == 0:
                self.intake.progress(self.sheet.name, count)
            yield Record(row.number, values, faulty)

    def _check_merges(self, merges: Iterable[Merge]) -> None:
        """A value in a merged cell belongs to the first of its cells only; the rest look empty."""
        columns = set(self._letters.values())
        for merge in merges:
            if merge.bottom > 1 and columns.intersection(range(merge.left, merge.right + 1)):
                message = _("The cells %(cells)s are merged. Unmerge them and fill in each one.")
                self.intake.errors.add(
                    self.order,
                    self.sheet.name,
                    merge.top,
                    merge.left,
                    code="merged",
                    message=message % {"cells": merge.reference},
                )

    def _warn_nameless(self) -> None:
        """Columns that hold something and have no header."""
        for index in sorted(self._nameless):
            message = _("Column %(column)s has no header in row 1 and was ignored.")
            self.intake.warnings.add(
                self.order,
                self.sheet.name,
                1,
                index,
                code="nameless_column",
                message=message % {"column": column_letters(index)},
            )

    def report_column(self, number: int, column: Column) -> None:
        """A required column is missing, and a new record wants it: said once."""
        if column.field not in self._reported_columns:
            self._reported_columns.add(column.field)
            message = _(
                "The column “%(header)s” is missing; the new record in row %(row)s needs it."
            ) % {"header": column.header, "row": number}
            self.intake.errors.add(
                self.order, self.sheet.name, 1, 0, code="missing_column", message=message
            )

    # -- what a batch asks -----------------------------------------------------------------------

    def build(self, pk: int, values: Sequence[Any]) -> models.Model:
        """An instance with these values, not saved."""
        arguments = [
            default if position is None else values[position]
            for position, default in self._arguments
        ]
        arguments[self._pk_argument] = pk
        instance = self.sheet.model(*arguments)
        for position, column in self._cached_lists:
            value = values[position]
            places = Everything() if value is None else frozenset(value)
            instance.__dict__[column.cached_as] = places
        return instance

    def key_of(self, values: Sequence[Any]) -> Any:
        """What a record is matched by: its code, or a tuple."""
        if len(self._key_positions) == 1:
            return values[self._key_positions[0]]
        return tuple(values[position] for position in self._key_positions)

    def next_pk(self) -> int:
        """An id for a record that is not stored."""
        return next(self._next)


class Batch:
    """Some rows of a sheet, judged together."""

    def __init__(self, intake: SheetIntake, records: list[Record]) -> None:
        self.intake = intake
        self.sheet = intake.sheet
        self.records = records

    def judge(self) -> None:
        """From codes to ids, from rows to records, and then every rule."""
        key = set(self.sheet.key)
        own = [ref for ref in self.intake._refs if ref[1].field in key]
        other = [ref for ref in self.intake._refs if ref[1].field not in key]
        self._resolve(own)
        self._match()
        self._resolve(other)
        self._complete()
        self._clean()
        for check in self.sheet.batch_checks:
            check(self)
        self._keep()

    def sound(self, *names: str) -> Iterator[Record]:
        """The records in which these fields are known."""
        for record in self.records:
            if not record.faulty.intersection(names):
                yield record

    def _resolve(self, refs: Sequence[tuple[int, Column, Ref]]) -> None:
        """Replace the codes of other records by their ids."""
        for position, column, kind in refs:
            codes = self.intake.intake.codes(kind.model)
            known = self.intake.intake.sheets.get(kind.model)
            broken = known.broken if known is not None else frozenset()
            named = [
                record
                for record in self.sound(column.field)
                if record.values[position] is not None and record.values[position] is not ABSENT
            ]
            if isinstance(kind, RefList):
                codes.fetch(code for record in named for code in record.values[position])
            else:
                codes.fetch(record.values[position] for record in named)
            for record in named:
                value = record.values[position]
                listed = value if isinstance(kind, RefList) else (value,)
                pks = [codes.pks.get(code) for code in listed]
                for code, pk in zip(listed, pks, strict=True):
                    if pk is None:
                        self._report_unknown(record, column, kind, code)
                    elif pk in broken:
                        record.faulty.add(column.field)
                if isinstance(kind, RefList):
                    record.values[position] = tuple(sorted(pk for pk in pks if pk is not None))
                else:
                    record.values[position] = pks[0]

    def _report_unknown(self, record: Record, column: Column, kind: Ref, code: str) -> None:
        record.faulty.add(column.field)
        sheet = SHEET_OF.get(kind.model)
        if sheet is None:
            message = _("There is no area with the code %(code)s. Correct it, or have it loaded.")
        else:
            message = _(
                "%(code)s is neither in the sheet “%(sheet)s” of this file nor stored. Correct the"
                " code, or add the record."
            )
        params = {"code": code, "sheet": sheet.name if sheet else ""}
        self.intake.error(record.number, column.field, "unknown", message, **params)

    def _match(self) -> None:
        """Find each row's stored record, and refuse a key that stands twice."""
        intake = self.intake
        keyed: list[Record] = []
        for record in self.records:
            if record.faulty.isdisjoint(self.sheet.key):
                record.key = intake.key_of(record.values)
                first = intake.seen.setdefault(record.key, record.number)
                if first == record.number:
                    keyed.append(record)
                else:
                    self._report_doubled(record, first)
        stored = self._stored([record.key for record in keyed])
        codes = intake.intake.codes(self.sheet.model).pks
        for record in keyed:
            record.stored = stored.get(record.key)
            record.pk = record.stored.pk if record.stored else intake.next_pk()
            if self.sheet.key == ("code",):
                codes[record.key] = record.pk

    def _report_doubled(self, record: Record, first: int) -> None:
        name = self.sheet.key[0]
        record.faulty.add(name)
        headers = ", ".join(
            self.sheet.columns[position].header for position in self.intake._key_positions
        )
        message = _("The same %(headers)s as in row %(row)s. A record may stand once.")
        self.intake.error(record.number, name, "doubled", message, headers=headers, row=first)

    def _stored(self, keys: list[Any]) -> dict[Any, Stored]:
        """The stored records with these keys, as they are compared."""
        manager = self.sheet.model._default_manager
        if self.sheet.key == ("code",):
            records = manager.filter(code__in=keys)
        else:
            # Matched by several fields: all records of the same parent are looked through.
            index, name = next(
                (index, name)
                for index, name in enumerate(self.sheet.key)
                if any(column.field == name for _position, column, _kind in self.intake._refs)
            )
            parents = {key[index] for key in keys if key[index] > 0}
            records = manager.filter(**{f"{name}__in": parents})
        plain = [
            attribute
            for column, attribute in zip(self.sheet.columns, self.sheet.attributes, strict=True)
            if not column.is_list
        ]
        rows = {pk: iter(values) for pk, *values in records.values_list("pk", *plain)}
        lists = {
            column.field: read_lists(self.sheet, column, rows.keys())
            for column in self.sheet.columns
            if column.is_list
        }
        found: dict[Any, Stored] = {}
        for pk, values in rows.items():
            whole = tuple(
                lists[column.field].get(pk, ()) if column.is_list else next(values)
                for column in self.sheet.columns
            )
            found[self.intake.key_of(whole)] = Stored(pk, whole)
        return found

    def _complete(self) -> None:
        """Where the sheet lacks a column: the stored value, or in a new record the empty one."""
        missing = [
            (position, column)
            for position, column in enumerate(self.sheet.columns)
            if any(record.values[position] is ABSENT for record in self.records)
        ]
        for position, column in missing:
            for record in self.records:
                if record.values[position] is not ABSENT:
                    continue
                if record.stored is not None:
                    record.values[position] = record.stored.values[position]
                elif column.optional:
                    record.values[position] = self.sheet.empty_value(column)
                else:
                    record.values[position] = None
                    record.faulty.add(column.field)
                    if record.key is not None:
                        self.intake.report_column(record.number, column)

    def _clean(self) -> None:
        """The model's own rules of a row, on instances whose relations are all at hand."""
        for record in self.records:
            record.instance = self.intake.build(record.pk, record.values)
        own = {record.pk: record.instance for record in self.records if record.instance}
        for position, column, kind in self.intake._refs:
            # Areas have no sheet and large outlines; a rule that wants one has it loaded itself.
            if not column.is_list and kind.model in SHEET_OF:
                self._relate(position, column, kind, own if kind.model is self.sheet.model else {})
        for record in self.records:
            assert record.instance is not None
            try:
                record.instance.clean()
            except ValidationError as error:
                self._report_clean(record, error)

    def _relate(
        self, position: int, column: Column, kind: Ref, own: Mapping[int, models.Model]
    ) -> None:
        """Put the records that a column names at the instances, so that no rule has to ask."""
        pks = {record.values[position] for record in self.records} - {None}
        related = self.intake.intake.stubs(kind.model, pks.difference(own)) | dict(own)
        for record in self.records:
            pk = record.values[position]
            if pk is not None:
                setattr(record.instance, column.field, related[pk])
            elif column.field in record.faulty:
                setattr(record.instance, column.field, placeholder(kind.model, None))

    def _report_clean(self, record: Record, error: ValidationError) -> None:
        """An error of a field that is already known to be faulty is only an echo."""
        by_field = (
            error.error_dict
            if hasattr(error, "error_dict")
            else {NON_FIELD_ERRORS: error.error_list}
        )
        echo = frozenset(record.faulty)
        for name, errors in by_field.items():
            if name not in echo:
                record.faulty.add(name)
                self.intake._say_errors(record.number, name, errors)

    def _keep(self) -> None:
        """Remember what is to be written."""
        intake = self.intake
        for record in self.records:
            if record.faulty:
                if record.pk:
                    intake.broken.add(record.pk)
                    if isinstance(record.key, str):
                        intake.broken_codes.add(record.key)
                continue
            after = tuple(record.values)
            if record.stored is None:
                intake.entries[record.pk] = Entry(record.number, after, None)
            elif after == record.stored.values:
                intake.unchanged += 1
            else:
                # What did not change is kept once.
                before = tuple(
                    new if new == old else old
                    for new, old in zip(after, record.stored.values, strict=True)
                )
                intake.entries[record.pk] = Entry(record.number, after, before)


def placeholder(model: AnyModel, pk: int | None) -> models.Model:
    """Stands for a record whose own row, or whose code, is refused."""
    instance = model(pk=pk)
    sheet = SHEET_OF.get(model)
    for column in sheet.columns if sheet is not None else ():
        if column.cached_as:
            instance.__dict__[column.cached_as] = Everything()
    return instance


def _fill_lists(model: AnyModel, records: Mapping[int, models.Model]) -> None:
    """Give stored records their lists, so that nobody asks for them one by one."""
    sheet = SHEET_OF.get(model)
    for column in sheet.columns if sheet is not None else ():
        if sheet is not None and column.cached_as:
            lists = read_lists(sheet, column, records.keys())
            for pk, record in records.items():
                record.__dict__[column.cached_as] = frozenset(lists.get(pk, ()))


def read_lists(sheet: Sheet, column: Column, pks: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """What a list column holds in these records, as sorted ids."""
    through, ours, listed = sheet.pairs(column)
    pairs = through._default_manager.filter(**{f"{ours}__in": list(pks)})
    found: dict[int, list[int]] = {}
    for pk, other in pairs.values_list(f"{ours}_id", f"{listed}_id"):
        found.setdefault(pk, []).append(other)
    return {pk: tuple(sorted(others)) for pk, others in found.items()}


def _plain_name(name: str) -> str:
    """A header or a sheet's name, whatever its case and its blanks."""
    return " ".join(tidy(name).split()).casefold()


__all__ = ["Batch", "Entry", "Intake", "Progress", "Record", "SheetIntake"]
