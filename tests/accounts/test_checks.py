"""A setting that cannot be meant is refused at start."""

import pytest

from accounts.checks import idle_end_is_sensible


def test_as_it_is():
    assert idle_end_is_sensible() == []


@pytest.mark.parametrize("minutes", [-1, 0, 1441])
def test_refused(settings, minutes):
    settings.IDLE_MINUTES = minutes

    (error,) = idle_end_is_sensible()

    assert error.id == "kerapu.E010"
    assert error.hint
