"""The worker's one task: look for what is to do, and do it."""

from celery import shared_task
from django.utils import timezone

from core import jobs


@shared_task(name="core.tasks.tick")
def tick() -> None:
    """Find work that nobody announced and run all jobs that wait.

    Sent by beat every few seconds and by whoever adds a job; a tick too many finds nothing to do.
    """
    jobs.run_chores(timezone.now())
    jobs.run_waiting()
