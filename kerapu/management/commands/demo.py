"""`manage.py demo`: the demonstration plans and log-ins (CONTRACT.md section 2)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.actions import import_workbook
from kerapu import demo
from territory.models import Area


class Command(BaseCommand):
    help = "Load the demonstration plans and make the demonstration log-ins"

    def handle(self, *args: Any, **options: Any) -> None:
        from territory.actions import ship_kayong_utara

        demo.refuse_on_a_server()
        if not Area.objects.exists():
            ship_kayong_utara()
        # Its plans are as untidy as real ones; the import's warnings are for whoever wrote them.
        report = import_workbook(demo.WORKBOOK)
        if report.errors:
            raise CommandError("\n".join(map(str, report.errors)))
        demo.ensure_logins()
