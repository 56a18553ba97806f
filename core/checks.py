"""Wrong configuration, found at start and said in a sentence with its remedy.

Imported by `CoreConfig.ready`. What asks the database carries the tag `database`: it runs at
`migrate` and at `check --database default`, never for a command that needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

OLDEST_POSTGRESQL = 15
POSTGRESQL = ("django.db.backends.postgresql", "kerapu.embedded.backend")


@register()
def database_is_postgresql(**kwargs: Any) -> list[CheckMessage]:
    """One dialect everywhere (docs/adr/0001)."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine in POSTGRESQL:
        return []
    message = _("DATABASE_URL names a database that is not PostgreSQL (%(engine)s).")
    return [
        Error(
            message % {"engine": engine},
            hint=_("Give an address that begins with postgres://, or none: embedded PostgreSQL."),
            id="kerapu.E001",
        )
    ]


@register(Tags.database)
def database_is_fit(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The server is new enough, and knows letters beyond ASCII."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue  # E001 says it
        try:
            with connection.cursor() as cursor:
                messages += _unfit(cursor)
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            messages.append(
                Error(
                    _("The database does not answer: %(reason)s") % {"reason": reason},
                    hint=_("See that PostgreSQL runs and that DATABASE_URL is right."),
                    id="kerapu.E002",
                )
            )
    return messages


def _unfit(cursor: Any) -> list[CheckMessage]:
    cursor.execute(
        "SELECT current_setting('server_version_num')::int / 10000,"
        " current_setting('server_version'), current_setting('server_encoding')"
    )
    major, version, encoding = cursor.fetchone()
    if major < OLDEST_POSTGRESQL:
        message = _("PostgreSQL %(oldest)d or newer is needed, this is %(version)s.")
        return [
            Error(
                message % {"oldest": OLDEST_POSTGRESQL, "version": version},
                hint=_("Update the server, or point DATABASE_URL at a newer one."),
                id="kerapu.E003",
            )
        ]
    remedy = _(
        "Make the database anew: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'"
        " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'."
    )
    if encoding != "UTF8":
        message = _("The database is encoded as %(encoding)s, not as UTF8.")
        return [Error(message % {"encoding": encoding}, hint=remedy, id="kerapu.E004")]
    # With LC_CTYPE=C it passes for text without accents, and titles lose words (METHOD.md 5).
    cursor.execute("SELECT lower('É') = 'é' AND 'é' ~ '[[:alpha:]]'")
    if not cursor.fetchone()[0]:
        message = _("The database does not know letters beyond ASCII (its LC_CTYPE is C).")
        return [Error(message, hint=remedy, id="kerapu.E005")]
    return []


@register(Tags.security, deploy=True)
def proxy_is_named(**kwargs: Any) -> list[CheckMessage]:
    """TLS ends at a proxy; without its name every page redirects to itself."""
    if not settings.SECURE_SSL_REDIRECT or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            _("KERAPU_BASE_URL is an https address, but no proxy is trusted to say so."),
            hint=_("Set KERAPU_TRUSTED_PROXY to the address or network of the TLS proxy."),
            id="kerapu.W001",
        )
    ]
