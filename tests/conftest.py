"""What every test has: a home of its own, a database, the reference data where it lies.

The home is made here, before the settings are read, and shared by the workers of one run. It is
never the home of the person who runs the tests: KERAPU_HOME is overridden; KERAPU_TEST_HOME names
one that is to be kept (its database need not be made anew then). With DATABASE_URL the tests use
that server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
# What a person may have set for the installation must not change what the tests see.
FOREIGN = (
    "PORT",
    "KERAPU_ALLOWED_HOSTS",
    "KERAPU_BASE_URL",
    "KERAPU_SECRET_KEY",
    "KERAPU_TRUSTED_PROXY",
    "KERAPU_STATIC",
    "KERAPU_DEBUG",
    "EMAIL_URL",
    "KERAPU_MAIL_FROM",
    "REDIS_URL",
)
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _quick_disk() -> str | None:
    """Memory, where there is room: a test database is thrown away, and its disk made them wait."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > 3 * 1024**3
    return str(memory) if has_room and os.access(memory, os.W_OK) else None


def _make_home() -> Path | None:
    """Point KERAPU_HOME at the home of this run; the path to remove afterwards, if any."""
    if IS_WORKER:  # the controller has made it, and workers inherit its environment
        return None
    kept = os.environ.get("KERAPU_TEST_HOME")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="kerapu-test-", dir=_quick_disk()))
    os.environ["KERAPU_HOME"] = str(home)
    return None if kept else home


for name in FOREIGN:
    os.environ.pop(name, None)
_temporary_home = _make_home()
os.environ["DJANGO_SETTINGS_MODULE"] = "kerapu.settings"


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now, so that pytest-django finds them and sets Django up."""
    from django.conf import settings

    # A test's data need not survive a power cut: no commit waits for the disk.
    database: dict[str, Any] = settings.DATABASES["default"]
    database["OPTIONS"] = {**database.get("OPTIONS", {}), "options": "-c synchronous_commit=off"}


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the database of the run and remove its home."""
    if _temporary_home is None:
        return
    command = [sys.executable, "-m", "kerapu.embedded", "stop"]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    shutil.rmtree(_temporary_home, ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository; skipped where it is absent."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("no ../shared/data beside the repository")
    return data


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path_factory):
    """Uploads lie in a folder of the test, mail in its memory; static files need no collecting."""
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("uploads"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
