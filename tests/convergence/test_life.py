"""METHOD.md section 6: what becomes of a finding from run to run, and how it is settled."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from budgets.models import BudgetLine
from convergence.actions import accept, discuss
from convergence.engine import judge
from convergence.models import (
    AreaFigure,
    Finding,
    FindingEvent,
    Judgement,
    NeedLevel,
    PlaceMoney,
)
from planning.models import NeedPlace
from programs.models import Activity, ActivityPlace

from . import cast as c

pytestmark = pytest.mark.usefixtures("cast")

STORED = (
    "convergence_finding",
    "convergence_findingevent",
    "convergence_areafigure",
    "convergence_needlevel",
    "convergence_placemoney",
)


@pytest.fixture
def planner(db: None) -> User:
    """Who settles findings."""
    return User.objects.create(username="sri", name="Sri")


@pytest.fixture
def overlap(cast: None) -> Finding:
    """Two agencies' pipes: 1,000 enacted, and 300 proposed by the other; severity 3."""
    c.activity("A", agency="DPUPR", dpa=1000)
    c.activity("B", agency="BPPW", status="submitted")
    c.line("B", 300, c.PROPOSED)
    return c.stored("same_output")


def steps(finding: Finding) -> list[str]:
    """The steps of its life, oldest first."""
    return list(finding.events.order_by("id").values_list("what", flat=True))


def again(finding: Finding) -> Finding:
    """The same after another run."""
    c.keep(finding.year)
    finding.refresh_from_db()
    return finding


def duplication() -> float:
    """D of the regency, without storing."""
    areas = {area["code"]: area for area in judge(year=c.YEAR, as_of=c.AS_OF).areas}
    return float(areas["61.11"]["duplication"])


def propose(amount: int, stage: int = c.PROPOSED) -> None:
    """Change the other agency's line, and with it what is duplicated."""
    BudgetLine.objects.filter(activity__code="B").update(amount=amount, stage=stage)


# --- By the engine ------------------------------------------------------------------------------
def test_raised(overlap: Finding) -> None:
    """Open, with the first step of its history."""
    assert (overlap.state, overlap.verdict, overlap.reason) == ("open", "", "")
    (event,) = overlap.events.all()
    assert (event.what, event.as_of, event.severity, event.amount, event.user) == (
        "raised", c.AS_OF, 3, 300, None,
    )  # fmt: skip
    assert overlap.raised == overlap.changed == event.at


def test_changed(overlap: Finding) -> None:
    """What is at stake has a step in the history."""
    propose(250)
    again(overlap)
    assert (overlap.amount, overlap.state) == (250, "open")
    assert steps(overlap) == ["raised", "changed"]
    assert overlap.events.latest("id").amount == 250
    assert overlap.changed > overlap.raised


def test_a_change_of_the_proof_alone_is_no_step(overlap: Finding) -> None:
    """A title is corrected: the proof shows it, nothing is said to have happened."""
    before = overlap.changed
    Activity.objects.filter(code="A").update(title="Pipa air bersih")
    again(overlap)
    assert overlap.evidence["activities"][0]["title"] == "Pipa air bersih"
    assert steps(overlap) == ["raised"]
    assert overlap.changed == before


def test_closed_and_returned(overlap: Finding) -> None:
    """Closed when the rule no longer holds, as it was; open again with its history."""
    Activity.objects.filter(code="B").update(status="cancelled")
    again(overlap)
    assert (overlap.state, overlap.amount, overlap.members) == ("closed", 300, ["A", "B"])
    again(overlap)
    assert steps(overlap) == ["raised", "closed"]  # once
    closed = overlap.changed
    assert closed > overlap.raised
    Activity.objects.filter(code="B").update(status="verified")
    again(overlap)
    assert (overlap.state, steps(overlap)) == ("open", ["raised", "closed", "returned"])
    assert overlap.changed > closed
    assert Finding.objects.filter(kind="same_output").count() == 1


def test_nothing_is_ever_deleted(overlap: Finding) -> None:
    """The activities are gone, and with them every reason; findings and history stay."""
    ids = set(Finding.objects.values_list("id", flat=True))
    BudgetLine.objects.all().delete()
    Activity.objects.all().delete()
    again(overlap)
    assert set(Finding.objects.values_list("id", flat=True)) >= ids
    assert overlap.state == "closed"
    assert overlap.evidence["numbers"] == {"total": 1300, "largest": 1000}


