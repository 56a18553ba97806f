"""Each kind of finding in plain words: its rule with METHOD.md's thresholds, and what closes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from convergence.models import Kind


@dataclass(frozen=True)
class Explanation:
    """What a reader is told about a kind; lazy texts, in the reader's language when shown."""

    title: str | Promise
    rule: str | Promise
    closes: str | Promise


def _of(kind: Kind, rule: str | Promise, closes: str | Promise) -> Explanation:
    return Explanation(kind.label, rule, closes)


EXPLANATIONS: dict[Kind, Explanation] = {
    Kind.UNMET_NEED: _of(
        Kind.UNMET_NEED,
        _(
            "The place has a need this year that no submitted or verified activity meets and none "
            "has fulfilled."
        ),
        _("An agency plans an activity for this need at this place and submits it."),
    ),
    Kind.UNDERSUPPLY: _of(
        Kind.UNDERSUPPLY,
        _("The planned volume covers less than 90 percent of the need's target."),
        _("The planned volume reaches at least 90 percent of the target."),
    ),
    Kind.UNFUNDED: _of(
        Kind.UNFUNDED,
        _(
            "The activity is verified and runs this year, but no funding source of it is enacted "
            "(DPA/DIPA) with a sum above zero."
        ),
        _("A budget line is enacted, or the activity is moved to another year."),
    ),
    Kind.UNPLANNED_BUDGET: _of(
        Kind.UNPLANNED_BUDGET,
        _(
            "Money is enacted this year for an activity that is not verified or does not run this "
            "year."
        ),
        _("The activity is verified, its days are corrected, or the budget line is withdrawn."),
    ),
    Kind.BUDGET_DROP: _of(
        Kind.BUDGET_DROP,
        _("The effective budget is at least 25 percent below the first budget stage of the year."),
        _("The budget is restored, or the drop is accepted with a reason."),
    ),
    Kind.UNLOCATED: _of(
        Kind.UNLOCATED,
        _("The activity runs this year and names no place."),
        _("The agency names the activity's places."),
    ),
    Kind.UNREPORTED: _of(
        Kind.UNREPORTED,
        _(
            "At least one quarterly report of a verified and funded activity is missing although "
            "its due day (15 days after the quarter) has passed."
        ),
        _("The missing quarterly reports are sent."),
    ),
    Kind.BEHIND_SCHEDULE: _of(
        Kind.BEHIND_SCHEDULE,
        _(
            "Physical progress lies at least 25 percentage points behind the share of the "
            "activity's days that have passed."
        ),
        _(
            "A newer report shows a lag of less than 25 points, or the activity's days are "
            "corrected."
        ),
    ),
    Kind.SPENT_AHEAD: _of(
        Kind.SPENT_AHEAD,
        _(
            "The share of the budget that is spent lies at least 25 percentage points above "
            "physical progress."
        ),
        _("A newer report shows that the work has caught up with the spending."),
    ),
    Kind.MISSING_STAKEHOLDER: _of(
        Kind.MISSING_STAKEHOLDER,
        _(
            "Others already serve this need, but this agency has a mandate for it and takes no "
            "part."
        ),
        _(
            "The agency joins with an activity of its own, or its absence is accepted with a "
            "reason."
        ),
    ),
    Kind.UNCOMMITTED: _of(
        Kind.UNCOMMITTED,
        _(
            "The commitment's due day has passed and the responsible agency has no commitment "
            "that is written into a planning document."
        ),
        _("The agency commits, naming the planning document by type, number and date."),
    ),
    Kind.NO_CLEARANCE: _of(
        Kind.NO_CLEARANCE,
        _(
            "The activity lies in a zone that restricts its sector, and the zone's authority has "
            "not cleared every day of it this year."
        ),
        _("The zone's authority grants a clearance for the whole period, or the activity moves."),
    ),
    Kind.UNSERVED_ISLAND: _of(
        Kind.UNSERVED_ISLAND,
        _("People live on the island, and no verified activity runs there this year."),
        _("An activity on the island is verified."),
    ),
    Kind.SAME_OUTPUT: _of(
        Kind.SAME_OUTPUT,
        _(
            "Two or more agencies have a submitted or verified activity with the same output at "
            "the same place this year."
        ),
        _(
            "One agency withdraws or moves its activity, or the overlap is accepted as "
            "complementary."
        ),
    ),
    Kind.SAME_SUBJECT: _of(
        Kind.SAME_SUBJECT,
        _(
            "The titles of two agencies' activities at the same place speak of the same subject, "
            "though their outputs differ."
        ),
        _(
            "One agency withdraws or changes its activity, or the match is accepted as "
            "complementary or wrong."
        ),
    ),
    Kind.OVERSUPPLY: _of(
        Kind.OVERSUPPLY,
        _("The planned volume is more than 110 percent of the need's target."),
        _("The volumes are reduced to at most 110 percent of the target, or the target is raised."),
    ),
}
