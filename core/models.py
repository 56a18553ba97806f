"""Jobs: long work is a row here first; a message to the worker only wakes it (docs/adr/0002)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.querysets import JobQuerySet


class Job(models.Model):
    """A piece of long work: what is asked, how far it is, what came of it.

    A job may run twice without harm: a killed worker's job is taken up again by the tick.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=40)
    arguments: models.JSONField[Any, Any] = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    step = models.CharField(_("step"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    result: models.JSONField[Any, Any] = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    heartbeat = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created"],
                name="job_unfinished",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
        constraints = [
            # Asking twice for what is already waiting is one request.
            models.UniqueConstraint(
                fields=["kind", "arguments"], name="job_queued_once", condition=Q(state="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
