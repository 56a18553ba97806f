"""The cast as partner systems and people of the offices read it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Membership, User
from exchange import tokens
from monitoring.models import Report
from programs.models import Activity
from stakeholders.models import Agency
from tests.pages import cast

V1 = "/api/v1"


def person(username: str, role: str = "viewer", *agencies: str) -> User:
    """Somebody, as editor of agencies."""
    user = User.objects.create_user(username, password="laut-tenang-1", name=username, role=role)
    for code in agencies:
        Membership.objects.create(
            user=user, agency=Agency.objects.get(code=code), role=Membership.Role.EDITOR
        )
    return user


def program(user: User) -> Client:
    """A program with a token of that person; English, so that tests read the msgids."""
    _record, token = tokens.make(name="SIPD", user=user)
    client = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    return client


def stage() -> None:
    """The cast, with a draft and a returned activity of DISHUB and a draft report of DPUPR."""
    cast.everything()
    cast.activity("KG-8", "DISHUB", "Rancangan tambatan", "TRP-01", "draft", [cast.PADANG])
    cast.activity("KG-9", "DISHUB", "Suar pelabuhan", "TRP-01", "returned", [cast.PELAPIS])
    Report.objects.create(
        activity=Activity.objects.get(code="KG-1"), year=2026, quarter=3, physical=60,
        realised=400_000_000, dated="2026-10-05", status="draft",
    )  # fmt: skip


def read(client: Client, path: str, **asked: Any) -> Any:
    """An answer that must be there."""
    response = client.get(f"{V1}/{path}", asked)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.json()


def codes(client: Client, path: str = "activities", **asked: Any) -> list[str]:
    """Codes (of findings: keys) of a list."""
    return [row.get("code") or row["key"] for row in read(client, path, **asked)["results"]]