def test_another_years_findings_are_left_alone(overlap: Finding) -> None:
    """A run closes only what is of its year."""
    c.keep(2030)
    overlap.refresh_from_db()
    assert overlap.state == "open"
    assert not Finding.objects.filter(year=2030, kind="same_output").exists()


def test_findings_of_two_years_are_two(cast: None) -> None:
    """One finding per year and key."""
    c.need("N", first=2026, last=2027)
    c.keep(2026)
    c.keep(2027)
    c.keep(2028)
    assert sorted(Finding.objects.filter(kind="unmet_need").values_list("year", flat=True)) == [
        2026, 2027,
    ]  # fmt: skip


# --- By people ----------------------------------------------------------------------------------
def test_discuss(overlap: Finding, planner: User) -> None:
    """It stays discussed, and counts in D until the plans change."""
    found = discuss(finding=overlap, user=planner, note="Rapat 3 Agustus", duplicate=True)
    assert (found.state, found.verdict, found.reason) == (
        "discussed", "duplicate", "Rapat 3 Agustus",
    )  # fmt: skip
    event = found.events.latest("id")
    assert (event.what, event.user, event.note) == ("discussed", planner, "Rapat 3 Agustus")
    propose(900)
    again(overlap)
    assert (overlap.state, overlap.verdict, overlap.amount) == ("discussed", "duplicate", 900)
    assert duplication() == round(900 / 1900, 4)


def test_accept(overlap: Finding, planner: User) -> None:
    """It holds still, but no longer counts in D; what it was then is kept."""
    assert duplication() == round(300 / 1300, 4)
    found = accept(
        finding=overlap, verdict="complementary", reason="Pipa induk dan sambungan", user=planner
    )
    assert (found.accepted_severity, found.accepted_amount, found.accepted_members) == (
        3, 300, ["A", "B"],
    )  # fmt: skip
    again(overlap)
    assert (overlap.state, overlap.verdict) == ("accepted", "complementary")
    assert steps(overlap) == ["raised", "accepted"]
    assert duplication() == 0
    assert AreaFigure.objects.get(code="61.11").duplication == 0
    assert len(c.found("same_output")) == 1  # listed as before


def test_a_gap_that_is_accepted_stays_a_gap(planner: User) -> None:
    """Accepting is no delivery: coverage is what it was."""
    c.need("N", weight=1)
    c.need("M", weight=1, sector="ENR")
    c.activity(dpa=1)
    before = c.figures().coverage
    finding = Finding.objects.get(kind="unmet_need")
    accept(finding=finding, verdict="successive", reason="Tahun depan", user=planner)
    assert c.figures().coverage == before
    assert again(finding).state == "accepted"


@pytest.mark.parametrize(
    ("verdict", "reason", "code"),
    [
        ("complementary", "", "reason"),
        ("complementary", " \n", "reason"),
        ("duplicate", "Sama", "verdict"),
        ("", "Sama", "verdict"),
        ("whatever", "Sama", "verdict"),
    ],
)
def test_accepting_is_refused(
    overlap: Finding, planner: User, verdict: str, reason: str, code: str
) -> None:
    """Without a reason, or with a verdict that does not accept."""
    with pytest.raises(ValidationError) as refused:
        accept(finding=overlap, verdict=verdict, reason=reason, user=planner)
    (error,) = refused.value.error_dict[code]
    assert error.code == code
    overlap.refresh_from_db()
    assert (overlap.state, steps(overlap)) == ("open", ["raised"])


def test_what_is_settled_is_not_settled_again(overlap: Finding, planner: User) -> None:
    """A closed one cannot be accepted; neither a closed nor an accepted one be discussed."""
    accept(finding=overlap, verdict="wrong_match", reason="Beda dusun", user=planner)
    with pytest.raises(ValidationError):
        discuss(finding=overlap, user=planner)
    Activity.objects.filter(code="B").update(status="draft")
    again(overlap)
    with pytest.raises(ValidationError):
        discuss(finding=overlap, user=planner)
    with pytest.raises(ValidationError):
        accept(finding=overlap, verdict="wrong_match", reason="Beda dusun", user=planner)
    assert steps(overlap) == ["raised", "accepted", "closed"]


def test_an_accepted_one_that_returns_is_open(overlap: Finding, planner: User) -> None:
    """Its acceptance was of what was then."""
    accept(finding=overlap, verdict="wrong_match", reason="Beda dusun", user=planner)
    for status in ("draft", "submitted"):
        Activity.objects.filter(code="B").update(status=status)
        again(overlap)
    assert (overlap.state, overlap.verdict, overlap.reason) == ("open", "", "")
    assert overlap.accepted_amount is None


