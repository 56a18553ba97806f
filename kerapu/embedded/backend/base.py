"""The database wrapper: PostgreSQL's, with a server that is started at the first connection."""

from __future__ import annotations

import time
from typing import Any

from django.db.backends.postgresql import base

from kerapu.embedded.home import Home
from kerapu.embedded.postgres import join

from .client import DatabaseClient

RETRY_SECONDS = 10.0
PAUSE_SECONDS = 0.05
# What a driver hears from a server that has just died or is starting again. Other refusals, as
# of a database that does not exist, are final.
PASSING = (
    "Connection refused",
    "No such file or directory",
    "the database system is",
    "server closed the connection unexpectedly",
    "Connection reset",
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Joins the embedded server of the home when a connection is opened, not earlier.

    So a command that needs no database starts none. EmbeddedError passes through as it is.
    """

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters, with the socket of the server, which is running then."""
        params: dict[str, Any] = super().get_connection_params()
        where = join(Home.from_environment()).connection_params()
        return {**params, "host": where["host"], "port": where["port"]}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection, in spite of a server that is being started again just now."""
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError as error:
                passing = any(words in str(error) for words in PASSING)
                if not passing or time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE_SECONDS)
            join(Home.from_environment())
