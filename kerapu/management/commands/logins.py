"""`manage.py logins`: the demonstration log-ins; nothing on a server."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kerapu import demo


class Command(BaseCommand):
    help = "Print the demonstration log-ins"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, username, password in demo.logins():
            self.stdout.write(
                _("Log in as %(name)s: %(username)s / %(password)s")
                % {"name": name, "username": username, "password": password}
            )
