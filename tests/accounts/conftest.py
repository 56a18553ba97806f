"""People are tested with a fixed cast: one of each role, two agencies."""

import pytest
from django.test import Client

from tests.accounts import people


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """A password is hashed for every test: as slowly as for a thief would be half the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Everybody, nobody logged in."""
    return people.everybody()


@pytest.fixture
def admin(cast: people.Cast, client: Client) -> Client:
    """A browser in which the administrator has given password and code."""
    return people.enter(client, cast.admin)


@pytest.fixture
def editor(cast: people.Cast, client: Client) -> Client:
    """A browser in which the editor is logged in."""
    return people.enter(client, cast.editor)
