"""What is refused of agencies and mandates, by the database and in words."""

from __future__ import annotations

import pytest

from catalogue.models import Sector
from stakeholders.models import Agency, Mandate
from territory.models import Area
from tests.convergence import cast as c
from tests.convergence.refusals import Cases, assert_refused, constraints_of, words

pytestmark = pytest.mark.django_db


def agency(code: str = "NEW", kind: str = "pemda") -> Agency:
    """An agency, not saved."""
    return Agency(code=code, name="X", kind=kind)


def own_parent() -> Agency:
    """A saved one that is to be its own parent."""
    found = Agency.objects.get(code="DPUPR")
    found.parent = found
    return found


def again(area: str | None) -> Mandate:
    """The mandate of a record that is there, once more."""
    c.mandate("BPPW", "AIR", area)
    return Mandate(
        agency=Agency.objects.get(code="BPPW"),
        sector=Sector.objects.get(code="AIR"),
        area=Area.objects.filter(code=area).first(),
    )


CASES: Cases = {
    "agency_code": (lambda: agency("Dinas PU"), "code", "code"),
    "agency_kind": (lambda: agency(kind="ngo"), "kind", "invalid_choice"),
    "agency_parent_not_self": (own_parent, "parent", "parent"),
    "mandate_once": (lambda: again("61.11"), "__all__", "unique_together"),
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
    assert set(CASES) == constraints_of("stakeholders")


def test_a_mandate_everywhere_is_there_once_too() -> None:
    """No area is a value like others; with another area it is another mandate."""
    case = {"mandate_once": (lambda: again(None), "__all__", "unique_together")}
    assert_refused(case, "mandate_once")
    c.mandate("BPPW", "AIR", "61.11")


def test_agency_codes_are_unique() -> None:
    """Two agencies of one name are two by their codes."""
    assert words(agency("DPUPR")) == {"code": ["unique"]}
    agency("Dpupr").full_clean()
