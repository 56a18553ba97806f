"""The demonstration: real agencies and places of Kayong Utara, invented plans, one log-in."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.models import User

WORKBOOK = Path(settings.BASE_DIR) / "exchange" / "data" / "demo.xlsx"
USERNAME, PASSWORD, NAME = "demo", "karimata-2026", "Pengguna Contoh"


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


def ensure_login() -> None:
    """Make the demonstration log-in, unless it is there."""
    refuse_on_a_server()
    if not User.objects.filter(username=USERNAME).exists():
        User.objects.create_user(USERNAME, password=PASSWORD, name=NAME)


def logins() -> list[tuple[str, str, str]]:
    """(name, user name, password) of every demonstration log-in that still works."""
    if not settings.DEMO_ALLOWED:
        return []
    user = User.objects.filter(username=USERNAME, is_active=True).first()
    if user is None or not user.check_password(PASSWORD):
        return []
    return [(user.name, USERNAME, PASSWORD)]
