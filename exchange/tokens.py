"""Making, using and revoking tokens of partner systems."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exchange.models import ApiToken

# When a token was last used is written down this often at most: a reading program writes nothing.
NOTED_EVERY = dt.timedelta(minutes=5)


@transaction.atomic
def make(
    *, name: str, user: User, made_by: User | None = None, expires: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """(the token's record, the token itself): the token is shown now and never again.

    Raises ValidationError.
    """
    token, token_hash = ApiToken.new_token()
    record = ApiToken(
        name=name.strip(), user=user, made_by=made_by, expires=expires, token_hash=token_hash
    )
    record.full_clean()
    record.save()
    return record, token


def revoke(*, token: ApiToken, by: User) -> None:
    """It opens nothing from now on; one that was revoked stays as it was."""
    ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=timezone.now(), revoked_by=by)


def use(text: str) -> ApiToken | None:
    """The valid token of this text, its use noted; None where it opens nothing."""
    now = timezone.now()
    token = ApiToken.objects.of_token(text, now)
    if token and (token.last_used is None or token.last_used < now - NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
    return token
