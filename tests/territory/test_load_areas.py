"""Loading areas, islands and places (CONTRACT.md section 2, `load_areas`)."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from catalogue.models import Sector
from convergence.models import PlaceMoney
from planning.models import Need, NeedPlace
from territory.actions import load_areas
from territory.management.commands.load_areas import Command
from territory.maps import SHIPPED
from territory.models import Area, Island, ManagedArea, Place
from territory.reading import RefusedError, read_coordinate
from tests.territory.conftest import SOUND, Write

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("load_areas", *map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(*arguments: object) -> list[str]:
    """The lines on standard error of a load that is refused with status 1."""
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_areas", *map(str, arguments), stdout=io.StringIO(), stderr=err)
    assert caught.value.returncode == 1
    return err.getvalue().splitlines()


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def needed_at(code: str) -> None:
    """A need at a place, so that the place is in use."""
    sector = Sector.objects.create(code="AIR", name="Air bersih")
    need = Need.objects.create(code="N-1", sector=sector, weight=5, first_year=2026, last_year=2026)
    NeedPlace.objects.create(need=need, place=Place.objects.get(code=code))


# -- the plain good case -----------------------------------------------------------------------


def test_the_shipped_folder_is_kayong_utara() -> None:
    run(SHIPPED)

    levels = list(Area.objects.order_by("code").values_list("level", flat=True))
    assert [levels.count(one) for one in ("province", "regency", "district", "village")] == [
        1,
        1,
        6,
        43,
    ]
    assert Island.objects.count() == 99
    karimata = Place.objects.filter(district__code="61.11.06", island__isnull=False)
    assert karimata.values("island").distinct().count() == 83
    assert karimata.values("village").distinct().count() == 3
    assert Place.objects.managed().count() == Place.objects.count() == 139


def test_a_place_knows_its_areas_and_whether_people_live_there() -> None:
    run(SHIPPED)

    place = Place.objects.get(code="61.11.06.2002@61.11.40034")
    assert place.village.name == "Betok Jaya"
    assert place.district.name == "Kepulauan Karimata"
    assert place.regency.code == "61.11"
    assert place.province.code == "61"
    assert place.populated
    assert not Place.objects.filter(island__populated=False, populated=True).exists()
    assert not Place.objects.filter(island=None, populated=False).exists()


def test_coordinates_become_degrees() -> None:
    run(SHIPPED)

    island = Island.objects.get(code="61.11.40001")
    assert island.latitude == pytest.approx(-(1 + 13 / 60 + 44 / 3600))
    assert island.longitude == pytest.approx(109 + 17 / 60 + 48.99 / 3600)
    village = Area.objects.get(code="61.11.01.2001")
    assert (village.latitude, village.longitude) == (-1.24002, 109.95336)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("""01°30'00.00" S 109°15'36.00" E""", (-1.5, 109.26)),
        ("""1°30'0" N 009°15'36.00" W""", (1.5, -9.26)),
        ("""00°00'59.99" N 180°00'00" E""", (pytest.approx(59.99 / 3600), 180)),
        ("""01°60'00.00" S 109°15'36.00" E""", None),
        ("""01°30'60.00" S 109°15'36.00" E""", None),
        ("""91°30'00.00" S 109°15'36.00" E""", None),
        ("""01°30'00.00" S 180°00'36.00" E""", None),
        ("""01°30'00.00" E 109°15'36.00" S""", None),
        ("1.5, 109.26", None),
    ],
)
def test_a_coordinate_is_read_whole_or_not_at_all(text: str, point: object) -> None:
    assert read_coordinate(text) == point


def test_a_gzipped_file_is_as_good_as_a_plain_one(write: Write) -> None:
    run(write(**{f"{name}_gz": rows for name, rows in SOUND.items()}))

    assert Place.objects.in_order().first().code == "61.11.06.2001@-"  # type: ignore[union-attr]


def test_an_island_divided_among_regencies_has_none(write: Write) -> None:
    islands = [*SOUND["islands"], """61.00.40001,,01°36'00.00" S 108°54'00.00" E,1,1,Pulau X"""]
    run(write(**(SOUND | {"islands": islands})))

    assert Island.objects.get(code="61.00.40001").regency is None


# -- again, and what has changed -----------------------------------------------------------------


