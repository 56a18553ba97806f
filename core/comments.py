"""Writing and reading comments. Who may is for the app that owns what the comment is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.models import Comment

LONGEST = 5000  # characters


def add_comment(*, about: models.Model, author: Any, text: str) -> Comment:
    """A comment about a record, by a user; it can never be changed or removed."""
    text = text.strip()
    if not text:
        raise _refusal(_("Write something first."), "required")
    if len(text) > LONGEST:
        raise _refusal(
            _("A comment has at most %(longest)s characters.") % {"longest": LONGEST}, "max_length"
        )
    return Comment.objects.create(about=about, author=author, text=text)


def comments_about(records: Sequence[models.Model]) -> list[Comment]:
    """What was written about any of some records of one kind, oldest first, with the authors."""
    if not records:
        return []
    kind = ContentType.objects.get_for_model(records[0])
    keys = [record.pk for record in records]
    found = Comment.objects.filter(content_type=kind, object_id__in=keys)
    return list(found.select_related("author").order_by("at", "pk"))


def _refusal(sentence: str, code: str) -> ValidationError:
    return ValidationError({"text": ValidationError(sentence, code=code)})