# --- Open again ---------------------------------------------------------------------------------
@pytest.fixture
def accepted(overlap: Finding, planner: User) -> Finding:
    """The overlap, accepted at severity 3 and 300."""
    return accept(finding=overlap, verdict="complementary", reason="Bertahap", user=planner)


@pytest.mark.parametrize(
    ("amount", "state"), [(0, "accepted"), (300, "accepted"), (330, "accepted"), (331, "open")]
)
def test_by_more_than_a_tenth_at_stake(accepted: Finding, amount: int, state: str) -> None:
    """Exactly a tenth more does not open it."""
    propose(amount)
    assert again(accepted).state == state


def test_a_tenth_since_acceptance(accepted: Finding) -> None:
    """Not since the last run: it cannot creep up; and what was said is taken back."""
    propose(325)
    assert again(accepted).state == "accepted"
    assert accepted.accepted_amount == 300
    propose(340)
    assert again(accepted).state == "open"
    assert (accepted.verdict, accepted.reason, accepted.accepted_members) == ("", "", None)
    assert steps(accepted) == ["raised", "accepted", "changed", "reopened"]


def test_by_a_member_that_is_added(accepted: Finding) -> None:
    """Even one without money; one that leaves does not."""
    c.activity("C", agency="DKP", status="submitted")
    assert again(accepted).state == "open"
    assert duplication() == round(300 / 1300, 4)


def test_not_by_a_member_that_leaves(overlap: Finding, planner: User) -> None:
    """What is left was accepted."""
    c.activity("C", agency="DKP", status="submitted")
    again(overlap)
    accept(finding=overlap, verdict="complementary", reason="Bertahap", user=planner)
    Activity.objects.filter(code="C").update(status="draft")
    assert again(overlap).state == "accepted"
    assert overlap.members == ["A", "B"]


def test_by_a_rise_of_severity(accepted: Finding) -> None:
    """Two agencies are funded now, with the same money."""
    propose(300, c.ENACTED)
    again(accepted)
    assert (accepted.severity, accepted.amount, accepted.state) == (5, 300, "open")


def test_not_by_a_fall_of_severity(overlap: Finding, planner: User) -> None:
    """From enacted back to proposed."""
    propose(300, c.ENACTED)
    again(overlap)
    accept(finding=overlap, verdict="complementary", reason="Bertahap", user=planner)
    propose(300, c.PROPOSED)
    assert again(overlap).state == "accepted"


@pytest.mark.parametrize(("before", "after"), [(c.INDICATIVE, c.PROPOSED), (c.ENACTED, c.REVISED)])
def test_not_by_moving_to_the_next_stage(
    overlap: Finding, planner: User, before: int, after: int
) -> None:
    """Amount and severity stay: the proof shows the new stage, the acceptance holds."""
    propose(300, before)
    again(overlap)
    accept(finding=overlap, verdict="complementary", reason="Bertahap", user=planner)
    c.line("B", 300, after)
    again(overlap)
    assert (overlap.state, steps(overlap)[-1]) == ("accepted", "accepted")


