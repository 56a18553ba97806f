"""Reading and printing lists of places (METHOD.md section 1, notation of places)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory.notation import (
    Gazetteer,
    NotationError,
    PlaceRow,
    format_places,
    parse_place,
    parse_places,
)

BETOK = "61.11.06.2002"
KARIMATA = "61.11.40034"
POPULATED = {KARIMATA, "61.11.40061"}
PLACES = [
    "61.11.01.2001@-",
    "61.11.01.2001@61.11.40019",
    "61.11.01.2002@-",
    "61.11.06.2001@61.11.40034",
    "61.11.06.2001@61.11.40070",
    "61.11.06.2002@61.11.40034",
    "61.11.06.2002@61.11.40061",
    "61.11.06.2002@61.11.40071",
    "61.11.06.2003@61.11.40072",  # a village with uninhabited islands only
    "61.11.06.2003@61.11.40073",
    "61.12.01.2001@-",  # outside the managed area
    "61.12.01.2001@61.11.40019",
]
ISLANDS = {code.split("@")[1] for code in PLACES} - {"-"}


def make(managed: str = "61.11") -> Gazetteer:
    """Two districts of Kayong Utara and a village next door; ids are not in order of places."""
    rows = [
        PlaceRow(
            id=1000 - number,
            code=code,
            managed=code.startswith(managed + "."),
            populated=code.endswith("@-") or code.split("@")[1] in POPULATED,
        )
        for number, code in enumerate(PLACES)
    ]
    areas = {code[:length] for code in PLACES for length in (2, 5, 8, 13)}
    islands = ISLANDS | {"61.11.40099", "61.12.40001", "61.00.40001"}
    return Gazetteer(places=rows, areas=areas, islands=islands, managed=[managed])


GAZETTEER = make()


def codes(text: str, **options: object) -> list[str]:
    return [
        GAZETTEER.code_of(id)
        for id in parse_places(text, GAZETTEER, **options)  # type: ignore[arg-type]
    ]


def why(text: str, **options: object) -> NotationError:
    with pytest.raises(NotationError) as caught:
        parse_places(text, GAZETTEER, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_list_of_every_form_gives_its_places_once_and_in_order() -> None:
    zones = {"KW-01": [GAZETTEER.id_of("61.11.06.2003@61.11.40073")]}

    assert codes("@61.11.40034; 61.11.01.2002@-; 61.11.06.2002; #KW-01", zones=zones) == [
        "61.11.01.2002@-",
        "61.11.06.2001@61.11.40034",
        "61.11.06.2002@61.11.40034",
        "61.11.06.2002@61.11.40061",
        "61.11.06.2003@61.11.40073",
    ]


def test_a_bare_area_is_its_mainland_and_populated_islands() -> None:
    assert codes("61.11.01.2001") == ["61.11.01.2001@-"]
    assert codes("61.11.01") == ["61.11.01.2001@-", "61.11.01.2002@-"]


def test_a_village_without_populated_places_is_all_of_them() -> None:
    assert codes("61.11.06.2003") == ["61.11.06.2003@61.11.40072", "61.11.06.2003@61.11.40073"]


def test_a_bare_area_in_a_zones_own_list_is_all_places() -> None:
    assert codes("61.11.01", every=True) == PLACES[:3]


def test_what_lies_outside_the_managed_area_is_cut_off() -> None:
    assert codes("61") == codes("61.11")
    assert codes("61.12; 61.11.01.2002") == ["61.11.01.2002@-"]
    assert codes("@61.11.40019") == ["61.11.01.2001@61.11.40019"]
    assert codes("@61.12.40001; 61.11.01.2002") == ["61.11.01.2002@-"]
    assert codes("#Z; 61.11.01.2002", zones={"Z": [GAZETTEER.id_of("61.12.01.2001@-")]}) == [
        "61.11.01.2002@-"
    ]


@pytest.mark.parametrize("text", ["", "  ", ";", " ; \N{NO-BREAK SPACE};"])
def test_an_empty_list_is_no_place(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        " 61.11.06.2002 @ 61.11.40034 ;",
        "\N{NO-BREAK SPACE}61.11.06.2002@\N{IDEOGRAPHIC SPACE}61.11.40034",
        "\n61.11.06.2002@61.11.40034;\t61.11.06.2002@61.11.40034",
        "\N{ZERO WIDTH NO-BREAK SPACE}61.11.06.2002@61.11.40034\N{ZERO WIDTH SPACE}",
    ],
)
def test_blanks_around_pieces_and_signs_do_not_matter(text: str) -> None:
    assert codes(text) == ["61.11.06.2002@61.11.40034"]
    assert codes("@ 61.11.40034") == codes("@61.11.40034")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("61.11.06.2002@", "malformed"),
        ("61.11.06.2002@61.11.4003", "malformed"),
        ("61.11.06@61.11.40034", "malformed"),
        ("61.11.1", "malformed"),
        ("61.11.01, 61.11.06", "malformed"),
        ("Karimata", "malformed"),
        ("#", "malformed"),
        ("#KW 01", "malformed"),
        ("٦١", "malformed"),
        ("61.13", "unknown_area"),
        ("61.11.06.2009@-", "unknown_area"),
        ("@61.11.49999", "unknown_island"),
        ("61.11.06.2002@61.11.49999", "unknown_island"),
        ("61.11.06.2002@-", "unknown_place"),
        ("61.11.06.2002@61.11.40019", "unknown_place"),
        ("#KW-99", "unknown_zone"),
        ("@61.11.40099", "island_without_place"),
        ("@61.00.40001", "island_without_place"),
        ("61.12", "outside"),
        ("61.12.01.2001@-; @61.12.40001", "outside"),
    ],
)
def test_each_mistake_has_its_code_and_names_the_piece(text: str, code: str) -> None:
    error = why(text, zones={"KW-01": []})

    assert error.code == code
    assert text in error.messages[0]


def test_a_good_piece_does_not_hide_a_bad_one() -> None:
    assert why("61.11.01; 61.13").code == "unknown_area"


def test_a_zone_is_refused_where_none_may_be_named() -> None:
    assert why("#KW-01").code == "zone_not_allowed"


def test_the_message_about_a_wrong_part_lists_the_villages_places() -> None:
    message = why("61.11.06.2002@-").messages[0]

    assert "61.11.06.2002@61.11.40034; 61.11.06.2002@61.11.40061" in message


def test_one_place_may_be_written_in_any_form_that_means_one() -> None:
    betok = GAZETTEER.id_of("61.11.06.2002@61.11.40061")

    assert parse_place("61.11.06.2002@61.11.40061", GAZETTEER) == betok
    assert parse_place("@61.11.40061", GAZETTEER) == betok


@pytest.mark.parametrize("text", ["", "61.11.06", "61.11.01.2001; 61.11.01.2002"])
def test_none_or_several_where_one_is_needed_is_refused(text: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_place(text, GAZETTEER)
    assert caught.value.code == "not_one_place"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("61", "61.11"),  # never more than the managed area
        ("61.11.01.2001; 61.11.01.2002", "61.11.01"),
        ("61.11.01.2001@-", "61.11.01.2001"),
        ("@61.11.40034", "@61.11.40034"),
        ("61.11.06.2001@61.11.40034", "61.11.06.2001"),
        ("61.11.06.2002@61.11.40034", "61.11.06.2002@61.11.40034"),
        (
            "@61.11.40071; 61.11.06; 61.11.01.2002",
            "61.11.01.2002; 61.11.06; 61.11.06.2002@61.11.40071",
        ),
        ("", ""),
    ],
)
def test_printing_takes_the_shortest_form(written: str, printed: str) -> None:
    assert format_places(parse_places(written, GAZETTEER), GAZETTEER) == printed


def test_printing_shows_a_stored_place_outside_the_managed_area_too() -> None:
    outside = GAZETTEER.id_of("61.12.01.2001@-")
    assert outside is not None
    assert format_places([outside], GAZETTEER) == "61.12.01.2001@-"


@settings(deadline=None)
@given(
    chosen=st.sets(st.sampled_from([code for code in PLACES if code.startswith("61.11.")])),
    every=st.booleans(),
    managed=st.sampled_from(["61", "61.11", "61.11.06", "61.11.06.2002"]),
)
def test_what_is_printed_reads_as_the_same_places(
    chosen: set[str], every: bool, managed: str
) -> None:
    gazetteer = make(managed)
    ids = gazetteer.in_order(
        id for id in map(gazetteer.id_of, chosen) if id is not None and gazetteer.is_managed(id)
    )

    printed = format_places(ids, gazetteer, every=every)

    assert parse_places(printed, gazetteer, every=every) == ids


@settings(deadline=None)
@given(text=st.text(alphabet="61.20@-#;KW \N{NO-BREAK SPACE}", max_size=30))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        parse_places(text, GAZETTEER, zones={})
    except NotationError as error:
        assert error.code and error.messages


def test_reading_is_fast_enough_for_a_large_workbook() -> None:
    cells = ["61.11.06.2002@61.11.40034; 61.11.01.2001@-; 61.11.06.2001; @61.11.40061"] * 2_000
    started = time.perf_counter()
    for cell in cells:
        parse_places(cell, GAZETTEER)
    # 20,000 a second are wanted and some 300,000 reached; half of the wish leaves room for a
    # machine that is busy.
    assert time.perf_counter() - started < 0.2
