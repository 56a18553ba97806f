"""Static files as a server has them: collected once, compressed, named by content."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `collectstatic` fills."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(folder), STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def real_static(collected: Path, settings: Any) -> Path:
    """Pages name the collected files and WhiteNoise serves them, as on a server."""
    settings.STATIC_ROOT = str(collected)
    settings.STORAGES = STORAGES
    return collected
