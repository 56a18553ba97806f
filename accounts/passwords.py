"""What a password may not be, beside Django's rules."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotTheDemonstration:
    """The password of the demonstration is printed at every start: nobody chooses it."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError for that one."""
        if password == settings.DEMO_PASSWORD:
            raise ValidationError(
                _("This is the password of the demonstration. Choose another."), code="demo"
            )

    def get_help_text(self) -> str:
        """Nothing: who has not read it does not choose it."""
        return ""
