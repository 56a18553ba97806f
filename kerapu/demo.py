"""The demonstration: real agencies and places of Kayong Utara, invented plans, a log-in a role."""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from stakeholders.models import Agency

WORKBOOK = Path(settings.BASE_DIR) / "exchange" / "data" / "demo.xlsx"
PASSWORD = settings.DEMO_PASSWORD
EDITOR, HEAD = Membership.Role.EDITOR, Membership.Role.HEAD


@dataclass(frozen=True)
class Login:
    """Somebody of the demonstration: user name, name, role, (agency, as what)."""

    username: str
    name: str
    role: str = User.Role.VIEWER
    memberships: list[tuple[str, str]] = field(default_factory=list)


LOGINS = [
    Login("demo", "Pengguna Contoh (Bappelitbang)", User.Role.PLANNER, [("BAPPELITBANG", EDITOR)]),
    Login("admin", "Administrator Contoh", User.Role.ADMINISTRATOR),
    Login("bappelitbang", "Perencana Bappelitbang", User.Role.PLANNER, [("BAPPELITBANG", EDITOR)]),
    Login("dpupr", "Operator DPUPR", memberships=[("DPUPR", EDITOR)]),
    Login(
        "bksda",
        "Kepala Balai KSDA",
        memberships=[("BKSDA-KALBAR", EDITOR), ("BKSDA-KALBAR", HEAD)],
    ),
    Login("kepala-dpupr", "Kepala DPUPR", memberships=[("DPUPR", HEAD)]),
    Login("bupati", "Bupati Contoh"),
]


def refuse_on_a_server() -> None:
    """A log-in whose password everybody can read exists on one's own machine only."""
    if not settings.DEMO_ALLOWED:
        raise CommandError(
            _(
                "The demonstration is for a single machine: it is not loaded where DATABASE_URL or"
                " KERAPU_ALLOWED_HOSTS is set."
            ),
            returncode=1,
        )


@transaction.atomic
def ensure_logins() -> None:
    """Make the demonstration log-ins that are not there."""
    refuse_on_a_server()
    for login in LOGINS:
        if not User.objects.filter(username=login.username).exists():
            user = User.objects.create_user(
                login.username, password=PASSWORD, name=login.name, role=login.role
            )
            for code, role in login.memberships:
                agency = Agency.objects.get(code=code)
                Membership.objects.create(user=user, agency=agency, role=role)


def logins() -> list[tuple[str, str, str]]:
    """(name, user name, password) of every demonstration log-in that still works."""
    if not settings.DEMO_ALLOWED:
        return []
    active = User.objects.filter(username__in=settings.DEMO_USERNAMES, is_active=True)
    found = {user.username: user for user in active}
    people = [found[login.username] for login in LOGINS if login.username in found]
    return [
        (user.name, user.username, PASSWORD) for user in people if user.check_password(PASSWORD)
    ]
