"""Reading a whole workbook: every row is read, checked, and compared with what is stored.

Nothing is written here. Rows go through in batches, so that every question to the database is
asked once for thousands of rows, and what remains in memory is one tuple for each row that is new
or changed. A record that the file brings in has a negative id until it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _

from exchange.workbook.cells import Reading
from exchange.workbook.columns import BrokenZone
from exchange.workbook.issues import Issues
from exchange.workbook.records import fill_lists, placeholder
from exchange.workbook.rows import SheetRows, Workbook
from exchange.workbook.sheet_intake import SheetIntake
from exchange.workbook.sheets import SHEETS, AnyModel, Sheet, plain_name
from planning.models import Zone, ZonePlace
from territory.notation import Gazetteer

# Called with the name of the sheet and the number of its rows read so far.
Progress = Callable[[str, int], None]


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
        known = {plain_name(sheet.name): sheet for sheet in SHEETS}
        found: dict[AnyModel, tuple[Sheet, SheetRows]] = {}
        for part in workbook.sheets:
            sheet = known.get(plain_name(part.name))
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
            fill_lists(model, records)
            found.update(records)
        return found
