"""Reads the files of `load_areas` (CONTRACT.md section 2) and says what is wrong in them.

Nothing here touches the database. Every mistake of every file is collected as
`file:line: message`, so that whoever repairs the folder sees them all at once.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from territory import codes
from territory.models import Area

MAINLAND = "-"
MAX_NAME = 200
FLAGS = {"0": False, "1": True}
_ANGLE = r"(\d{1,3})°\s*(\d{1,2})['′]\s*(\d{1,2}(?:\.\d+)?)[\"″]\s*"
COORDINATE = re.compile(rf"{_ANGLE}([NS])\s+{_ANGLE}([EW])", re.ASCII)


class Problem(NamedTuple):
    """A mistake in a file; the line is None where the file as a whole is meant."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return ":".join([self.file, *([str(self.line)] if self.line else []), f" {self.message}"])


class RefusedError(Exception):
    """The input cannot be taken; nothing was written. `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = [str(problem) for problem in problems]


@dataclass(frozen=True)
class AreaFile:
    """One of the four files of areas: which level it holds, and how its codes look."""

    level: Area.Level
    name: str
    parent_column: str | None
    code: re.Pattern[str]
    example: str

    @property
    def columns(self) -> list[str]:
        """The columns that it must have."""
        return ["code", *([self.parent_column] if self.parent_column else []), "name"]


# From the top down: an area is written after the one that it lies in.
AREA_FILES = (
    AreaFile(Area.Level.PROVINCE, "provinces.csv", None, re.compile(codes.PROVINCE_CODE), "61"),
    AreaFile(
        Area.Level.REGENCY,
        "regencies.csv",
        "province_code",
        re.compile(codes.REGENCY_CODE),
        "61.11",
    ),
    AreaFile(
        Area.Level.DISTRICT,
        "districts.csv",
        "regency_code",
        re.compile(codes.DISTRICT_CODE),
        "61.11.06",
    ),
    AreaFile(
        Area.Level.VILLAGE,
        "villages.csv",
        "district_code",
        re.compile(codes.VILLAGE_CODE),
        "61.11.06.2002",
    ),
)
ISLAND_FILE = "islands.csv"
PAIR_FILE = "island_villages.csv"
POINT_FILE = "village_points.csv"
# What CONTRACT.md names; village_points.csv is ours, and nobody is told that it is missing.
NAMED_FILES = (*(file.name for file in AREA_FILES), ISLAND_FILE, PAIR_FILE)
ISLAND_COLUMNS = [
    "code",
    "regency_code",
    "coordinate",
    "is_populated",
    "is_outermost_small",
    "name",
]
REGENCY = re.compile(codes.REGENCY_CODE)
_VILLAGE = re.compile(codes.VILLAGE_CODE)
_ISLAND = re.compile(codes.ISLAND_CODE)


class AreaRow(NamedTuple):
    """A row of one of the four files of areas; `parent` is empty for a province."""

    line: int
    level: str
    code: str
    name: str
    parent: str | None


class IslandRow(NamedTuple):
    """A row of islands.csv; `regency` is empty where the island lies in several."""

    line: int
    code: str
    name: str
    regency: str | None
    latitude: float | None
    longitude: float | None
    outermost_small: bool
    populated: bool


class PairRow(NamedTuple):
    """A row of island_villages.csv; `island` is `-` for land on no island."""

    line: int
    village: str
    island: str


class PointRow(NamedTuple):
    """A row of village_points.csv: a point inside the village, in degrees."""

    line: int
    village: str
    latitude: float
    longitude: float


@dataclass
class Folder:
    """A folder of area files, plain or gzipped, and the mistakes found in them so far."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.path.is_dir():
            raise RefusedError([_("%(path)s: there is no such folder.") % {"path": self.path}])
        if not any(self.find(name) for name in (*NAMED_FILES, POINT_FILE)):
            raise RefusedError(
                [
                    _("%(path)s: none of these files is in it: %(names)s (plain or .gz).")
                    % {"path": self.path, "names": ", ".join(NAMED_FILES)}
                ]
            )

    def find(self, name: str) -> Path | None:
        """The file of this name, or its gzipped form; None where neither is there."""
        for path in (self.path / name, self.path / f"{name}.gz"):
            if path.exists():
                return path
        return None

    def missing(self) -> list[str]:
        """The named files that are not there."""
        return [name for name in NAMED_FILES if self.find(name) is None]

    def areas(self, file: AreaFile) -> Iterator[AreaRow]:
        """The rows of a file of areas that are in order."""
        for line, values in self._unique(file.name, file.columns, file.code, file.example):
            code, name = values[0], values[-1]
            parent = values[1] if file.parent_column else None
            above = codes.areas_above(code)
            if parent is not None and parent != above[-1]:
                self._refuse(
                    file.name,
                    line,
                    _("%(column)s is %(value)s, but the code %(code)s lies in %(parent)s.")
                    % {
                        "column": file.parent_column,
                        "value": parent or _("empty"),
                        "code": code,
                        "parent": above[-1],
                    },
                )
            elif self._is_name(file.name, line, name):
                yield AreaRow(line, file.level, code, name, parent)

    def islands(self) -> Iterator[IslandRow]:
        """The rows of islands.csv that are in order."""
        rows = self._unique(ISLAND_FILE, ISLAND_COLUMNS, _ISLAND, "61.11.40034")
        for line, (code, regency, coordinate, populated, outermost, name) in rows:
            point = self._coordinate(line, coordinate)
            flags = [
                self._flag(line, "is_outermost_small", outermost),
                self._flag(line, "is_populated", populated),
            ]
            in_order = self._is_name(ISLAND_FILE, line, name)
            in_order &= self._is_regency(line, code, regency)
            if in_order and point is not None and None not in flags:
                yield IslandRow(
                    line, code, name, regency or None, *point, bool(flags[0]), bool(flags[1])
                )

    def pairs(self) -> Iterator[PairRow]:
        """The rows of island_villages.csv that are in order."""
        seen: set[tuple[str, str]] = set()
        for line, (village, island) in self._rows(PAIR_FILE, ["village_code", "island_code"]):
            if not self._has_shape(PAIR_FILE, line, village, _VILLAGE, "61.11.06.2002"):
                continue
            if island != MAINLAND and not self._has_shape(
                PAIR_FILE, line, island, _ISLAND, "61.11.40034"
            ):
                continue
            if (village, island) in seen:
                doubled = _("%(code)s stands twice.") % {"code": f"{village}@{island}"}
                self._refuse(PAIR_FILE, line, doubled)
                continue
            seen.add((village, island))
            yield PairRow(line, village, island)

    def points(self) -> Iterator[PointRow]:
        """The rows of village_points.csv that are in order."""
        columns = ["code", "latitude", "longitude"]
        for line, values in self._unique(POINT_FILE, columns, _VILLAGE, "61.11.06.2002"):
            try:
                latitude, longitude = float(values[1]), float(values[2])
            except ValueError:
                latitude = longitude = float("nan")
            # Written so that "not a number" is refused too.
            if -90 <= latitude <= 90 and -180 <= longitude <= 180:
                yield PointRow(line, values[0], latitude, longitude)
            else:
                self._refuse(
                    POINT_FILE,
                    line,
                    _("%(value)s is no point: latitude and longitude in degrees are needed.")
                    % {"value": f"{values[1]}, {values[2]}"},
                )

    # -- one value ----------------------------------------------------------------------------

    def _refuse(self, name: str, line: int | None, message: str) -> None:
        path = self.find(name)
        self.problems.append(Problem(path.name if path else name, line, message))

    def _has_shape(
        self, name: str, line: int, code: str, shape: re.Pattern[str], example: str
    ) -> bool:
        if shape.fullmatch(code):
            return True
        message = _("“%(code)s” is not a code like %(example)s.")
        self._refuse(name, line, message % {"code": code, "example": example})
        return False

    def _is_name(self, name: str, line: int, value: str) -> bool:
        if value.strip() and len(value) <= MAX_NAME and "\0" not in value:
            return True
        message = _("the name must be 1 to %(most)s characters long.") % {"most": MAX_NAME}
        self._refuse(name, line, message)
        return False

    def _is_regency(self, line: int, code: str, regency: str) -> bool:
        expected = codes.area_of_island(code)
        if regency == (expected if REGENCY.fullmatch(expected) else ""):
            return True
        message = _("regency_code is %(value)s, but the code %(code)s lies in %(parent)s.")
        values = {"value": regency or _("empty"), "code": code, "parent": expected}
        self._refuse(ISLAND_FILE, line, message % values)
        return False

    def _flag(self, line: int, column: str, value: str) -> bool | None:
        if value not in FLAGS:
            message = _("%(column)s must be 0 or 1, not “%(value)s”.")
            self._refuse(ISLAND_FILE, line, message % {"column": column, "value": value})
        return FLAGS.get(value)

    def _coordinate(self, line: int, text: str) -> tuple[float | None, float | None] | None:
        """Latitude and longitude in degrees; empty where none is given, None where it is broken."""
        if not text:
            return None, None
        point = read_coordinate(text)
        if point is None:
            message = _("“%(value)s” is not a coordinate like %(example)s.")
            example = """01°13'44.00" S 109°17'48.99" E"""
            self._refuse(ISLAND_FILE, line, message % {"value": text, "example": example})
        return point

    # -- one file -----------------------------------------------------------------------------

    def _unique(
        self, name: str, columns: Sequence[str], shape: re.Pattern[str], example: str
    ) -> Iterator[tuple[int, list[str]]]:
        """Rows whose first column is a code of that shape that has not come before."""
        seen: dict[str, int] = {}
        for line, values in self._rows(name, columns):
            code = values[0]
            if not self._has_shape(name, line, code, shape, example):
                continue
            if code in seen:
                message = _("%(code)s stands twice; it is in line %(line)s already.")
                self._refuse(name, line, message % {"code": code, "line": seen[code]})
                continue
            seen[code] = line
            yield line, values

    def _rows(self, name: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """(line, values in the order of `columns`) of every row that is not empty."""
        path = self.find(name)
        if path is None:
            return
        line = 0
        try:
            with open_text(path) as text:
                reader = csv.reader(text, strict=True)
                wanted = self._header(name, next(reader, []), columns)
                if wanted is None:
                    return
                width = max(wanted) + 1
                line = reader.line_num
                for row in reader:
                    # A quoted name may go on over several lines: its first one is named.
                    first, line = line + 1, reader.line_num
                    if not any(row):
                        continue
                    if len(row) >= width:
                        yield first, [row[index] for index in wanted]
                    else:
                        self._refuse(name, first, _("columns are missing in this line."))
        except UNREADABLE as error:
            self._refuse(name, line + 1, unreadable(error))

    def _header(self, name: str, header: Sequence[str], columns: Sequence[str]) -> list[int] | None:
        """Where each of the columns is; None where one is missing."""
        titles = [title.strip() for title in header]
        missing = [column for column in columns if column not in titles]
        if not missing:
            return [titles.index(column) for column in columns]
        if len(titles) == 1 and (";" in titles[0] or "\t" in titles[0]):
            message = _("the columns must be separated by commas (CSV UTF-8).")
        else:
            message = _("these columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        self._refuse(name, 1, message)
        return None


# What damaged, foreign or forbidden files raise while they are read.
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)


def open_text(path: Path) -> IO[str]:
    """A UTF-8 text file, gzipped or not, with or without a byte order mark."""
    opener: Callable[..., IO[str]] = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8-sig", newline="")


def unreadable(error: Exception) -> str:
    """Why a file could not be read, for people."""
    match error:
        case UnicodeDecodeError():
            return _("the text is not UTF-8; save the file as “CSV UTF-8”.")
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            return _("the gzip file is damaged.")
        case csv.Error():
            return _("this is no CSV: %(reason)s.") % {"reason": error}
        case _:
            return _("the file cannot be read: %(reason)s.") % {"reason": error}


def read_coordinate(text: str) -> tuple[float, float] | None:
    """`01°13'44.00" S 109°17'48.99" E` → (-1.22889, 109.29694); None where it is broken."""
    match = COORDINATE.fullmatch(text.strip())
    if match is None:
        return None
    latitude = _degrees(*match.groups()[:4], most=90)
    longitude = _degrees(*match.groups()[4:], most=180)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _degrees(degrees: str, minutes: str, seconds: str, side: str, *, most: int) -> float | None:
    if int(minutes) >= 60 or float(seconds) >= 60:
        return None
    # Rounded to a millimetre, so that the same text is the same number wherever it is read.
    value = round(int(degrees) + int(minutes) / 60 + float(seconds) / 3600, 8)
    if value > most:
        return None
    return -value if side in "SW" else value
