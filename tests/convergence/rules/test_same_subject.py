"""`same_subject`: titles of two agencies speak of the same thing (METHOD.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from stakeholders.models import Agency
from tests.convergence import cast as c

pytestmark = pytest.mark.usefixtures("cast")

PAIR = f"{c.BETOK}/BPPW/DPUPR"


def two(**changes: Any) -> None:
    """Dinas PUPR's and another agency's activity at one place, both titled "sumur bor"."""
    c.activity("A", title="sumur bor")
    c.activity("B", **{"agency": "BPPW", "output": "AIR-02", "title": "sumur bor"} | changes)


def test_same_subject() -> None:
    """Lower agency first; at stake is the smaller of the two sums; the words are the proof."""
    c.activity("A", title="Pembangunan sumur bor", dpa=500)
    c.activity("C", title="Sumur gali", output="AIR-02")
    c.line("C", 50, c.PROPOSED)
    c.activity("X", title="Dermaga kayu", output="TRP-01", dpa=999)  # speaks of something else
    c.activity("B", title="Pengadaan SUMUR BOR", agency="BPPW", output="HUT-01", dpa=700)
    finding = c.stored("same_subject")
    assert c.printed(finding) == {
        "key": f"same_subject/{PAIR}",
        "severity": 4,
        "amount": 550,
        "agencies": ["BPPW", "DPUPR"],
        "places": [c.BETOK],
        "members": ["A", "B", "C"],
        "records": ["activity/A", "activity/B", "activity/C"],
    }
    assert set(finding.evidence["words"]) <= {"sumur", "bor"}
    assert finding.evidence["numbers"] == {"lower": 700, "higher": 550}


SAME_WORDS = [
    ("sumur bor", "sumur bor"),
    ("sumur", "sumur bor dangkal keluarga"),  # 1 of the shorter's 1
    ("sumur bor", "sumur gali"),  # 1 of 2 is half
    ("sumur bor dangkal", "sumur bor keluarga miskin"),  # 2 of 3
    ("sumur bor dangkal keluarga", "sumur bor umbul baru sehat"),  # 2 of 4
    ("Sumur, BOR/dalam", "sumur-bor: dalam"),
    ("sumur2bor", "sumur bor"),  # runs of letters
    ("MCK", "mck"),  # three letters are enough
    ("jalan Padang", "gudang Padang"),  # another village's name is a word like others
    ("café bahari", "CAFÉ"),
]
OTHER_WORDS = [
    ("sumur bor dangkal", "sumur gali keluarga"),  # 1 of 3 is less than half
    ("sumur bor dangkal keluarga", "sumur tua umbul baru sehat"),  # 1 of 4
    ("sumur bor", "dermaga kayu"),
    ("", ""),
    ("sumur sumur sumur gali tua", "sumur sumur bor baru"),  # a word counts once
    ("Pembangunan gudang", "Pembangunan dermaga"),  # a stop word
    ("Kegiatan pengadaan barang", "Pengadaan barang"),  # nothing but stop words
    ("km ab", "km ab"),  # shorter than three letters
    ("jalan Betok Jaya", "gudang Betok Jaya"),  # the village
    ("jalan BETOKJAYA", "gudang betokjaya"),  # its name written together
    ("jalan Karimata", "gudang Karimata"),  # the island, and the district
    ("jalan Kepulauankarimata", "gudang kepulauankarimata"),
    ("jalan Kayong Utara", "gudang Kayong Utara"),  # the regency
    ("jalan Kalimantan Barat", "gudang Kalimantan Barat"),  # the province
]


def test_words() -> None:
    """They share a word, and half of the words of the one with fewer.

    Stop words, short words and the names of the place are no subject. Two agencies for each pair
    of titles, so that one world holds them all; what speaks across pairs is left out.
    """
    titles = SAME_WORDS + OTHER_WORDS
    for number, (first, second) in enumerate(titles):
        for side, output, title in (("P", "AIR-01", first), ("Q", "AIR-02", second)):
            code = f"{side}{number}"
            Agency.objects.create(code=code, name=code, kind="pemda")
            c.activity(code, agency=code, output=output, title=title)
    keys = c.severities("same_subject")
    assert [
        pair for number, pair in enumerate(titles) if f"{c.BETOK}/P{number}/Q{number}" in keys
    ] == SAME_WORDS


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "draft"}, False),
        ({"status": "cancelled"}, False),
        ({"agency": "DPUPR"}, False),
        ({"output": "AIR-01"}, False),  # that is `same_output`
        ({"output": "ENR-01"}, True),
        ({"output": c.SUPPORTING}, False),
        ({"places": [c.PADANG]}, False),
        ({"places": []}, False),
        ({"places": [c.SUTERA, c.BETOK]}, True),
        ({"first": "2025-01-01", "last": "2025-12-31"}, False),
        ({"first": "2026-12-31", "last": "2027-12-31"}, True),
    ],
)
def test_of_which_activities(changes: dict[str, Any], found: bool) -> None:
    """Live and active at the place, of two agencies and two outputs, neither supporting."""
    two(**changes)
    assert bool(c.found("same_subject")) is found


def test_neither_is_supporting() -> None:
    """Whichever of the two it is, and though others meet at the place."""
    c.activity("A", title="sumur bor", output=c.SUPPORTING)
    c.activity("B", title="sumur bor", agency="BPPW")
    c.activity("C", title="dermaga kayu", agency="DKP", output="TRP-01")
    c.activity("D", title="sumur bor", agency="ESDM", output=c.SUPPORTING)
    assert c.found("same_subject") == []


def test_names_of_the_mainland() -> None:
    """A place on no island has the names of its areas."""
    for agency, output, title in (
        ("DPUPR", "AIR-01", "jalan Sutera Sukadana"), ("BPPW", "AIR-02", "gudang Sutera Sukadana"),
    ):  # fmt: skip
        c.activity(agency, agency=agency, output=output, title=title, places=[c.SUTERA, c.BETOK])
    assert set(c.severities("same_subject")) == {PAIR}  # at Betok Jaya these are words


@pytest.mark.parametrize(
    ("funded", "severity"), [("", 2), ("A", 2), ("B", 2), ("A B", 4), ("B X", 2), ("B C", 4)]
)
def test_severe_when_both_have_a_funded_member(funded: str, severity: int) -> None:
    """One member an agency is enough; an activity about something else is no member."""
    two()
    c.activity("C", title="sumur bor", output="ENR-01")
    c.activity("X", title="dermaga kayu", output="TRP-01")
    for code in funded.split():
        c.line(code, 1)
    assert c.severities("same_subject") == {PAIR: severity}


def test_each_pair_of_agencies_by_itself() -> None:
    """Three agencies are three pairs; the island's name is a subject on the mainland."""
    for agency, output in (("DPUPR", "AIR-01"), ("BPPW", "AIR-02"), ("DKP", "TRP-01")):
        c.activity(agency, agency=agency, output=output, title="Karimata", places=[c.SUTERA])
    assert set(c.severities("same_subject")) == {
        f"{c.SUTERA}/{pair}" for pair in ("BPPW/DKP", "BPPW/DPUPR", "DKP/DPUPR")
    }


def test_lower_code_is_by_code_point() -> None:
    """Capitals come before small letters, whatever the server's collation says."""
    Agency.objects.create(code="bppw", name="Balai", kind="upt_pusat")
    two(agency="bppw")
    assert set(c.severities("same_subject")) == {f"{c.BETOK}/DPUPR/bppw"}
