"""Every address as every role, with own and foreign records: in, or 404 (DOMAIN.md's table).

Each request is made in a savepoint that is rolled back, so that no step changes what the next one
finds. `pytest -s` prints how many combinations were walked.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from convergence.engine import judge
from convergence.models import Finding
from exchange.models import ApiToken
from programs.models import Activity, ClearanceRequest, StatusStep
from tests.accounts.people import enter
from tests.convergence import cast as c
from tests.programs.people import everybody, person

from .addresses import EVERYBODY, names
from .rules import RULES, SCREENS, SKIPPED

ROLES = ("", *sorted(EVERYBODY))
INSIDE = range(200, 400)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """People, and records of DPUPR (own) and BPPW (foreign) in each state that matters."""
    c.populate()
    people = everybody()
    people["authority"] = person("maya", BKSDA="head")
    zone = c.zone()
    made: dict[str, Any] = {"people": people, "zone": zone}
    for whose, agency in (("own", "DPUPR"), ("foreign", "BPPW")):
        for status in Activity.Status.values:
            code = f"{whose}-{status}"
            made[code] = c.activity(code, agency=agency, status=status, dpa=100)
    own: Activity = made["own-submitted"]
    made["request"] = ClearanceRequest.objects.create(
        activity=own, zone=zone, asked_by=people["editor"]
    )
    made["clearance"] = c.clearance("2026-01-01", "2999-12-31", "own-verified", "Z")
    StatusStep.objects.create(activity=own, before="draft", after="submitted")
    judge(year=2026, as_of=dt.date(2026, 8, 1), store=True)
    made["finding"] = Finding.objects.filter(agencies=["DPUPR"]).order_by("key").first()
    made["person"] = people["reader"]
    made["need"] = c.need("K")
    made["token"] = ApiToken.objects.create(name="SIPD", token_hash="x", user=people["reader"])
    made |= {name: name.removeprefix("screen-") for name in SCREENS}
    made["membership"] = Membership.objects.get(user=people["editor"])
    return made


def test_every_address_has_a_rule() -> None:
    """Whoever adds an address says who may come in."""
    assert set(names()) - set(RULES) - set(SKIPPED) == set()
    assert set(RULES) - set(names()) == set()


def steps(world: dict[str, Any]) -> Iterator[tuple[str, str, str, frozenset[str], bool]]:
    """(name, path, method, who may, open to all) of every address and record."""
    for name, rule in RULES.items():
        for record, may in rule.may.items():
            arguments = rule.arguments(world[record]) if record else rule.arguments(None)
            path = reverse(name, args=[one for one in arguments if one is not None])
            yield name, path, rule.method, may, rule.open_to_all


@pytest.mark.django_db
def test_walk(world: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """In where the table says so, otherwise 404; who is not logged in is led to the log-in."""
    people: dict[str, User] = world["people"]
    clients = {who: enter(Client(), people[who]) if who else Client() for who in ROLES}
    wrong, walked = [], 0
    for name, path, method, may, open_to_all in steps(world):
        for who in ROLES:
            answer = try_out(clients[who], method, path)
            walked += 1
            if not fits(answer, name, who, who in may, open_to_all):
                wrong.append(f"{method} {path} as {who or 'nobody'}: {answer.status_code}")
    with capsys.disabled():
        print(f"\nwalked {walked} combinations of {len(RULES)} addresses and {len(ROLES)} roles")
    assert wrong == []


def try_out(client: Client, method: str, path: str) -> Any:
    """The answer; what the request did to the database and to the cookies is undone."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def fits(answer: Any, name: str, who: str, may: bool, open_to_all: bool) -> bool:
    """Whether the answer is what the table says."""
    status: int = answer.status_code
    if open_to_all:
        return status in INSIDE
    if not who:
        if name.startswith("exchange:api:") and name != "exchange:api:docs":
            return status == 401
        return is_led_to_log_in(answer)
    if may:
        # A form sent empty is refused in words; that is inside too.
        return (status in INSIDE or status in {400, 409, 422}) and not is_led_to_log_in(answer)
    return status in {403, 404}


def is_led_to_log_in(answer: Any) -> bool:
    """Whether the answer is the way to the door."""
    return answer.status_code == 302 and "/accounts/login/" in str(answer["Location"])
