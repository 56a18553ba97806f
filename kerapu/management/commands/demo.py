"""`manage.py demo`: the demonstration plans and log-in (CONTRACT.md section 2)."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kerapu import demo
from territory.models import Area


class Command(BaseCommand):
    help = "Load the demonstration plans and make the demonstration log-in"

    def handle(self, *args: Any, **options: Any) -> None:
        from territory.actions import ship_kayong_utara

        demo.refuse_on_a_server()
        if not Area.objects.exists():
            ship_kayong_utara()
        call_command("import_workbook", str(demo.WORKBOOK), stdout=self.stdout, stderr=self.stderr)
        demo.ensure_login()
