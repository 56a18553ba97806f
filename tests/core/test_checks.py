"""What is wrong with the configuration is said at start, in a sentence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from core import checks


class Answers:
    """A cursor of a server that answers what it is told to."""

    def __init__(self, *rows: tuple[object, ...]) -> None:
        self.rows = list(rows)

    def execute(self, statement: str) -> None:
        pass

    def fetchone(self) -> tuple[object, ...]:
        return self.rows.pop(0)


@pytest.mark.django_db
def test_our_own_database_is_fit() -> None:
    assert checks.database_is_fit(databases=["default"]) == []
    assert checks.database_is_postgresql() == []


def test_no_database_is_asked_for_a_command_that_needs_none() -> None:
    assert checks.database_is_fit(databases=None) == []


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([(14, "14.9", "UTF8")], "kerapu.E003"),
        ([(15, "15.4", "SQL_ASCII")], "kerapu.E004"),
        ([(15, "15.4", "UTF8"), (False,)], "kerapu.E005"),
    ],
)
def test_an_unfit_server_is_named_with_its_remedy(rows: list[tuple], number: str) -> None:
    (message,) = checks._unfit(Answers(*rows))
    assert message.id == number
    assert message.hint


@pytest.mark.django_db
def test_a_database_with_letters_of_ascii_only_is_found(transactional_db: None) -> None:
    name = f"{connection.settings_dict['NAME']}_ascii"
    usual = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            + " LOCALE_PROVIDER libc"
        )
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        found = [message.id for message in checks.database_is_fit(databases=["default"])]
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")
    assert found == ["kerapu.E005"]


def test_a_server_that_does_not_answer_is_a_sentence(monkeypatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection\nrefused")

    monkeypatch.setattr(connection, "cursor", refuse)
    (message,) = checks.database_is_fit(databases=["default"])
    assert message.id == "kerapu.E002"
    assert "connection refused" in message.msg


def test_another_kind_of_database_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "sqlite:///:memory:"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "kerapu.E001" in done.stderr


def test_https_needs_a_named_proxy(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert [message.id for message in checks.proxy_is_named()] == ["kerapu.W001"]
    settings.TRUSTED_PROXIES = ["172.16.0.0/12"]
    assert checks.proxy_is_named() == []
