from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """System checks are found by being imported."""
        from core import checks  # noqa: F401
