"""The same people as in the tests of entry."""

from tests.programs.conftest import _quick_passwords, browser, people

__all__ = ["_quick_passwords", "browser", "people"]
