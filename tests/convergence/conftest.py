"""The cast, for the tests that judge."""

from __future__ import annotations

import pytest


@pytest.fixture
def cast(db: None) -> None:
    """The fixed cast in an empty database, in the test's transaction."""
    from .cast import populate  # pytest reads this file before Django is set up

    populate()
