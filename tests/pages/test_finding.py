"""The page of a finding: rule, whom, where, how much, history, proof."""

import pytest

from convergence.models import Finding
from tests.pages.reading import get, links, said, text


def address(key: str) -> str:
    """Where the finding of that key is shown."""
    return f"/2026/findings/{Finding.objects.get(year=2026, key=key).pk}/"


def test_an_overlap_with_its_proof(regent, stage):
    response = get(regent, address("same_output/61.11.06.2002@61.11.40034/AIR-01"))

    page = text(response)
    for words in (
        "Sambungan air pipa", "Dinas Pekerjaan Umum", "Balai Prasarana Permukiman",
        "Betok Jaya · Pulau Karimata", "300 juta" if said("million") == "juta" else "300",
        "Rp\N{NO-BREAK SPACE}900.000.000", "Pembangunan air pipa Betok Jaya", "KG-3",
        said("Verified"), said("Submitted"),
    ):  # fmt: skip
        assert words.replace("\N{NO-BREAK SPACE}", " ") in page, words
    assert "/2026/area/61.11.40034/" in links(response)
    assert "/2026/findings/?agency=DPUPR" in links(response)


def test_lines_with_source_and_stage(regent, stage):
    page = text(get(regent, address("budget_drop/KG-5")))

    assert said("Budget lines") in page
    assert said("Enacted (DPA/DIPA)") in page
    assert said("Regency budget (APBD)") in page
    assert "Rp 1.000.000.000" in page


def test_its_history(regent, stage):
    page = text(get(regent, address("budget_drop/KG-5")))

    assert said("Raised by the judgement") in page
    assert said("as of %(day)s") % {"day": "1 Agustus 2026"} in page


def test_its_case_elsewhere(regent, stage):
    response = get(regent, address("unmet_need/KB-3/61.11.06.2002@61.11.40034"))

    other = address("unmet_need/KB-3/61.11.06.2003@61.11.40034")
    assert other in links(response)


def test_every_kind_that_there_is_can_be_shown(regent, stage):
    for finding in Finding.objects.filter(year=2026):
        get(regent, f"/2026/findings/{finding.pk}/")


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"activities": [], "lines": [], "numbers": {}},
        {"words": ["air", "pipa"], "numbers": {"new_figure": 3.5, "day": "2026-08-01"}},
        {"strange": [{"thing": "x", "amount": 5, "nested": {"a": 1}}]},
        {"agencies": ["DPUPR", "GONE"], "clearances": [], "due": [{"quarter": 1, "due": None}]},
        {"activities": [{"code": "KG-9", "title": "<b>x</b>", "stage": 9, "level": 7}]},
    ],
)
def test_evidence_of_any_shape(regent, stage, evidence):
    Finding.objects.filter(key="unlocated/KG-4").update(evidence=evidence)

    response = get(regent, address("unlocated/KG-4"))

    assert "<b>x</b>" not in response.content.decode()


def test_records_that_are_gone_are_shown_by_code(regent, stage):
    Finding.objects.filter(key="unlocated/KG-4").update(
        key="unlocated/GONE", agencies=["NOBODY"], places=["99.99.99.9999@-"], evidence={}
    )

    page = text(get(regent, address("unlocated/GONE")))

    assert "NOBODY" in page
    assert "99.99.99.9999@-" in page


def test_of_another_year(regent, stage):
    pk = Finding.objects.get(key="unlocated/KG-4").pk

    assert regent.get(f"/2025/findings/{pk}/").status_code == 404