def test_the_second_time_nothing_changes() -> None:
    first = run(SHIPPED)
    before = list(Place.objects.order_by("id").values())

    second = load_areas(folder=SHIPPED)

    assert not second.differs()
    assert list(Place.objects.order_by("id").values()) == before
    assert apps.get_model("territory", "IslandEvent").objects.count() == 99
    assert len(run(SHIPPED).splitlines()) == len(first.splitlines()) + 1  # it says so


def test_a_changed_name_is_the_only_change(copied: Path) -> None:
    run(copied)
    replace(copied / "villages.csv", "Betok Jaya", "Betok Jaya Baru")
    replace(copied / "islands.csv", "Pulau Ayer", "Pulau Air")

    result = load_areas(folder=copied)

    assert Area.objects.get(code="61.11.06.2002").name == "Betok Jaya Baru"
    assert Island.objects.get(code="61.11.40003").name == "Pulau Air"
    assert (result.counts["village"].changed, result.counts["village"].unchanged) == (1, 42)
    assert (result.counts["island"].changed, result.counts["island"].unchanged) == (1, 98)


def test_the_lists_count_changes_its_places_and_an_own_count_stays(copied: Path) -> None:
    run(copied)
    mine = Island.objects.get(code="61.11.40001")
    mine.populated_override, mine.populated_source = True, "Sensus desa"
    mine.populated_on = "2026-05-01"
    mine.save()
    for name in ("Pulau Aur Besar", "Pulau Aur Kecil", "Pulau Ayer"):
        replace(copied / "islands.csv", f"0,0,{name}", f"1,0,{name}")
    replace(copied / "islands.csv", "1,0,Pulau Aur Besar", "0,1,Pulau Aur Besar")

    run(copied)

    mine.refresh_from_db()
    assert (mine.populated, mine.populated_override, mine.outermost_small) == (True, True, True)
    codes = ["61.11.40001", "61.11.40002", "61.11.40003"]
    places = Place.objects.filter(island__code__in=codes)
    assert places.exists() and not places.filter(populated=False).exists()


# -- pairs of village and island ------------------------------------------------------------------


def test_without_pairs_a_village_is_mainland_and_stored_pairs_stay(write: Write) -> None:
    folder = write(**SOUND)
    assert "island_villages.csv" in run(folder)
    assert list(Place.objects.in_order().values_list("code", flat=True)) == [
        "61.11.06.2001@-",
        "61.11.06.2002@-",
    ]

    write(island_villages=["village_code,island_code", "61.11.06.2002,61.11.40034"])
    run(folder)
    (folder / "island_villages.csv").unlink()
    run(folder)

    assert list(Place.objects.in_order().values_list("code", flat=True)) == [
        "61.11.06.2001@-",
        "61.11.06.2002@61.11.40034",
    ]


def test_a_pair_that_is_not_named_any_more_goes_unless_it_is_in_use(copied: Path) -> None:
    run(copied)
    needed_at("61.11.06.2003@61.11.40034")
    pairs = copied / "island_villages.csv"
    replace(pairs, "61.11.06.2003,61.11.40034\n", "")
    replace(pairs, "61.11.06.2002,61.11.40034\n", "")

    said = run(copied)

    assert "61.11.06.2003@61.11.40034 (" in said
    assert "61.11.06.2002@61.11.40034" not in said
    left = Place.objects.filter(island__code="61.11.40034").values_list("code", flat=True)
    assert list(left) == ["61.11.06.2003@61.11.40034"]


def test_what_is_only_worked_out_from_plans_does_not_hold_a_place(copied: Path) -> None:
    run(copied)
    place = Place.objects.get(code="61.11.06.2003@61.11.40034")
    sector = Sector.objects.create(code="AIR", name="Air bersih")
    PlaceMoney.objects.create(year=2026, place=place, sector=sector, amount=1)
    replace(copied / "island_villages.csv", "61.11.06.2003,61.11.40034\n", "")

    run(copied)

    assert not Place.objects.filter(code=place.code).exists()


def test_pairs_of_villages_that_the_folder_does_not_speak_of_stay(write: Write) -> None:
    run(SHIPPED)
    pairs = ["village_code,island_code", "61.11.01.2001,-"]
    before = set(Place.objects.exclude(village__code="61.11.01.2001").values_list("code"))

    run(write(island_villages=pairs))

    assert set(Place.objects.exclude(village__code="61.11.01.2001").values_list("code")) == before
    assert list(Place.objects.filter(village__code="61.11.01.2001").values_list("code")) == [
        ("61.11.01.2001@-",)
    ]


# -- part of a folder, and the managed area ------------------------------------------------------


