"""People: who they are, for which agencies they work, and how they are invited."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cached_property
from typing import ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import InvitationQuerySet, MembershipQuerySet, UserManager
from core.records import tracked
from stakeholders.models import Agency

# What happens to a person and no field shows; noted by accounts.actions.
NOTED = ("link_made", "password_set", "second_factor_set", "second_factor_taken")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    *(pghistory.ManualEvent(label) for label in NOTED),  # type: ignore[no-untyped-call]
    fields=["username", "name", "email", "role", "is_active"],
    model_name="UserEvent",
)
class User(AbstractUser):
    """A person who logs in. What one may do follows from the role and the memberships."""

    class Role(models.TextChoices):
        VIEWER = "viewer", _("Reader")
        PLANNER = "planner", _("Planning agency")
        ADMINISTRATOR = "administrator", _("Administrator")

    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.VIEWER)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message=_("Another user has this mail address."),
            ),
            models.UniqueConstraint(Lower("username"), name="user_username_once"),
            models.CheckConstraint(
                condition=Q(role__in=["viewer", "planner", "administrator"]), name="user_role"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_planner(self) -> bool:
        """Whether the person reviews and settles for the planning agency."""
        return self.role == self.Role.PLANNER

    @property
    def is_administrator(self) -> bool:
        """Whether the person keeps users, tokens and settings."""
        return self.role == self.Role.ADMINISTRATOR

    @property
    def needs_second_factor(self) -> bool:
        """Administrators and the planning agency log in with a second factor (DOMAIN.md)."""
        return self.role in {self.Role.PLANNER, self.Role.ADMINISTRATOR}

    @cached_property
    def agency_ids(self) -> frozenset[int]:
        """Agencies that the person works for now, as editor or head."""
        return frozenset(self._current.values())

    @cached_property
    def edited_agency_ids(self) -> frozenset[int]:
        """Agencies whose plans the person enters."""
        return self._with(Membership.Role.EDITOR)

    @cached_property
    def headed_agency_ids(self) -> frozenset[int]:
        """Agencies that the person is the head of."""
        return self._with(Membership.Role.HEAD)

    @cached_property
    def _current(self) -> dict[tuple[str, int], int]:
        current = self.memberships.current().values_list("role", "agency_id")
        return {(role, agency): agency for role, agency in current}

    def _with(self, role: str) -> frozenset[int]:
        return frozenset(agency for (held, agency) in self._current if held == role)


@tracked()
class Membership(models.Model):
    """That a person works for an agency. It ends with a day and is kept: people move."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("Editor")
        HEAD = "head", _("Head of agency")

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role.choices)
    since = models.DateTimeField(_("since"), auto_now_add=True)
    ended = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(ended=None),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["editor", "head"]), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.agency}"


class Invitation(models.Model):
    """A link that works once: it lets a person choose a password. Only its hash is kept."""

    LASTS = dt.timedelta(days=7)

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made = models.DateTimeField(_("made"), auto_now_add=True)
    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(_("used"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user} · {self.expires:%Y-%m-%d}"

    @staticmethod
    def new_token() -> tuple[str, str]:
        """(token for the link, hash for the database)."""
        token = secrets.token_urlsafe(32)
        return token, Invitation.hash_of(token)

    @staticmethod
    def hash_of(token: str) -> str:
        """What the database knows a token by; a token is random, so a plain hash is enough."""
        return hashlib.sha256(token.encode()).hexdigest()
