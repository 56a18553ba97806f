"""People and browsers for the tests of entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The cast of the judgement with its people."""
    from tests.convergence import cast
    from tests.programs.people import everybody

    cast.populate()
    return everybody()


@pytest.fixture
def browser(people: dict[str, User]) -> Callable[[str], Client]:
    """Log somebody in; a browser of one's own. `""` is nobody."""

    def log_in(who: str) -> Client:
        from tests.accounts.people import enter

        return enter(Client(), people[who]) if who else Client()

    return log_in