def test_an_area_brings_what_lies_below_above_and_its_regencys_islands(copied: Path) -> None:
    run(copied, "--area", "61.11.06", "61.11.01.2001")

    assert list(Area.objects.filter(level="district").values_list("code", flat=True)) == [
        "61.11.01",
        "61.11.06",
    ]
    assert Area.objects.filter(level="village").count() == 4
    assert Area.objects.filter(level__in=["province", "regency"]).count() == 2
    assert Island.objects.count() == 99
    assert not Place.objects.exclude(village__level="village").exists()


def test_an_island_next_door_comes_along_with_its_regency(write: Write) -> None:
    files = dict(SOUND)
    files["regencies"] = [*SOUND["regencies"], "61.12,61,KABUPATEN KUBU RAYA", "61.13,61,X"]
    files["islands"] = [
        *SOUND["islands"],
        "61.12.40001,61.12,,1,0,Pulau Y",
        "61.12.40002,61.12,,1,0,Z",
    ]
    files["island_villages"] = ["village_code,island_code", "61.11.06.2002,61.12.40001"]

    run(write(**files), "--area", "61.11")

    assert Place.objects.filter(code="61.11.06.2002@61.12.40001").exists()
    assert not Island.objects.filter(code="61.12.40002").exists()
    assert not Area.objects.filter(code="61.13").exists()


def test_the_managed_area_is_the_regency_until_another_is_set() -> None:
    run(SHIPPED)
    assert list(ManagedArea.objects.values_list("code", flat=True)) == ["61.11"]

    run(SHIPPED, "--managed", "61.11.06", "61.11.01.2001")

    assert ManagedArea.objects.codes() == ["61.11.01.2001", "61.11.06"]
    assert not load_areas(folder=SHIPPED, managed=["61.11.06", "61.11.01.2001"]).differs()
    managed = set(Place.objects.managed().values_list("village__code", flat=True))
    assert managed == {
        "61.11.01.2001",
        "61.11.06.2001",
        "61.11.06.2002",
        "61.11.06.2003",
    }

    run(SHIPPED)
    assert ManagedArea.objects.codes() == ["61.11.01.2001", "61.11.06"]


def test_places_that_a_new_managed_area_marks_are_counted_as_changed() -> None:
    load_areas(folder=SHIPPED)

    result = load_areas(folder=SHIPPED, managed=["61.11.06"])

    outside = Place.objects.exclude(district__code="61.11.06").count()
    place = result.counts["place"]
    assert (place.changed, place.unchanged) == (outside, 139 - outside)
    assert result.managed_changed


def test_unknown_areas_are_refused() -> None:
    assert "61.12" in refusal(SHIPPED, "--area", "61.12")[0]
    assert "99" in refusal(SHIPPED, "--managed", "61.11", "99")[0]
    assert not Area.objects.exists() and not ManagedArea.objects.exists()


def test_a_file_that_is_missing_is_skipped_and_named(copied: Path) -> None:
    run(copied)
    (copied / "islands.csv").unlink()
    (copied / "districts.csv").unlink()

    said = run(copied)

    assert "islands.csv" in said and "districts.csv" in said
    assert Island.objects.count() == 99


# -- what is refused ---------------------------------------------------------------------------


BROKEN = {
    "provinces.csv:2": {"provinces": ["code,name", "6A,X"]},
    "provinces.csv:3": {"provinces": ["code,name", "61,X", "61,X"]},
    "provinces.csv:1": {"provinces": ["code;name", "61;X"]},
    "regencies.csv:2": {"regencies": ["code,province_code,name", "61.11,62,X"]},
    "regencies.csv:1": {"regencies": ["code,name", "61.11,X"]},
    "districts.csv:3": {"districts": [*SOUND["districts"], "61.12.01,61.12,no regency"]},
    "villages.csv:2": {"villages": ["code,district_code,name", "61.11.06.2001,61.11.06, "]},
    "villages.csv:4": {"villages": [*SOUND["villages"], "61.11.06.2003,61.11.06"]},
    "villages.csv:5": {"villages": [*SOUND["villages"], "", '61.11.06.2003,61.11.06,"open']},
    "villages.csv:6": {
        "villages": [*SOUND["villages"], '61.11.06.2003,61.11.06,"A', 'name"', "61.11.06.200,x,B"]
    },
    "islands.csv:2": {"islands": [SOUND["islands"][0], "61.11.40034,61.11,1.5 S,1,0,X"]},
    "islands.csv:3": {"islands": [*SOUND["islands"], "61.11.40035,61.11,,ya,0,X"]},
    "islands.csv:4": {"islands": [*SOUND["islands"], "", "61.11.40035,61.12,,1,0,X"]},
    "islands.csv:5": {"islands": [*SOUND["islands"], "", "", "62.00.40035,,,1,0,X"]},
    "island_villages.csv:2": {
        "island_villages": ["village_code,island_code", "61.11.06.2002,61.11.49999"]
    },
    "island_villages.csv:3": {
        "island_villages": ["village_code,island_code", "61.11.06.2002,-", "61.11.06.2009,-"]
    },
    "island_villages.csv:4": {
        "island_villages": ["village_code,island_code", "61.11.06.2002,-", "", "61.11.06.2002,-"]
    },
    "village_points.csv:2": {"village_points": ["code,latitude,longitude", "61.11.06.2002,x,1"]},
    "village_points.csv:3": {
        "village_points": ["code,latitude,longitude", "", "61.11.06.2009,1,109"]
    },
}


