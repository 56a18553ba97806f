"""The accessibility rules on every page that somebody may open, at a desk and with a phone.

The pages are those of the walk (tests/walk/rules.py): a new page is held to it by its rule there.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.browser.test_entry import enter
from tests.browser.test_fit import sideways, violations
from tests.walk.rules import RULES, SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# No pages: data, files, and what leads on to another page.
NO_PAGE = {
    "health",
    "programs:places",
    "programs:by_code",
    "programs:clearance_document",
    "convergence:home",
    "convergence:freshness",
    "convergence:map_data",
    "convergence:findings_csv",
    "screens:csv",
    "screens:resolve",
}
# Who opens most pages of their kind; the first who may is taken.
WHO = ("planner", "administrator", "editor", "authority", "other", "head", "reader")


@pytest.fixture
def records(site, settings):
    """The stage of the pages, with people and what they asked of one another."""
    from accounts.models import Membership, User
    from convergence.models import Finding
    from exchange.models import ApiToken
    from planning.models import Need, Zone, ZonePlace
    from programs.models import Activity, Clearance, ClearanceRequest
    from stakeholders.models import Agency
    from territory.models import Place

    people = {}
    for name, role, agency, membership in (
        ("planner", "planner", "", ""),
        ("administrator", "administrator", "", ""),
        ("editor", "viewer", "DPUPR", "editor"),
        ("head", "viewer", "DPUPR", "head"),
        ("other", "viewer", "BPPW", "editor"),
        ("authority", "viewer", "BKSDA", "head"),
        ("reader", "viewer", "", ""),
    ):
        people[name] = User.objects.create_user(name, password="x", name=name.title(), role=role)
        if agency:
            Membership.objects.create(
                user=people[name], agency=Agency.objects.get(code=agency), role=membership
            )
    zone = Zone.objects.create(
        code="Z",
        name="Cagar Alam Laut",
        kind="cagar alam",
        authority=Agency.objects.get(code="BKSDA"),
    )
    ZonePlace.objects.create(zone=zone, place=Place.objects.get(code="61.11.06.2002@61.11.40034"))
    own = Activity.objects.get(code="KG-1")
    first, last = dt.date(2026, 1, 1), dt.date(2999, 12, 31)
    made = {
        "people": people,
        "person": people["reader"],
        "need": Need.objects.order_by("code").first(),
        "finding": Finding.objects.filter(agencies=["DPUPR"]).first() or Finding.objects.first(),
        "clearance": Clearance.objects.create(
            number="SK-1", activity=own, zone=zone, valid_from=first, valid_to=last
        ),
        "request": ClearanceRequest.objects.create(
            activity=own, zone=zone, asked_by=people["editor"], note="Mulai Juli"
        ),
        "token": ApiToken.objects.create(name="SIPD", token_hash="x", user=people["reader"]),
    }
    made |= {name: name.removeprefix("screen-") for name in SCREENS}
    for whose, code in (("own", "KG-1"), ("foreign", "KG-3")):
        for status in ("draft", "submitted", "returned", "verified", "cancelled"):
            activity = Activity.objects.get(code=code)
            if status in {"draft", "cancelled"}:
                activity.pk, activity.code, activity.status = None, f"{code}-{status}", status
                activity.origin_system = activity.origin_code = ""
                activity.save()
            made[f"{whose}-{status}"] = activity
    return made


def pages(records):
    """(who, address) of every page."""
    for name, rule in RULES.items():
        if rule.method != "get" or name in NO_PAGE or name.startswith("exchange:api:"):
            continue
        for record, may in rule.may.items():
            who = next((one for one in WHO if one in may), None)
            if who is not None:
                arguments = rule.arguments(records[record]) if record else rule.arguments(None)
                yield who, reverse(name, args=[one for one in arguments if one is not None])
    yield "reader", reverse("exchange:api:docs")


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_no_page_breaks_a_rule(visitor, records):
    found, looked = {}, 0
    by_person: dict[str, list[str]] = {}
    for who, address in pages(records):
        if address not in by_person.setdefault(who, []):
            by_person[who].append(address)
    for who, addresses in by_person.items():
        enter(visitor, records["people"][who])
        for address in addresses:
            page = visitor.go(address)
            looked += 1
            wrong = violations(page)
            if sideways(page) > 0:
                wrong.append(f"{sideways(page)} pixels too wide")
            if wrong:
                found[f"{who}: {address}"] = wrong
    print(f"looked at {looked} pages")
    assert found == {}
