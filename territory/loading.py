"""The steps of `load_areas`: what is asked for, what came of it, and the writing itself.

Everything is set-wise: rows are copied into staged tables, checked there against one another and
against what is stored, and only what differs is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from territory import codes, statements
from territory.models import Place
from territory.reading import (
    AREA_FILES,
    ISLAND_FILE,
    MAINLAND,
    PAIR_FILE,
    POINT_FILE,
    AreaRow,
    Folder,
    IslandRow,
    PairRow,
    PointRow,
    Problem,
    RefusedError,
)

Report = Callable[[str], None]
# From so many changed rows on, the planner's statistics are made anew at once.
MANY = 5_000
LABELS = {
    "province": gettext_lazy("provinces"),
    "regency": gettext_lazy("regencies"),
    "district": gettext_lazy("districts"),
    "village": gettext_lazy("villages"),
    "island": gettext_lazy("islands"),
    "point": gettext_lazy("village points"),
    "place": gettext_lazy("places"),
}


@dataclass
class Count:
    """How many records of a kind are new, changed, removed and as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def differs(self) -> bool:
        """Whether anything was written."""
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True)
class KeptPlace:
    """A place that the folder does not name any more, and what still lies there."""

    code: str
    used_by: tuple[str, ...]


@dataclass
class LoadResult:
    """What a load did; `counts` has the keys of LABELS that were loaded."""

    counts: dict[str, Count] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    kept: list[KeptPlace] = field(default_factory=list)
    managed: list[str] = field(default_factory=list)
    managed_changed: bool = False
    managed_places: int = 0

    def differs(self) -> bool:
        """Whether the load changed anything."""
        return self.managed_changed or any(count.differs() for count in self.counts.values())

    def written(self) -> int:
        """How many records were written."""
        return sum(c.new + c.changed + c.removed for c in self.counts.values())


class Selection:
    """Which rows `--area` asks for: an area, all below it, the areas that it lies in, its islands.

    An island of a neighbouring regency that one of its villages has land on comes along with that
    regency, since the pair would hang in the air without it.
    """

    def __init__(self, areas: Sequence[str], pairs: Iterable[PairRow]) -> None:
        self.areas = tuple(dict.fromkeys(areas))
        self.pairs = [pair for pair in pairs if self._asked(pair.village)]
        self._islands = {pair.island for pair in self.pairs} - {MAINLAND} if areas else set()
        regencies = {codes.area_of_island(island) for island in self._islands}
        self._above = regencies | {above for code in regencies for above in codes.areas_above(code)}

    def area(self, row: AreaRow) -> bool:
        """Whether an area is wanted."""
        return self._asked(row.code) or row.code in self._above

    def island(self, row: IslandRow) -> bool:
        """Whether an island is wanted."""
        return self._asked(codes.area_of_island(row.code)) or row.code in self._islands

    def point(self, row: PointRow) -> bool:
        """Whether a village's point is wanted."""
        return self._asked(row.village)

    def _asked(self, code: str) -> bool:
        return not self.areas or any(codes.touches(area, code) for area in self.areas)


