"""Users. Memberships and roles follow with entry by browser."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who logs in."""

    name = models.CharField(_("name"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name or self.username
