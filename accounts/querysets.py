"""Reading people, by meaning; the moment is an argument."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models

if TYPE_CHECKING:
    from accounts.models import Invitation, Membership, User  # noqa: F401

# Who has not chosen a password yet.
INVITED = models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | models.Q(password="")


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def by_name(self) -> UserQuerySet:
        """As a list is read, with what each works for."""
        return self.prefetch_related("memberships__agency").order_by("name", "username")

    def administrators_at_work(self) -> UserQuerySet:
        """Administrators who can log in: active, and with a password."""
        return self.filter(role="administrator", is_active=True).exclude(INVITED)


class UserManager(DjangoUserManager["User"]):
    """Django's manager, with the reading of above."""

    use_in_migrations = False

    def get_queryset(self) -> UserQuerySet:
        """People, to be narrowed by meaning."""
        return UserQuerySet(self.model, using=self._db)

    def by_name(self) -> UserQuerySet:
        """As a list is read."""
        return self.get_queryset().by_name()

    def administrators_at_work(self) -> UserQuerySet:
        """Administrators who can log in."""
        return self.get_queryset().administrators_at_work()

    def going_by(self, typed: str) -> User | None:
        """Who logs in with this user name or this mail address; the name goes first."""
        typed = typed.strip()
        if not typed:
            return None
        people = self.get_queryset()
        return (
            people.filter(username__iexact=typed).first()
            or people.filter(email__iexact=typed).first()
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who works for whom."""

    def current(self) -> MembershipQuerySet:
        """Those that have not ended."""
        return self.filter(ended=None)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Links that were handed out."""

    def valid_at(self, now: dt.datetime) -> InvitationQuerySet:
        """Not used and not expired."""
        return self.filter(used=None, expires__gt=now)

    def of_token(self, token: str, now: dt.datetime) -> Invitation | None:
        """The link of this token, if it still opens something."""
        from accounts.models import Invitation

        found = self.valid_at(now).filter(token_hash=Invitation.hash_of(token))
        return found.filter(user__is_active=True).select_related("user").first()
