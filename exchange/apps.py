from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        """Tell the worker how a workbook that came by browser is imported."""
        from core import jobs
        from exchange import uploads

        jobs.register(uploads.KIND, uploads.run)
