"""Reading tokens, by meaning; the moment is an argument."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from exchange.models import ApiToken


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens of partner systems."""

    def valid_at(self, now: dt.datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired, of a person who may log in."""
        lasting = Q(expires=None) | Q(expires__gt=now)
        return self.filter(lasting, revoked=None, user__is_active=True)

    def of_token(self, token: str, now: dt.datetime) -> ApiToken | None:
        """The token of this text, if it still opens something."""
        from exchange.models import ApiToken

        found = self.valid_at(now).filter(token_hash=ApiToken.hash_of(token))
        return found.select_related("user").first()

    def latest_first(self) -> ApiTokenQuerySet:
        """As the list shows them: those that work before those that are over."""
        return self.select_related("user", "made_by", "revoked_by").order_by(
            models.F("revoked").desc(nulls_first=True), "-created", "-pk"
        )