# --- What is stored -----------------------------------------------------------------------------
def rows() -> dict[str, list[Any]]:
    """Where every stored row lies: a row that is written anew lies elsewhere."""
    found = {}
    with connection.cursor() as cursor:
        for table in STORED:
            cursor.execute(f"SELECT id, ctid::text, xmin::text FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def test_a_run_that_finds_nothing_new_writes_no_row(planner: User) -> None:
    """Not one of findings, steps, figures, levels or money: open, accepted, closed ones alike."""
    c.need("N", output="AIR-01", target="3", places=[c.BETOK, c.PADANG])
    c.mandate("BPPW")
    for code, agency in (("A", "DPUPR"), ("B", "DKP"), ("C", "BPPW")):
        c.activity(code, agency=agency, places=[c.BETOK, c.SUTERA], volume="0.7", dpa=10)
    c.activity("D", places=[], dpa=5)
    c.report("A", "33.3", realised=9)
    finding = Finding.objects.filter(pk=c.stored("unlocated").pk).get()
    accept(finding=finding, verdict="wrong_match", reason="Pengadaan", user=planner)
    Activity.objects.filter(code="C").update(status="draft")
    c.keep()
    before = rows()
    assert all(before.values())
    assert c.keep() == {"raise": 0, "change": 0, "close": 0}
    assert rows() == before


def test_figures_of_what_is_gone_are_removed() -> None:
    """Needs, places and areas that have none any more have no row."""
    c.need("N", places=[c.SUTERA])
    c.activity(dpa=5)
    c.keep()
    Activity.objects.update(status="draft")
    c.keep()
    assert not PlaceMoney.objects.exists()
    assert not AreaFigure.objects.filter(code="61.11.06").exists()
    assert AreaFigure.objects.filter(code="61.11.01").exists()


def test_the_judgement_of_a_year_is_that_of_its_latest_storing_run() -> None:
    """One row a year; the number of findings is of those that hold."""
    c.need()
    c.keep(as_of="2026-03-01")
    c.keep(as_of="2026-02-01")
    (judgement,) = Judgement.objects.all()
    assert (judgement.year, judgement.as_of) == (2026, dt.date(2026, 2, 1))
    assert judgement.findings == Finding.objects.exclude(state="closed").count() == 2


def test_another_day_is_printed_and_not_stored(overlap: Finding) -> None:
    """`converge` of another day leaves what is stored as it is; `--store` replaces it."""
    c.keep(as_of="2026-07-01")
    before = rows()
    call_command("converge", year=2026, as_of=dt.date(2026, 7, 20), stdout=io.StringIO())
    assert rows() == before
    assert Judgement.objects.get().as_of == dt.date(2026, 7, 1)
    call_command(
        "converge", year=2026, as_of=dt.date(2026, 7, 20), store=True, stdout=io.StringIO()
    )
    assert Judgement.objects.get().as_of == dt.date(2026, 7, 20)
    assert Finding.objects.filter(kind="unreported").exists()  # of A, since 16 July
    call_command("converge", year=2026, stdout=io.StringIO())
    assert Judgement.objects.get().as_of == timezone.localdate()


def test_rows_of_a_pair_that_is_gone_are_removed() -> None:
    """Though the need is still elsewhere, and the sector and the place still have money."""
    c.need("N", places=[c.SUTERA, c.BETOK])
    c.need("M", places=[c.BETOK])
    c.activity("A", places=[c.SUTERA, c.BETOK], dpa=6)
    c.activity("T", output="TRP-01", dpa=5)
    c.keep()
    NeedPlace.objects.filter(need__code="N", place__code=c.BETOK).delete()
    ActivityPlace.objects.filter(activity__code="A", place__code=c.SUTERA).delete()
    Activity.objects.filter(code="T").update(status="draft")
    c.keep()
    assert set(NeedLevel.objects.values_list("need__code", "place__code")) == {
        ("N", c.SUTERA), ("M", c.BETOK),
    }  # fmt: skip
    money = PlaceMoney.objects.values_list("place__code", "sector__code", "amount")
    assert list(money) == [(c.BETOK, "AIR", 6)]


# --- Cases --------------------------------------------------------------------------------------
def test_findings_with_the_same_evidence_records_are_one_case() -> None:
    """Two activities meet at two places: one case; a third one at a third place is another."""
    c.activity("A", places=[c.BETOK, c.PADANG, c.SUTERA])
    c.activity("B", agency="BPPW", places=[c.BETOK, c.PADANG, c.SUTERA], title="Sumur bor")
    c.activity("C", agency="DKP", places=[c.SUTERA], title="Jaringan")
    c.need("N", sector="ENR", places=[c.BETOK, c.PADANG])
    c.keep()
    cases = {finding.key: finding.case_key for finding in Finding.objects.all()}
    assert cases[f"same_output/{c.BETOK}/AIR-01"] == cases[f"same_output/{c.PADANG}/AIR-01"]
    assert cases[f"same_output/{c.BETOK}/AIR-01"] != cases[f"same_output/{c.SUTERA}/AIR-01"]
    assert cases[f"unmet_need/N/{c.BETOK}"] == cases[f"unmet_need/N/{c.PADANG}"]


def test_findings_of_two_kinds_are_two_cases() -> None:
    """The same activity proves both."""
    c.activity("A", places=[])
    c.keep()
    kinds = Finding.objects.filter(records=["activity/A"])
    assert set(kinds.values_list("kind", flat=True)) == {"unfunded", "unlocated"}
    assert len(set(kinds.values_list("case_key", flat=True))) == 2


def test_a_case_follows_its_records(overlap: Finding) -> None:
    """A third activity makes it another case, and its leaving the old one again."""
    before = overlap.case_key
    c.activity("C", agency="DKP")
    assert again(overlap).case_key != before
    Activity.objects.filter(code="C").delete()
    assert again(overlap).case_key == before
    assert FindingEvent.objects.filter(finding=overlap, what="changed").count() == 2
