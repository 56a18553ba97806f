"""`manage.py invite_administrator NAME`: the first person of a server, by a one-time link.

Who sits at the server may do everything anyway. For an administrator who exists it makes a new
link and takes a lost second factor away.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import actions, second_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Invite an administrator and print the one-time link"

    def add_arguments(self, parser: CommandParser) -> None:
        """The person's name; all else follows from it or is optional."""
        parser.add_argument("name", help="name of the person, or user name of one who exists")
        parser.add_argument("--username", help="user name (default: made from the name)")
        parser.add_argument("--mail", default="", help="mail address; the link is sent there too")

    def handle(self, *args: Any, **options: Any) -> None:
        name, mail = options["name"], options["mail"]
        username = options["username"] or slugify(name).replace("_", "-")
        if not username:
            raise CommandError(_("Give a user name with --username."), returncode=2)
        try:
            user, token = self._link(name=name, username=username, mail=mail)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from refusal
        said = _("%(name)s chooses a password here, once, within seven days: %(link)s")
        self.stdout.write(said % {"name": user.username, "link": actions.link_of(token)})

    @transaction.atomic
    def _link(self, *, name: str, username: str, mail: str) -> tuple[User, str]:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            role = User.Role.ADMINISTRATOR
            return actions.invite(
                by=None, username=username, name=name, email=mail, role=role, by_mail=bool(mail)
            )
        if not user.is_administrator:
            raise ValidationError(_("This user exists and is no administrator."))
        if second_factor.has(user):
            actions.reset_second_factor(by=None, user=user, reason=_("At the server"))
        return user, actions.make_link(by=None, user=user, by_mail=bool(user.email and mail))
