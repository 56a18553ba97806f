"""What partner systems come in with."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.querysets import ApiTokenQuerySet


class ApiToken(models.Model):
    """A key for a program: it reads what its user may see. Only its hash is kept.

    It is revoked, never deleted: who came in with it stays known.
    """

    PREFIX = "kerapu_"  # so that a token which lies about is known for what it is

    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="api_tokens",
        verbose_name=_("acts as"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(_("made"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def new_token(cls) -> tuple[str, str]:
        """(token for the program, hash for the database)."""
        token = cls.PREFIX + secrets.token_urlsafe(32)
        return token, cls.hash_of(token)

    @staticmethod
    def hash_of(token: str) -> str:
        """What the database knows a token by; a token is random, so a plain hash is enough."""
        return hashlib.sha256(token.encode()).hexdigest()

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it opens nothing any more."""
        expired = self.expires is not None and self.expires <= now
        return self.revoked is not None or expired
