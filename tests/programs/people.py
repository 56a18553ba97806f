"""Who acts in the tests of entry: one of each role, at two agencies of the cast."""

from __future__ import annotations

from accounts.models import Membership, User
from stakeholders.models import Agency

PASSWORD = "laut-tenang-1"


def person(username: str, role: str = "viewer", **agencies: str) -> User:
    """Somebody, with a membership (`editor`, `head`) at each agency named."""
    user = User.objects.create_user(username, password=PASSWORD, name=username.title(), role=role)
    for code, membership in agencies.items():
        agency = Agency.objects.get(code=code)
        Membership.objects.create(user=user, agency=agency, role=membership)
    return user


def everybody() -> dict[str, User]:
    """Name → user: DPUPR's editor and head, another agency's editor, planner, admin, reader."""
    return {
        "editor": person("sri", DPUPR="editor"),
        "head": person("budi", DPUPR="head"),
        "other": person("wati", BPPW="editor"),
        "planner": person("lina", "planner"),
        "administrator": person("joko", "administrator"),
        "reader": person("tono"),
    }