@pytest.mark.parametrize("where", BROKEN)
def test_a_mistake_is_refused_with_file_and_line_and_nothing_is_written(
    where: str, write: Write
) -> None:
    lines = refusal(write(**(SOUND | BROKEN[where])))

    assert [line for line in lines if line.startswith(f"{where}: ")], lines
    assert not Area.objects.exists()


def test_every_mistake_of_every_file_is_named_at_once(write: Write) -> None:
    lines = refusal(write(**(SOUND | BROKEN["provinces.csv:2"] | BROKEN["islands.csv:3"])))

    assert [line.split(": ")[0] for line in lines] == ["provinces.csv:2", "islands.csv:3"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"villages": "code,district_code,name\n61…".encode("utf-16")}, id="utf-16"),
        pytest.param(
            {"villages": b"code,district_code,name\n61.11.06.2001,61.11.06,\xe9\n"}, id="latin"
        ),
        pytest.param({"villages": b""}, id="empty"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content: dict[str, bytes], write: Write) -> None:
    (line,) = refusal(write(**(SOUND | content)))
    assert line.startswith("villages.csv:1: ")


@pytest.mark.parametrize(
    "cut", [b"\x1f\x8bnonsense", b"code,district_code,name", b"\x1f\x8b\x08\0\0"]
)
def test_a_damaged_gzip_file_is_refused(cut: bytes, write: Write) -> None:
    folder = write(**{name: rows for name, rows in SOUND.items() if name != "villages"})
    (folder / "villages.csv.gz").write_bytes(cut)

    (line,) = refusal(folder)

    assert line.startswith("villages.csv.gz:1: ")


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in refusal(tmp_path / "none")[0]
    assert str(tmp_path) in refusal(tmp_path)[0]
    (tmp_path / "villages.csv").write_text("")
    assert "villages.csv" in refusal(tmp_path / "villages.csv")[0]


def test_a_refused_load_leaves_what_was_stored(copied: Path) -> None:
    run(copied)
    replace(copied / "villages.csv", "Betok Jaya", "Lain")
    replace(copied / "islands.csv", ",0,0,Pulau Ayer", ",2,0,Pulau Ayer")

    refusal(copied)

    assert Area.objects.get(code="61.11.06.2002").name == "Betok Jaya"


def test_wrong_usage_ends_with_status_2() -> None:
    with pytest.raises(SystemExit) as caught:
        Command().run_from_argv(["manage.py", "load_areas"])
    assert caught.value.code == 2


# -- all of Indonesia -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_of_indonesia_loads_around_what_is_stored(shared: Path, copied: Path) -> None:
    load_areas(folder=copied)

    first = load_areas(folder=shared / "regions")
    second = load_areas(folder=shared / "regions")

    assert Area.objects.filter(level="village").count() == 83_763
    assert Island.objects.count() == 16_995
    assert Island.objects.filter(regency=None).count() == 69
    assert Place.objects.filter(regency__code="61.11").count() == 139
    assert (first.managed, first.managed_places) == (["61.11"], 139)
    assert not second.differs()


def test_one_regency_of_all_of_indonesia(shared: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shared / "regions", tmp_path / "regions"))
    shutil.copy(SHIPPED / "island_villages.csv", folder)

    run(folder, "--area", "61.11")

    assert Area.objects.count() == 1 + 1 + 6 + 43
    assert Place.objects.count() == 139


def test_a_refusal_carries_its_reasons(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        load_areas(folder=tmp_path)
    assert caught.value.problems == [str(caught.value)]
