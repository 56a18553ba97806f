"""Reading jobs and comments, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models

if TYPE_CHECKING:
    from core.models import Comment, Job  # noqa: F401


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what is to be done with them."""

    def unfinished(self) -> JobQuerySet:
        """Waiting or running, oldest first."""
        return self.filter(state__in=["queued", "running"]).order_by("created", "id")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by what they are about."""

    def about(self, record: models.Model) -> CommentQuerySet:
        """Those about one record, oldest first, with their authors."""
        kind = ContentType.objects.get_for_model(record)
        return self.filter(content_type=kind, object_id=record.pk).select_related("author")
