"""Pages are tested with the cast on the stage, by somebody who is logged in."""

import pytest
from django.test import Client


@pytest.fixture
def stage(db: None) -> None:
    """The cast, judged for 2026 as of 1 August."""
    from tests.pages import cast  # models can be imported only once Django is set up

    cast.everything()


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """A password is hashed for every test: as slowly as for a thief would be half the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def regent(db: None, client: Client) -> Client:
    """A browser in which somebody is logged in; pages come in Indonesian."""
    from tests.pages import cast

    client.force_login(cast.regent())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "id"
    return client
