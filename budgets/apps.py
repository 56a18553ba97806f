from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        """Add money to the pages of an activity (programs.parts)."""
        from budgets import page

        page.register()
