"""Rules over many rows, asked once for all of them: what a row alone cannot know.

The rules of a field and of a row live in the models. Each function here is named in `sheets` by
the sheet that it judges; a batch check sees rows, a final check the whole sheet once all are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.utils.translation import gettext_lazy as _

from budgets.models import BudgetLine
from monitoring.models import Report
from planning.models import Need
from programs.models import Clearance
from stakeholders.models import Agency

if TYPE_CHECKING:
    from exchange.workbook.batch import Batch
    from exchange.workbook.records import Entry
    from exchange.workbook.sheet_intake import SheetIntake

CHUNK = 2_000
T = TypeVar("T")

CYCLE = _("The agencies %(codes)s are above each other in a circle. Correct one “Induk”.")
ORIGIN_IN_FILE = _(
    "%(system)s %(code)s already stands in row %(row)s. An origin belongs to one record."
)
ORIGIN_STORED = _(
    "%(system)s %(code)s already belongs to %(record)s. An origin belongs to one record."
)
NEED_SECTOR = _(
    "The need %(need)s names this output and belongs to another sector. Correct the need in the"
    " same file, or leave the sector."
)
LINE_PLACE = _(
    "The budget line %(line)s is at a place that would no longer be one of this activity's. Keep"
    " the place, or correct the line in the same file."
)
INACTIVE_YEAR = _("The activity %(activity)s is not active in %(year)s.")
FALLING = _(
    "The progress falls from %(before)s %% to %(after)s %%, against quarter %(quarter)s of"
    " %(year)s."
)
EMPTY_CLEARANCE = _("The last day is before the first: this clearance covers no day.")


# -- batches -------------------------------------------------------------------------------------


def warn_inactive_year(batch: Batch) -> None:
    """A budget line of a year in which its activity is not active."""
    for record in batch.sound("activity", "year"):
        line = cast(BudgetLine, record.instance)
        if not line.activity.active_in(line.year):
            batch.intake.warn(
                record.number,
                "year",
                "inactive_year",
                INACTIVE_YEAR,
                activity=line.activity.code,
                year=line.year,
            )


def warn_empty_clearance(batch: Batch) -> None:
    """A clearance that ends before it begins: letters with such a slip exist (programs.models)."""
    for record in batch.sound("valid_from", "valid_to"):
        clearance = cast(Clearance, record.instance)
        if clearance.valid_to < clearance.valid_from:
            batch.intake.warn(record.number, "valid_to", "empty_clearance", EMPTY_CLEARANCE)


# -- whole sheets --------------------------------------------------------------------------------


def no_parent_cycles(agencies: SheetIntake) -> None:
    """No agency is above itself, over however many steps; one step is the model's own rule."""
    moved = {pk: agencies.value(entry, "parent") for pk, entry in agencies.entries.items()}
    if not any(moved.values()):
        return
    parents = dict(Agency.objects.values_list("pk", "parent_id")) | moved
    for cycle in _cycles(parents):
        codes = dict(Agency.objects.filter(pk__in=cycle).values_list("pk", "code"))
        codes |= {pk: agencies.value(agencies.entries[pk], "code") for pk in cycle if pk in moved}
        shown = ", ".join(sorted(codes.values()))
        for pk in cycle:
            if pk in moved:
                agencies.error(agencies.entries[pk].number, "parent", "cycle", CYCLE, codes=shown)


def _cycles(parents: dict[int, int | None]) -> Iterator[list[int]]:
    """Each circle of two or more once."""
    done: set[int] = set()
    for start in parents:
        path: dict[int, int] = {}
        step: int | None = start
        while step is not None and step not in done and step not in path:
            path[step] = len(path)
            step = parents.get(step)
        if step is not None and step in path:
            circle = list(path)[path[step] :]
            if len(circle) > 1:
                yield circle
        done.update(path)


def one_record_an_origin(sheet: SheetIntake) -> None:
    """(Sistem Asal, Kode Asal) names one record, in the file and with what is stored."""
    owners: dict[tuple[str, str], Entry] = {}
    released: set[int] = set()
    named: list[tuple[int, Entry]] = []
    for pk, entry in sheet.entries.items():
        origin, before = _origin(sheet, entry.after), _origin(sheet, entry.before)
        if origin == before:
            continue
        released.add(pk)
        if origin[0]:
            first = owners.setdefault(origin, entry)
            if first is entry:
                named.append((pk, entry))
            else:
                sheet.error(
                    entry.number,
                    "origin_code",
                    "origin_doubled",
                    ORIGIN_IN_FILE,
                    system=origin[0],
                    code=origin[1],
                    row=first.number,
                )
    for chunk in chunks(named):
        stored = _stored_origins(sheet, [_origin(sheet, entry.after) for _pk, entry in chunk])
        for _pk, entry in chunk:
            origin = _origin(sheet, entry.after)
            owner, record = stored.get(origin, (0, ""))
            if owner and owner not in released:
                sheet.error(
                    entry.number,
                    "origin_code",
                    "origin_stored",
                    ORIGIN_STORED,
                    system=origin[0],
                    code=origin[1],
                    record=record,
                )


