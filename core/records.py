"""What every record of the field has: a history kept by the database, and its origin."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import code_constraint
from core.locking import Versioned, count_version

M = TypeVar("M", bound=type[models.Model])


def tracked() -> Callable[[M], M]:
    """Class decorator: keep who changed what when, for bulk writes too (statement triggers).

    A model that is Versioned also has its changes counted.
    """

    def decorate(model: M) -> M:
        if issubclass(model, Versioned):
            pgtrigger.register(count_version(model))(model)
        track = pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
        )
        tracked_model: M = track(model)
        return tracked_model

    return decorate


class FromElsewhere(models.Model):
    """A record that another system (SIPD, KRISNA, SiRUP, …) may know under a code of its own."""

    origin_system = models.CharField(_("origin system"), max_length=64, blank=True)
    origin_code = models.CharField(_("code in origin system"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Both parts of the origin or none."""
        super().clean()
        if bool(self.origin_system) != bool(self.origin_code):
            missing = "origin_code" if self.origin_system else "origin_system"
            message = _("Origin system and origin code are given together.")
            raise ValidationError({missing: ValidationError(message, code="origin")})


def origin_constraint(name: str) -> models.UniqueConstraint:
    """One record an origin."""
    return models.UniqueConstraint(
        fields=["origin_system", "origin_code"],
        condition=~Q(origin_system=""),
        name=name,
        violation_error_code="origin",
        violation_error_message=_("Another record has this code in this origin system."),
    )


__all__ = ["FromElsewhere", "code_constraint", "origin_constraint", "tracked"]
