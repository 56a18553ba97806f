"""`manage.py dbshell` on the embedded server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import client

from kerapu.embedded import binaries
from kerapu.embedded.home import Home
from kerapu.embedded.postgres import join


class DatabaseClient(client.DatabaseClient):
    """Runs the wheel's psql if it has one, else the system's."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """The command line and environment of psql. Raises EmbeddedError."""
        params = join(Home.from_environment()).connection_params()
        settings = {**settings_dict, "HOST": params["host"], "PORT": str(params["port"])}
        arguments, environment = super().settings_to_cmd_args_env(settings, list(parameters))
        psql = binaries.of_wheel().program(cls.executable_name)
        return [str(psql) if psql.is_file() else cls.executable_name, *arguments[1:]], environment
