"""The list of findings: filter, order, cases, totals, export."""

import csv
import io

import pytest

from convergence.models import Finding
from tests.pages.reading import get, links, said, text

LIST = "/2026/findings/"


def in_area(finding: Finding, code: str) -> bool:
    """Independent of the filter: by the codes that a finding carries."""
    return any(
        place.startswith((f"{code}.", f"{code}@")) or place.endswith(f"@{code}")
        for place in finding.places
    )


FILTERS = {
    "": lambda f: True,
    "kind=unmet_need": lambda f: f.kind == "unmet_need",
    "severity=4": lambda f: f.severity >= 4,
    "agency=DISHUB": lambda f: "DISHUB" in f.agencies,
    "area=61.11.06": lambda f: in_area(f, "61.11.06"),
    "area=61.11.06.2002": lambda f: in_area(f, "61.11.06.2002"),
    "area=61.11.40034": lambda f: in_area(f, "61.11.40034"),
    "area=61.11.06.2002@61.11.40034": lambda f: "61.11.06.2002@61.11.40034" in f.places,
    "q=KG-5": lambda f: "KG-5" in f"{f.key} {f.evidence}",
    "q=dermaga+apung": lambda f: "Dermaga apung" in str(f.evidence),
    "state=all": lambda f: True,
    "state=accepted": lambda f: False,
    "kind=budget_drop&severity=4&agency=DISHUB": lambda f: (
        f.kind == "budget_drop" and f.severity >= 4 and "DISHUB" in f.agencies
    ),
}


@pytest.mark.parametrize("query", FILTERS)
def test_filters_tie_out(regent, stage, query):
    expected = [f for f in Finding.objects.filter(year=2026) if FILTERS[query](f)]

    totals = get(regent, f"{LIST}?{query}").context["totals"]

    assert totals.findings == len(expected)
    assert totals.amount == sum(finding.amount for finding in expected)
    assert totals.cases == len({finding.case_key for finding in expected})


def test_rows_are_cases_with_their_places(regent, stage):
    lines = get(regent, f"{LIST}?kind=unmet_need").context["lines"]

    # KB-3 is unmet at two places: one case.
    (case,) = lines
    assert case.count == 2
    assert case.about == "Transportasi laut"
    assert case.places == ["Betok Jaya · Pulau Karimata", "Padang · Pulau Karimata"]
    assert case.severity == 2


def test_cases_sum_up_to_the_total(regent, stage):
    context = get(regent, LIST).context

    assert sum(line.amount for line in context["lines"]) == context["totals"].amount
    assert sum(line.count for line in context["lines"]) == context["totals"].findings
    assert len(context["lines"]) == context["totals"].cases


def test_single_findings(regent, stage):
    context = get(regent, f"{LIST}?view=single").context

    assert len(context["lines"]) == Finding.objects.filter(year=2026).count()
    assert {line.count for line in context["lines"]} == {1}


@pytest.mark.parametrize("view", ["case", "single"])
@pytest.mark.parametrize("sort", ["severity", "amount", "kind", "newest", "nonsense"])
def test_order(regent, stage, sort, view):
    lines = get(regent, f"{LIST}?sort={sort}&view={view}").context["lines"]

    keys = {
        "severity": lambda line: (-line.severity, -line.amount),
        "nonsense": lambda line: (-line.severity, -line.amount),
        "amount": lambda line: -line.amount,
        "kind": lambda line: str(line.kind.value),
        "newest": lambda line: 0,
    }
    assert lines == sorted(lines, key=keys[sort])


def test_what_is_settled_is_shown_when_asked_for(regent, stage):
    Finding.objects.filter(kind="same_output").update(state="closed")

    assert not get(regent, f"{LIST}?kind=same_output").context["lines"]
    (line,) = get(regent, f"{LIST}?kind=same_output&state=all").context["lines"]
    assert said("Closed") in [str(state.label) for state in line.states]


def test_fifty_a_page(regent, stage):
    example = Finding.objects.get(key="unlocated/KG-4")
    Finding.objects.bulk_create(
        Finding(
            year=2026, kind="unlocated", key=f"unlocated/X-{number}", severity=1, amount=number,
            case_key=f"case{number}", raised=example.raised, changed=example.changed,
        )
        for number in range(60)
    )  # fmt: skip

    first = get(regent, f"{LIST}?kind=unlocated")
    second = get(regent, f"{LIST}?kind=unlocated&page=2")

    assert [len(first.context["lines"]), len(second.context["lines"])] == [50, 11]
    assert first.context["totals"] == second.context["totals"]
    assert f"{LIST}?kind=unlocated&page=2" in links(first)


def test_htmx_gets_the_results_alone(regent, stage):
    part = get(regent, f"{LIST}?kind=unlocated", headers={"HX-Request": "true"})
    whole = get(regent, f"{LIST}?kind=unlocated")

    assert "<html" not in part.content.decode()
    assert part.content.decode().strip() in whole.content.decode()
    assert "HX-Request" in part["Vary"]
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in get(regent, LIST, headers=back).content.decode()


def test_export_in_words(regent, stage):
    response = get(regent, "/2026/findings.csv?kind=same_output")

    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    record = dict(zip(header, row, strict=True))
    assert record[said("Kind")] == said("Same output")
    assert record[said("Agencies")] == "Balai Prasarana Permukiman; Dinas Pekerjaan Umum"
    assert record[said("Places")] == "Betok Jaya · Pulau Karimata"
    assert record[said("Amount at stake (Rp)")] == "300000000"
    address = record[said("Link")].removeprefix("http://testserver")
    assert "Sambungan air pipa" in text(get(regent, address))


def test_export_ties_out_with_the_page(regent, stage):
    for query in FILTERS:
        file = get(regent, f"/2026/findings.csv?{query}").content.decode("utf-8-sig")
        page = get(regent, f"{LIST}?{query}").context["totals"]
        lines = list(csv.reader(io.StringIO(file)))[1:]

        assert len(lines) == page.findings
        assert sum(int(line[3]) for line in lines) == page.amount


def test_a_formula_in_a_title_is_text(regent, stage):
    Finding.objects.filter(key="unlocated/KG-4").update(reason="=1+1")

    file = get(regent, "/2026/findings.csv?kind=unlocated").content.decode()

    assert ",'=1+1," in file


def test_an_empty_database(regent):
    page = text(get(regent, LIST))

    assert said("No finding matches.") in page


@pytest.mark.parametrize("query", ["kind=nope", "severity=x", "agency=NOBODY", "page=999", "q=%00"])
def test_nonsense_in_the_address_does_no_harm(regent, stage, query):
    get(regent, f"{LIST}?{query}")
