"""What any part of the field can have: jobs, files, comments.

Long work is a row here first; a message to the worker only wakes it (docs/adr/0002).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.querysets import CommentQuerySet, JobQuerySet


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


class StoredFile(models.Model):
    """A file that somebody sent: kept outside the web root under a name of our own."""

    file = models.FileField(_("file"), upload_to="%Y/%m/")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind of content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent = models.DateTimeField(_("sent"), auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """What somebody wrote about a record or a finding; never changed, never removed."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(_("text"), max_length=5000)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="comment_about")]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
