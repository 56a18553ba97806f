from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """System checks and the apps' screens are found by being imported."""
        from core import checks  # noqa: F401

        autodiscover_modules("screens")
