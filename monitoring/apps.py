from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"

    def ready(self) -> None:
        """Add reports to the pages of an activity (programs.parts)."""
        from monitoring import page

        page.register()