class Load:
    """One run of `load_areas` inside a transaction."""

    def __init__(self, folder: Folder, areas: Sequence[str], report: Report) -> None:
        self.folder = folder
        self.selection = Selection(areas, folder.pairs())
        self.report = report
        self.result = LoadResult({"place": Count()}, skipped=folder.missing())

    def write_areas(self) -> None:
        """Stage, check, write areas and islands. Raises RefusedError with every reason."""
        statements.run("lock")
        statements.run("stage")
        staged = self._stage()
        if self.folder.problems:
            raise RefusedError(self.folder.problems)
        statements.run("stage_ready")
        self._refuse_orphans()
        self._write_areas(staged)
        self._count_again()
        self._write_islands(staged)
        self._count_again()

    def write_places(self) -> None:
        """Write the pairs of village and island; areas and islands have been written before."""
        self.report(_("Writing places …"))
        count = self.result.counts["place"]
        if self.folder.find(PAIR_FILE):
            statements.run("pairs_complete")
            count.removed = self._remove_unnamed()
        else:
            statements.run("pairs_default")
        # Of all places, not of the folder's only: a new managed area marks others as well.
        count.unchanged = Place.objects.count() - count.changed
        count.new = statements.run("places_insert")
        self._count_again()

    def _count_again(self) -> None:
        """Let the planner know the new sizes, or it joins 84,000 villages as if they were ten."""
        if self.result.written() >= MANY:
            statements.run("analyze")

    # -- staging and checking -----------------------------------------------------------------

    def _stage(self) -> dict[str, int]:
        """Copies the rows asked for; how many there are of each kind."""
        staged: dict[str, int] = {}
        for file in AREA_FILES:
            self._reading(file.name)
            rows = filter(self.selection.area, self.folder.areas(file))
            staged[file.level] = _copy("staged_area", rows)
        self._reading(ISLAND_FILE)
        islands = filter(self.selection.island, self.folder.islands())
        staged["island"] = _copy("staged_island", islands)
        points = filter(self.selection.point, self.folder.points())
        staged["point"] = _copy("staged_point", points)
        staged["pair"] = _copy("staged_pair", self.selection.pairs)
        return staged

    def _reading(self, name: str) -> None:
        if self.folder.find(name):
            self.report(_("Reading %(name)s …") % {"name": name})

    def _refuse_orphans(self) -> None:
        """Rows whose parent, village, island or regency is known neither here nor there."""
        names = {file.level.value: file.name for file in AREA_FILES}
        names |= {"island": ISLAND_FILE, "pair": PAIR_FILE, "point": POINT_FILE}
        problems = [
            Problem(
                self._shown(names[file]),
                line,
                _("%(missing)s, which %(code)s needs, is neither in this folder nor stored.")
                % {"missing": missing, "code": code}
                if missing != code
                else _("there is no village %(code)s, neither in this folder nor stored.")
                % {"code": code},
            )
            for file, line, code, missing in statements.fetch("orphans")
        ]
        if problems:
            raise RefusedError(problems)
        self._refuse_unknown_areas()

    def _refuse_unknown_areas(self) -> None:
        """`--area` names an area that is neither in the folder nor stored."""
        known = {code for (code,) in statements.fetch("areas_known", codes=[*self.selection.areas])}
        unknown = [code for code in self.selection.areas if code not in known]
        if unknown:
            message = _("--area %(code)s: there is no area with this code.")
            raise RefusedError([message % {"code": code} for code in unknown])

    def _shown(self, name: str) -> str:
        path = self.folder.find(name)
        return path.name if path else name

    # -- writing ------------------------------------------------------------------------------

    def _write_areas(self, staged: dict[str, int]) -> None:
        self.report(_("Writing areas …"))
        for file in AREA_FILES:
            level = file.level.value
            if self.folder.find(file.name):
                new = statements.run("areas_insert", level=level)
                changed = statements.run("areas_update", level=level)
                self._count(level, staged[level], new, changed)
        if self.folder.find(POINT_FILE):
            self._count("point", staged["point"], 0, statements.run("points_update"))

    def _write_islands(self, staged: dict[str, int]) -> None:
        if self.folder.find(ISLAND_FILE):
            self.report(_("Writing islands …"))
            new = statements.run("islands_insert")
            changed = statements.run("islands_update")
            self._count("island", staged["island"], new, changed)

    def _remove_unnamed(self) -> int:
        """Removes the places that the folder does not name any more, except those in use."""
        unnamed = {id for (id,) in statements.fetch("places_unnamed")}
        used = users_of(unnamed)
        code_of = dict(Place.objects.filter(id__in=used).values_list("id", "code"))
        self.result.kept = sorted(
            (KeptPlace(code_of[id], tuple(by)) for id, by in used.items()),
            key=lambda kept: kept.code,
        )
        free = unnamed - used.keys()
        Place.objects.filter(id__in=free).delete()
        return len(free)

    def _count(self, kind: str, staged: int, new: int, changed: int) -> None:
        self.result.counts[kind] = Count(new, changed, staged - new - changed)


def users_of(place_ids: set[int]) -> dict[int, list[str]]:
    """What lies at each of these places, by what the records are called; free ones are left out.

    The apps that come later are known by their foreign keys. What is only worked out from plans
    (levels, money) goes with its place and does not hold it.
    """
    used: dict[int, list[str]] = {}
    if not place_ids:
        return used
    for model, column, name in _holders():
        rows = model._base_manager.filter(**{f"{column}__in": place_ids})
        for place_id in rows.values_list(column, flat=True).distinct():
            used.setdefault(place_id, []).append(name)
    return used


def _holders() -> Iterator[tuple[type[models.Model], str, str]]:
    """(table, its column of the place, what its records are called) of all that holds a place."""
    relations = Place._meta.related_objects
    many = [relation for relation in relations if isinstance(relation, models.ManyToManyRel)]
    for relation in many:
        name = str(relation.related_model._meta.verbose_name_plural)
        if relation.through is not None:
            yield relation.through, relation.field.m2m_reverse_name(), name
    listed = {relation.through for relation in many}
    for single in relations:
        if not isinstance(single, models.ManyToOneRel) or single.related_model in listed:
            continue
        # History has no constraint: it speaks of places that are gone, too.
        is_bound = getattr(single.field, "db_constraint", False)
        if is_bound and single.on_delete is not models.CASCADE:
            name = str(single.related_model._meta.verbose_name_plural)
            yield single.related_model, single.field.attname, name


def _copy(table: str, rows: Iterable[Sequence[object]]) -> int:
    """Copies rows into a staged table, whose columns have their order; how many they were."""
    counted: Counter[str] = Counter()

    def passing() -> Iterator[Sequence[object]]:
        for row in rows:
            counted[table] += 1
            yield row

    statements.copy(table, passing())
    return counted[table]
