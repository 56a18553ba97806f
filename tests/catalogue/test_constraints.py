"""What is refused of sectors and outputs, by the database and in words."""

from __future__ import annotations

import pytest

from catalogue.models import Output, Sector
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def output(code: str) -> Output:
    """An output of clean water, not saved."""
    return Output(code=code, name="Pipa", sector=Sector.objects.get(code="AIR"), unit="unit")


CASES: Cases = {
    "sector_code": (lambda: Sector(code="A B", name="X"), "code", "code"),
    "output_code": (lambda: output("AIR/01"), "code", "code"),
}


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    """The fixed cast."""
    c.populate()


@pytest.mark.parametrize("constraint", CASES)
def test_refused(constraint: str) -> None:
    """In words first, and by the database whoever writes."""
    assert_refused(CASES, constraint)


def test_every_constraint_has_a_test() -> None:
    """A new one needs its case here."""
    assert set(CASES) == constraints_of("catalogue")


@pytest.mark.parametrize(
    ("code", "fine"),
    [
        ("A", True),
        ("a.B_9-z", True),
        ("x" * 64, True),
        ("", False),
        ("x" * 65, False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("a/b", False),
        ("a@b", False),
    ],
)
def test_what_is_a_code(code: str, fine: bool) -> None:
    """1 to 64 of A–Z, a–z, 0–9, dot, hyphen and underscore (CONTRACT.md section 3)."""
    sector = Sector(code=code, name="X")
    if fine:
        sector.full_clean()
        sector.save()
    else:
        assert set(words(sector)) == {"code"}


def test_a_code_is_unique_and_keeps_its_case() -> None:
    """`air` is another sector than `AIR`."""
    assert words(Sector(code="AIR", name="X")) == {"code": ["unique"]}
    Sector(code="air", name="X").full_clean()
    assert words(output("AIR-01")) == {"code": ["unique"]}


def test_codes_are_sorted_by_code_point() -> None:
    """On any server: capitals before small letters, hyphen before dot before digits."""
    for code in ("b", "a", "B", "a-", "a.", "a1", "a_"):
        Sector.objects.create(code=f"Z{code}", name="X")
    codes = Sector.objects.filter(code__startswith="Z").order_by("code")
    assert "".join(f" {code}" for code in codes.values_list("code", flat=True)) == (
        " ZB Za Za- Za. Za1 Za_ Zb"
    )
