"""`manage.py make_token USERNAME NAME`: a token for a program, printed once."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchange import tokens


class Command(BaseCommand):
    """Makes a token of the API and prints it: it cannot be shown again."""

    help = "Make an API token for a program that reads as USERNAME; it is printed once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As whom, for what, for how long."""
        parser.add_argument("username", metavar="USERNAME", help="whose rights the program has")
        parser.add_argument("name", metavar="NAME", help="what the token is for")
        parser.add_argument("--days", type=int, default=None, help="days until it expires")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            message = _("There is no active user “%(name)s”.") % {"name": options["username"]}
            raise CommandError(message)
        days = options["days"]
        if days is not None and days < 1:
            raise CommandError(_("A token lasts at least one day."))
        expires = timezone.now() + dt.timedelta(days=days) if days is not None else None
        try:
            _record, token = tokens.make(name=options["name"], user=user, expires=expires)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(token)
        self.stderr.write(_("Keep it now: it is not stored and cannot be shown again."))
