"""Some rows of a sheet, judged together: each question to the database is asked once for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from exchange.workbook.cells import Ref, RefList
from exchange.workbook.records import ABSENT, Entry, Record, Stored, placeholder, read_lists
from exchange.workbook.sheets import SHEET_OF, Column

if TYPE_CHECKING:
    from exchange.workbook.sheet_intake import SheetIntake


class Batch:
    """Rows of one sheet; `match` first, then `judge`."""

    def __init__(self, intake: SheetIntake, records: list[Record]) -> None:
        self.intake = intake
        self.sheet = intake.sheet
        self.records = records

    def match(self) -> None:
        """Find each row's stored record, and give an id to those that have none."""
        self._resolve([ref for ref in self.intake.refs if ref[1].field in self.sheet.key])
        self._match()

    def judge(self) -> None:
        """From codes to ids, from rows to records, and then every rule."""
        self._resolve([ref for ref in self.intake.refs if ref[1].field not in self.sheet.key])
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
            self.sheet.columns[position].header for position in self.intake.key_positions
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
                if any(column.field == name for _position, column, _kind in self.intake.refs)
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
        for position, column, kind in self.intake.refs:
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
                self.intake.say_errors(record.number, name, errors)

    def _keep(self) -> None:
        """Remember what is to be written."""
        intake = self.intake
        for record in self.records:
            record.instance = None
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
