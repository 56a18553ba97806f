"""Activities, where they are, and the clearances that zones demand."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalogue.models import Output
from core.fields import CodeField, QuantityField
from core.locking import Versioned
from core.models import StoredFile
from core.records import FromElsewhere, code_constraint, origin_constraint, tracked
from planning.models import ActionItem, Zone
from programs.querysets import ActivityQuerySet
from stakeholders.models import Agency
from territory.models import Place


@tracked()
class Activity(FromElsewhere, Versioned):
    """One agency, one output, a volume, a first and a last day, places, a status [kegiatan]."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        VERIFIED = "verified", _("Verified")
        CANCELLED = "cancelled", _("Cancelled")

    LIVE = (Status.SUBMITTED, Status.VERIFIED)

    code = CodeField(_("code"), unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="activities")
    title = models.CharField(_("title"), max_length=1000)
    output = models.ForeignKey(Output, models.PROTECT, related_name="activities")
    volume = QuantityField(_("volume"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT
    )
    programme = models.CharField(_("programme"), max_length=500, blank=True)
    # The agency asks to cancel what was verified, until the planning agency agrees.
    cancellation_asked = models.TextField(_("reason to cancel"), blank=True, editable=False)
    action_item = models.ForeignKey(
        ActionItem, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    places: models.ManyToManyField[Place, Any] = models.ManyToManyField(
        Place, through="ActivityPlace", related_name="activities"
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            code_constraint("activity_code"),
            origin_constraint("activity_origin"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="activity_days"),
            models.CheckConstraint(condition=Q(volume__gte=0), name="activity_volume"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "returned", "verified", "cancelled"]),
                name="activity_status",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Days in order, no negative volume, a whole origin."""
        errors: dict[str, Any] = {}
        try:
            super().clean()
        except ValidationError as error:
            error.update_error_dict(errors)
        if self.first_day and self.last_day and self.last_day < self.first_day:
            errors["last_day"] = ValidationError(
                _("The last day is before the first."), code="days"
            )
        if self.volume is not None and self.volume < 0:
            errors["volume"] = ValidationError(_("A volume is not negative."), code="volume")
        if errors:
            raise ValidationError(errors)

    @cached_property
    def place_ids(self) -> frozenset[int]:
        """Where it is; the import fills this for many activities at once."""
        return frozenset(self.places.values_list("pk", flat=True))

    def active_in(self, year: int) -> bool:
        """Whether a day of it lies in the fiscal year (METHOD.md section 1)."""
        return self.first_day.year <= year <= self.last_day.year


@tracked()
class ActivityPlace(models.Model):
    """An activity at one place."""

    activity = models.ForeignKey(Activity, models.CASCADE)
    place = models.ForeignKey(Place, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "place"], name="activity_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}@{self.place_id}"


class StatusStep(models.Model):
    """A change of an activity's status: who, when and why; never changed, never removed."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="steps")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.CharField(_("before"), max_length=9, choices=Activity.Status.choices)
    after = models.CharField(_("after"), max_length=9, choices=Activity.Status.choices)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.before} → {self.after}"


class Sending(models.Model):
    """That an entry form was saved: sending the same form twice saves it once."""

    token = models.UUIDField(primary_key=True)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)

    def __str__(self) -> str:
        return str(self.token)


@tracked()
class Clearance(Versioned):
    """A zone's authority lets an activity in, from a day to a day [persetujuan].

    One whose last day lies before its first covers no day; letters with such a slip exist, so it
    is stored as it was given and the import warns.
    """

    number = models.CharField(_("number"), max_length=100)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="clearances")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="clearances")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    conditions = models.TextField(_("conditions"), blank=True)
    document = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked = models.TextField(_("reason of revocation"), blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "activity", "zone"], name="clearance_once"),
        ]

    def __str__(self) -> str:
        return self.number


@tracked()
class ClearanceRequest(models.Model):
    """An agency asks a zone's authority to let an activity in; the authority answers."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="clearance_requests")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="clearance_requests")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED)
    note = models.TextField(_("note"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked = models.DateTimeField(_("asked"), auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered = models.DateTimeField(_("answered"), null=True, blank=True)
    clearance = models.ForeignKey(
        Clearance, models.PROTECT, null=True, blank=True, related_name="requests"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "zone"],
                condition=Q(state="asked"),
                name="clearance_request_once",
                violation_error_code="asked",
                violation_error_message=_("This clearance is asked for already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.zone}"
