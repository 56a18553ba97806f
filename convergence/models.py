"""What the judgement leaves behind: findings with their life, figures, and what is to be judged."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Sector
from convergence.querysets import FindingQuerySet
from core.fields import YearField
from planning.models import Need
from territory.models import Place


class Kind(models.TextChoices):
    """The kinds of METHOD.md section 5; each is one file in `convergence/rules/`."""

    UNMET_NEED = "unmet_need", _("Unmet need")
    UNDERSUPPLY = "undersupply", _("Undersupply")
    UNFUNDED = "unfunded", _("Not funded")
    UNPLANNED_BUDGET = "unplanned_budget", _("Budget without a plan")
    BUDGET_DROP = "budget_drop", _("Budget drop")
    UNLOCATED = "unlocated", _("Not located")
    UNREPORTED = "unreported", _("Not reported")
    BEHIND_SCHEDULE = "behind_schedule", _("Behind schedule")
    SPENT_AHEAD = "spent_ahead", _("Spent ahead of progress")
    MISSING_STAKEHOLDER = "missing_stakeholder", _("Missing stakeholder")
    UNCOMMITTED = "uncommitted", _("Without commitment")
    NO_CLEARANCE = "no_clearance", _("Without clearance")
    UNSERVED_ISLAND = "unserved_island", _("Unserved island")
    SAME_OUTPUT = "same_output", _("Same output")
    SAME_SUBJECT = "same_subject", _("Same subject")
    OVERSUPPLY = "oversupply", _("Oversupply")


OVERLAPS = (Kind.SAME_OUTPUT, Kind.SAME_SUBJECT, Kind.OVERSUPPLY)


def code_array(name: Any) -> ArrayField[Any, Any]:
    """A sorted list of codes, compared by code point; may be empty (gaps have no members)."""
    return ArrayField(
        models.TextField(db_collation="C"), verbose_name=name, default=list, blank=True
    )


class Finding(models.Model):
    """A gap or an overlap, with its proof and its life (METHOD.md sections 5 and 6).

    Codes instead of keys to other tables: a finding stays readable whatever becomes of the records
    that it is about, and it is written and compared by the engine in whole sets.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DISCUSSED = "discussed", _("Discussed")
        ACCEPTED = "accepted", _("Accepted")
        CLOSED = "closed", _("Closed")

    class Verdict(models.TextChoices):
        DUPLICATE = "duplicate", _("Duplicate")
        COMPLEMENTARY = "complementary", _("Complementary")
        SUCCESSIVE = "successive", _("Successive phases")
        WRONG_MATCH = "wrong_match", _("Wrong match")

    year = YearField(_("year"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    key = models.TextField(_("key"), db_collation="C")
    severity = models.SmallIntegerField(_("severity"))
    amount = models.BigIntegerField(_("amount at stake"))
    agencies = code_array(_("agencies"))
    places = code_array(_("places"))
    members = code_array(_("members"))
    records = code_array(_("evidence records"))
    evidence: models.JSONField[Any, Any] = models.JSONField(_("evidence"), default=dict)
    case_key = models.CharField(_("case"), max_length=32)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    # The finding as it was when it was accepted: what reopening compares with.
    accepted_severity = models.SmallIntegerField(null=True, blank=True)
    accepted_amount = models.BigIntegerField(null=True, blank=True)
    accepted_members = ArrayField(models.TextField(db_collation="C"), null=True, blank=True)
    raised = models.DateTimeField(_("raised"))
    changed = models.DateTimeField(_("changed"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "key"], name="finding_once"),
            models.CheckConstraint(condition=Q(severity__range=(1, 5)), name="finding_severity"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="finding_kind"),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(
                    accepted_severity__isnull=False,
                    accepted_amount__isnull=False,
                    accepted_members__isnull=False,
                )
                & ~Q(reason=""),
                name="finding_accepted_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "kind", "state"], name="finding_list"),
            models.Index(fields=["year", "case_key"], name="finding_case"),
            GinIndex(fields=["places"], name="finding_places"),
            GinIndex(fields=["agencies"], name="finding_agencies"),
        ]

    def __str__(self) -> str:
        return self.key


class FindingEvent(models.Model):
    """A step in a finding's life; never changed, never removed."""

    class What(models.TextChoices):
        RAISED = "raised", _("Raised")
        CHANGED = "changed", _("Changed")
        CLOSED = "closed", _("Closed")
        RETURNED = "returned", _("Raised again")
        REOPENED = "reopened", _("Reopened")
        DISCUSSED = "discussed", _("Discussed")
        ACCEPTED = "accepted", _("Accepted")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what"), max_length=9, choices=What.choices)
    # What was decided, as the finding itself forgets it when it is opened again; the engine's own
    # steps leave it empty.
    verdict = models.CharField(
        _("verdict"),
        max_length=13,
        choices=Finding.Verdict.choices,
        blank=True,
        default="",
        db_default="",
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    severity = models.SmallIntegerField(_("severity"))
    amount = models.BigIntegerField(_("amount at stake"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.what}"


class Judgement(models.Model):
    """The latest stored run of a year: what the pages show is of this day."""

    year = YearField(_("year"), unique=True)
    as_of = models.DateField(_("as of"))
    finished = models.DateTimeField(_("finished"))
    findings = models.PositiveIntegerField(_("findings"))
    seconds = models.FloatField(_("seconds"))

    def __str__(self) -> str:
        return f"{self.year} ({self.as_of})"


class AreaFigure(models.Model):
    """The figures of an area in a year (METHOD.md section 4), with the parts that they are made of.

    `coverage` etc. are rounded for output; empty where METHOD.md says "none".
    """

    class Level(models.TextChoices):
        DISTRICT = "district", _("District")
        ISLAND = "island", _("Island")
        PROVINCE = "province", _("Province")
        REGENCY = "regency", _("Regency")
        VILLAGE = "village", _("Village")

    year = YearField(_("year"))
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    code = models.CharField(_("code"), max_length=64, db_collation="C")
    index = models.DecimalField(_("index"), max_digits=4, decimal_places=1, null=True)
    coverage = models.DecimalField(_("coverage"), max_digits=5, decimal_places=4, null=True)
    duplication = models.DecimalField(_("duplication"), max_digits=5, decimal_places=4)
    participation = models.DecimalField(
        _("participation"), max_digits=5, decimal_places=4, null=True
    )
    reporting = models.DecimalField(_("reporting"), max_digits=5, decimal_places=4, null=True)
    needs = models.PositiveIntegerField(_("needs"))
    weight = models.PositiveIntegerField(_("sum of weights"))
    duplicated = models.BigIntegerField(_("duplicated amount"))
    amount = models.BigIntegerField(_("sum of shares of live activities"))
    pairs = models.PositiveIntegerField(_("pairs of need and agency"))
    pairs_met = models.PositiveIntegerField(_("pairs met"))
    reports_due = models.PositiveIntegerField(_("reports due"))
    reports_made = models.PositiveIntegerField(_("reports made"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "level", "code"], name="area_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.level} {self.code}"


class NeedLevel(models.Model):
    """How far a need has come at a place in a year (METHOD.md section 3)."""

    year = YearField(_("year"))
    need = models.ForeignKey(Need, models.CASCADE, related_name="levels")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+")
    weight = models.SmallIntegerField(_("weight"))
    level = models.SmallIntegerField(_("level"))
    # For showing only, to eight decimals; the figures are computed from exact fractions.
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "need", "place"], name="need_level_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.need_id}@{self.place_id}"


class PlaceMoney(models.Model):
    """Live activities' money in a year by place and sector; no place is "not located"."""

    year = YearField(_("year"))
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    sector = models.ForeignKey(Sector, models.CASCADE, related_name="+")
    amount = models.BigIntegerField(_("effective budget"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "place", "sector"], nulls_distinct=False, name="place_money_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.place_id} {self.sector_id}"


class Dirty(models.Model):
    """A mark that something a judgement depends on was written; set by triggers, never by code."""

    source = models.CharField(_("table"), max_length=63)
    at = models.DateTimeField(_("at"))

    def __str__(self) -> str:
        return self.source
