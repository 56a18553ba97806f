"""`manage.py prepare`: everything that must stand before the web server and the worker start.

Run by `make run` and by the container's start. Done again it finds little to do.
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from convergence.actions import JUDGE
from core import jobs
from territory.models import Area


class Command(BaseCommand):
    help = "Bring database and static files up to date; on the first start load areas and plans"

    def handle(self, *args: Any, **options: Any) -> None:
        self._say(_("Bringing the database up to date"))
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
        self._say(_("Collecting style sheets and scripts"))
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Area.objects.exists():
            self._first_start()

    def _first_start(self) -> None:
        from territory.actions import ship_kayong_utara

        self._say(_("Loading the areas of Kayong Utara"))
        ship_kayong_utara()
        if settings.DEMO_ALLOWED:
            self._say(_("Loading the demonstration plans"))
            call_command("demo", stdout=self.stdout, stderr=self.stderr)
            self._say(_("Judging the demonstration plans"))
            jobs.enqueue(JUDGE)
            jobs.run_waiting()

    def _say(self, text: str) -> None:
        self.stdout.write(f"{text} …")
        self.stdout.flush()