def _origin(sheet: SheetIntake, values: Sequence[Any] | None) -> tuple[str, str]:
    if values is None:
        return "", ""
    positions = sheet.sheet.positions
    return values[positions["origin_system"]], values[positions["origin_code"]]


def _stored_origins(
    sheet: SheetIntake, origins: list[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, str]]:
    """The stored records (id, code) that have these origins."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for system in {system for system, _code in origins}:
        codes = [code for other, code in origins if other == system]
        records = sheet.sheet.model._default_manager.filter(
            origin_system=system, origin_code__in=codes
        )
        for origin, pk, code in records.values_list("origin_code", "pk", "code"):
            found[system, origin] = pk, code
    return found


def stored_needs_keep_sector(outputs: SheetIntake) -> None:
    """When an output moves to another sector, no stored need may be left that names it.

    Needs that are in the file are judged by their own `clean()`.
    """
    moved = {
        pk: entry
        for pk, entry in outputs.entries.items()
        if entry.before is not None
        and outputs.value(entry, "sector") != outputs.value_before(entry, "sector")
    }
    seen = _seen(outputs, Need)
    for chunk in chunks(moved):
        needs = Need.objects.filter(output_id__in=chunk).order_by("code")
        for code, output, sector in needs.values_list("code", "output_id", "sector_id"):
            entry = moved[output]
            if code not in seen and sector != outputs.value(entry, "sector"):
                outputs.error(entry.number, "sector", "need_sector", NEED_SECTOR, need=code)


def stored_lines_keep_place(activities: SheetIntake) -> None:
    """When an activity loses a place, no stored budget line may be left that names it.

    Lines that are in the file are judged by their own `clean()`.
    """
    lost = {
        pk: places
        for pk, entry in activities.entries.items()
        if (
            places := set(activities.value_before(entry, "places") or ())
            - set(activities.value(entry, "places"))
        )
    }
    seen = _seen(activities, BudgetLine)
    for chunk in chunks(lost):
        lines = BudgetLine.objects.filter(activity_id__in=chunk, place__isnull=False)
        for code, activity, place in lines.order_by("code").values_list(
            "code", "activity_id", "place_id"
        ):
            if place in lost[activity] and code not in seen:
                number = activities.entries[activity].number
                activities.error(number, "places", "line_place", LINE_PLACE, line=code)


def warn_falling_progress(reports: SheetIntake) -> None:
    """Physical progress that is lower than in the report before, stored ones included."""
    written: dict[int, list[Entry]] = {}
    for entry in reports.entries.values():
        written.setdefault(reports.value(entry, "activity"), []).append(entry)
    for chunk in chunks(dict.fromkeys(activity for activity, _year, _quarter in reports.seen)):
        progress: dict[int, dict[tuple[int, int], Any]] = {activity: {} for activity in chunk}
        stored = Report.objects.filter(activity_id__in=[pk for pk in chunk if pk > 0])
        for activity, year, quarter, physical in stored.values_list(
            "activity_id", "year", "quarter", "physical"
        ):
            progress[activity][year, quarter] = physical
        for activity, by_quarter in progress.items():
            for entry in written.get(activity, ()):
                quarter_of = reports.value(entry, "year"), reports.value(entry, "quarter")
                by_quarter[quarter_of] = reports.value(entry, "physical")
            for earlier, later in pairwise(sorted(by_quarter)):
                if by_quarter[later] < by_quarter[earlier]:
                    _warn_fall(reports, activity, earlier, later, by_quarter)


def _warn_fall(
    reports: SheetIntake,
    activity: int,
    earlier: tuple[int, int],
    later: tuple[int, int],
    progress: dict[tuple[int, int], Any],
) -> None:
    """At the later report if it is in the file, else at the earlier one."""
    number = reports.seen.get((activity, *later)) or reports.seen.get((activity, *earlier))
    if number is not None:
        reports.warn(
            number,
            "physical",
            "falling_progress",
            FALLING,
            before=f"{progress[earlier].normalize():f}",
            after=f"{progress[later].normalize():f}",
            quarter=earlier[1],
            year=earlier[0],
        )


def _seen(sheet: SheetIntake, model: type[Need] | type[BudgetLine]) -> Iterable[str]:
    """The codes of a model's records that are in the file."""
    other = sheet.intake.sheets.get(model)
    return other.seen if other is not None else ()


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """As many as one question to the database may name."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
