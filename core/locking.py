"""Two people, one record: the second is told, shown both, and loses nothing.

A version number travels with the form, the workbook row and the API's ETag. The database counts
it, so that no writer can forget to.
"""

from __future__ import annotations

from typing import Any, TypeVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

T = TypeVar("T", bound="Versioned")


class Conflict(Exception):
    """The record was changed by somebody else since it was read; `current` is how it is now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current._meta.label} {current.pk}")
        self.current = current


class Versioned(models.Model):
    """A record that people edit. `version` rises by one with every change, whoever makes it."""

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    class Meta:
        abstract = True


def count_version(model: type[models.Model]) -> pgtrigger.Trigger:
    """The trigger that counts; installed on every tracked model that is Versioned."""
    # A generated column is not known yet when the trigger looks; what it is made of is.
    made = [field.name for field in model._meta.fields if isinstance(field, models.GeneratedField)]
    return pgtrigger.Trigger(
        name="count_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(exclude=["version", *made]),
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )


def lock(queryset: models.QuerySet[T], pk: Any, version: int | None) -> T:
    """The record, locked until the transaction ends, if it is still at `version`.

    Raises Conflict when somebody changed it since, and DoesNotExist when it is not in `queryset`.
    `None` skips the comparison, for changes that do not depend on what was read.
    """
    record: T = queryset.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and record.version != version:
        raise Conflict(record)
    return record
