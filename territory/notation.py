"""The notation of places (METHOD.md section 1): one function that reads it, one that prints it.

Workbook, form, API and export all come through here, so a list means the same everywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from territory.codes import (
    ISLAND_CODE,
    LEVEL_LENGTHS,
    VILLAGE_CODE,
    area_of_island,
    areas_above,
    covers,
    touches,
)
from territory.models import Area, Island, ManagedArea, Place

SEPARATOR = ";"
MAINLAND = "-"
# Characters that people paste along with a code without seeing them; str.strip() knows the other
# blanks, full-width and non-breaking ones included.
INVISIBLE = re.compile("[\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{WORD JOINER}]")
PIECE = re.compile(
    rf"(?P<village>{VILLAGE_CODE})\s*@\s*(?P<part>-|{ISLAND_CODE})"
    rf"|@\s*(?P<island>{ISLAND_CODE})"
    r"|\#\s*(?P<zone>[A-Za-z0-9._-]{1,64})"
    r"|(?P<area>[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?)"
)

MALFORMED = _(
    "“%(piece)s” is not a place. Write a place (61.11.06.2002@61.11.40034, on the mainland"
    " 61.11.01.2001@-), an area code (61.11.06), @ with an island code, or # with a zone code;"
    " several are separated by “;”."
)
UNKNOWN_AREA = _(
    "“%(piece)s”: there is no area with the code %(code)s. Correct the code, or have the area"
    " loaded (load_areas)."
)
UNKNOWN_ISLAND = _(
    "“%(piece)s”: there is no island with the code %(code)s. Correct the code, or have the island"
    " loaded (load_areas)."
)
UNKNOWN_PLACE = _(
    "“%(piece)s”: the village %(village)s has no such part. Its places are: %(places)s."
)
ISLAND_WITHOUT_PLACE = _(
    "“%(piece)s”: it is not known which village this island belongs to. Have the pair loaded"
    " (island_villages.csv, load_areas), or name another place."
)
ZONE_NOT_ALLOWED = _(
    "“%(piece)s”: a zone may not be named here. List the places, islands or areas themselves."
)
UNKNOWN_ZONE = _(
    "“%(piece)s”: there is no zone with the code %(code)s. Correct the code, or add the zone first."
)
OUTSIDE = _(
    "“%(piece)s”: none of this lies in the managed area (%(managed)s). Name places inside it."
)
NOT_ONE_PLACE = _(
    "“%(piece)s” means %(count)s places; exactly one is needed here. Write one place, such as"
    " %(example)s."
)


class NotationError(ValidationError):
    """A list of places that cannot be read; `code` says why, the message names piece and remedy.

    Codes: `malformed`, `unknown_area`, `unknown_island`, `unknown_place`, `unknown_zone`,
    `island_without_place`, `zone_not_allowed`, `outside`, `not_one_place`.
    """


class PlaceRow(NamedTuple):
    """What the notation needs to know of a place."""

    id: int
    code: str
    managed: bool
    populated: bool


class Gazetteer:
    """All places, areas and islands at one moment, in memory: 84,000 places take some 20 MB.

    Made once for a file or a request (`Gazetteer.load()`) and never changed, so what it has worked
    out it keeps.
    """

    def __init__(
        self,
        *,
        places: Iterable[PlaceRow],
        areas: Iterable[str],
        islands: Iterable[str],
        managed: Iterable[str],
    ) -> None:
        rows = sorted(places, key=lambda place: place.code)
        self.place_ids = [place.id for place in rows]
        self.place_codes = [place.code for place in rows]
        self.areas = frozenset(areas)
        self.islands = frozenset(islands)
        self.managed_codes = tuple(sorted(set(managed)))
        self._is_managed = bytes(place.managed for place in rows)
        self._is_populated = bytes(place.populated for place in rows)
        self._positions = {id: position for position, id in enumerate(self.place_ids)}
        # Two dictionaries: a bare area code means something else in a zone's own list.
        self._pieces: tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]] = ({}, {})

    @classmethod
    def load(cls) -> Gazetteer:
        """What is stored now."""
        places = Place.objects.values_list("id", "code", "managed", "populated")
        return cls(
            places=map(PlaceRow._make, places.iterator(chunk_size=10_000)),
            areas=Area.objects.values_list("code", flat=True).iterator(chunk_size=10_000),
            islands=Island.objects.values_list("code", flat=True).iterator(chunk_size=10_000),
            managed=ManagedArea.objects.codes(),
        )

    def code_of(self, place_id: int) -> str:
        """The place's own notation; KeyError for an id that is not a place's."""
        return self.place_codes[self._positions[place_id]]

    def id_of(self, place_code: str) -> int | None:
        """The id of a place written in full, managed or not."""
        position = self._find(place_code)
        return None if position is None else self.place_ids[position]

    def is_managed(self, place_id: int) -> bool:
        """Whether this installation judges the place."""
        return bool(self._is_managed[self._positions[place_id]])

    def in_order(self, place_ids: Iterable[int]) -> list[int]:
        """Each place once, in the order of places (METHOD.md section 2)."""
        positions = sorted({self._positions[id] for id in place_ids})
        return [self.place_ids[position] for position in positions]

    # -- what a piece means, as positions in `place_ids` ------------------------------------

    def _expand(self, piece: str, every: bool) -> tuple[int, ...]:
        """The managed places that a piece (other than a zone) means."""
        known = self._pieces[every]
        found = known.get(piece)
        if found is None:
            found = known[piece] = tuple(self._read(piece, every))
        return found

    def _read(self, piece: str, every: bool) -> Iterable[int]:
        match = PIECE.fullmatch(piece)
        if match is None:
            raise NotationError(MALFORMED, "malformed", {"piece": piece})
        if match["area"]:
            return self._read_area(match["area"], every)
        if match["island"]:
            return self._read_island(piece, match["island"])
        return self._read_place(piece, match["village"], match["part"])

    def _read_area(self, code: str, every: bool) -> Iterable[int]:
        if code not in self.areas:
            raise NotationError(UNKNOWN_AREA, "unknown_area", {"piece": code, "code": code})
        meant = self._bare_members[every]
        return (position for position in self._range(code) if meant[position])

    def _read_island(self, piece: str, code: str) -> Iterable[int]:
        if code not in self.islands:
            raise NotationError(UNKNOWN_ISLAND, "unknown_island", {"piece": piece, "code": code})
        positions = self._by_island.get(code, [])
        if not positions and self._may_be_managed(code):
            raise NotationError(ISLAND_WITHOUT_PLACE, "island_without_place", {"piece": piece})
        return (position for position in positions if self._is_managed[position])

    def _read_place(self, piece: str, village: str, part: str) -> Iterable[int]:
        position = self._find(f"{village}@{part}")
        if position is None:
            self._refuse_place(piece, village, part)
        return (position,) if self._is_managed[position] else ()

    def _refuse_place(self, piece: str, village: str, part: str) -> NoReturn:
        """Says which half of `village@island` is wrong."""
        if village not in self.areas:
            raise NotationError(UNKNOWN_AREA, "unknown_area", {"piece": piece, "code": village})
        if part != MAINLAND and part not in self.islands:
            raise NotationError(UNKNOWN_ISLAND, "unknown_island", {"piece": piece, "code": part})
        codes = [self.place_codes[position] for position in self._range(village)]
        shown = "; ".join(codes[:8]) + ("; …" if len(codes) > 8 else "")
        raise NotationError(
            UNKNOWN_PLACE, "unknown_place", {"piece": piece, "village": village, "places": shown}
        )

    # -- indexes ----------------------------------------------------------------------------

    def _find(self, place_code: str) -> int | None:
        position = bisect_left(self.place_codes, place_code)
        found = position < len(self.place_codes) and self.place_codes[position] == place_code
        return position if found else None

    def _range(self, area: str) -> range:
        """Positions of all places of an area: its code goes on with a dot, a village's with @."""
        mark = "@" if len(area) == LEVEL_LENGTHS[-1] else "."
        first = bisect_left(self.place_codes, area + mark)
        return range(first, bisect_left(self.place_codes, area + chr(ord(mark) + 1), lo=first))

    def _may_be_managed(self, island: str) -> bool:
        """Whether an island of which no place is known may lie in the managed area."""
        return any(touches(code, area_of_island(island)) for code in self.managed_codes)

    @cached_property
    def _by_island(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, code in enumerate(self.place_codes):
            island = code.partition("@")[2]
            if island != MAINLAND:
                found.setdefault(island, []).append(position)
        return found

    @cached_property
    def _bare_members(self) -> tuple[bytes, bytes]:
        """Which places a bare area code means: in a list of places, and in a zone's own list."""
        villages = [code.partition("@")[0] for code in self.place_codes]
        inhabited = {
            village
            for village, populated in zip(villages, self._is_populated, strict=True)
            if populated
        }
        flags = zip(villages, self._is_managed, self._is_populated, strict=True)
        usual = bytes(
            bool(managed and (populated or village not in inhabited))
            for village, managed, populated in flags
        )
        return usual, self._is_managed

    @cached_property
    def _area_sizes(self) -> tuple[Counter[str], Counter[str]]:
        """How many places each area code means, in both kinds of list.

        Areas above the managed ones are left out: `61` would be short for all of `61.11`, and mean
        more on the day when the managed area grows.
        """
        usual, every = (
            Counter(
                code[:length]
                for code, meant in zip(self.place_codes, members, strict=True)
                if meant
                for length in LEVEL_LENGTHS
            )
            for members in self._bare_members
        )
        for sizes in (usual, every):
            for area in list(sizes):
                if not any(covers(managed, area) for managed in self.managed_codes):
                    del sizes[area]
        return usual, every


def parse_places(
    text: str,
    gazetteer: Gazetteer,
    *,
    zones: Mapping[str, Sequence[int]] | None = None,
    every: bool = False,
) -> list[int]:
    """The managed places that a list means, each once, in the order of places.

    `zones` gives the places of each zone by its code; without it `#` is refused, as in a zone's
    own list, where `every` is set too: a bare area code then means all places, populated or not.
    An empty text is no place. Raises NotationError.
    """
    found: set[int] = set()
    pieces = 0
    for piece in text.split(SEPARATOR):
        piece = _tidy(piece)
        if piece:
            pieces += 1
            if piece[0] == "#":
                found.update(_expand_zone(piece, gazetteer, zones))
            else:
                found.update(gazetteer._expand(piece, every))
    if pieces and not found:
        managed = "; ".join(gazetteer.managed_codes)
        raise NotationError(OUTSIDE, "outside", {"piece": text.strip(), "managed": managed})
    return [gazetteer.place_ids[position] for position in sorted(found)]


def parse_place(text: str, gazetteer: Gazetteer) -> int:
    """The one place that a text means, as of a budget line. Raises NotationError."""
    found = parse_places(text, gazetteer)
    if len(found) == 1:
        return found[0]
    example = gazetteer.code_of(found[0]) if found else "61.11.01.2001@-"
    raise NotationError(
        NOT_ONE_PLACE,
        "not_one_place",
        {"piece": text.strip(), "count": len(found), "example": example},
    )


def format_places(place_ids: Iterable[int], gazetteer: Gazetteer, *, every: bool = False) -> str:
    """The shortest list that `parse_places` reads as exactly these places.

    Whole areas of several places first, the largest ones, then islands that lie in several
    villages, then single places; never a zone. A place outside the managed area, which no reading
    brings in, is written out too, so that what is stored is seen.
    """
    wanted = {gazetteer._positions[id] for id in place_ids}
    areas = _whole_areas(wanted, gazetteer, every)
    left = wanted.difference(*(gazetteer._expand(area, every) for area in areas))
    islands = _whole_islands(wanted, left, gazetteer)
    left.difference_update(*(gazetteer._by_island[island] for island in islands))
    pieces = [
        *areas,
        *(f"@{island}" for island in islands),
        *(_write_one(position, gazetteer, every) for position in left),
    ]
    return f"{SEPARATOR} ".join(sorted(pieces))


def _tidy(piece: str) -> str:
    """Without the blanks around it, seen and unseen."""
    return piece.strip() if piece.isascii() else INVISIBLE.sub("", piece).strip()


def _expand_zone(
    piece: str, gazetteer: Gazetteer, zones: Mapping[str, Sequence[int]] | None
) -> Iterable[int]:
    if zones is None:
        raise NotationError(ZONE_NOT_ALLOWED, "zone_not_allowed", {"piece": piece})
    match = PIECE.fullmatch(piece)
    if match is None:
        raise NotationError(MALFORMED, "malformed", {"piece": piece})
    code = match["zone"]
    if code not in zones:
        raise NotationError(UNKNOWN_ZONE, "unknown_zone", {"piece": piece, "code": code})
    positions = (gazetteer._positions[id] for id in zones[code])
    return (position for position in positions if gazetteer._is_managed[position])


def _whole_areas(wanted: set[int], gazetteer: Gazetteer, every: bool) -> list[str]:
    """The largest areas of several places of which every place that their code means is wanted."""
    sizes = gazetteer._area_sizes[every]
    meant = gazetteer._bare_members[every]
    counts = Counter(
        gazetteer.place_codes[position][:length]
        for position in wanted
        if meant[position]
        for length in LEVEL_LENGTHS
    )
    whole = {area for area, count in counts.items() if sizes[area] == count > 1}
    return [area for area in whole if not any(above in whole for above in areas_above(area))]


def _write_one(position: int, gazetteer: Gazetteer, every: bool) -> str:
    """A single place: by its village alone where that means nothing else."""
    code = gazetteer.place_codes[position]
    village = code.partition("@")[0]
    return village if gazetteer._expand(village, every) == (position,) else code


def _whole_islands(wanted: set[int], left: set[int], gazetteer: Gazetteer) -> list[str]:
    """Islands with two or more places still to be written, and every managed one wanted."""
    counts = Counter(gazetteer.place_codes[position].partition("@")[2] for position in left)
    managed = gazetteer._is_managed
    return [
        island
        for island, count in counts.items()
        if island != MAINLAND
        and count > 1
        and all(
            position in wanted if managed[position] else position not in wanted
            for position in gazetteer._by_island[island]
        )
    ]
