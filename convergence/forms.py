"""What people write about findings: verdicts and comments. The rules are the actions'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from convergence import snapshots
from convergence.dashboards.cases import Ticket
from convergence.models import OVERLAPS, Finding, Kind
from core.comments import LONGEST

DISCUSS, REOPEN = "discuss", "reopen"
State, Verdict = Finding.State, Finding.Verdict
CHOICES: list[tuple[str, str | Promise]] = [
    (DISCUSS, _("Discuss, without a verdict yet")),
    *[(verdict.value, verdict.label) for verdict in Verdict],
    (REOPEN, _("Open it again")),
]
LABELS = dict(CHOICES)
AT_ONCE = [choice for choice in CHOICES if choice[0] != REOPEN]  # what can be done with many
TAKEN_UP = [DISCUSS, Verdict.DUPLICATE.value]
ACCEPTED = [Verdict.COMPLEMENTARY.value, Verdict.SUCCESSIVE.value, Verdict.WRONG_MATCH.value]
STAYS_GAP = _("Accepted: the gap stays a gap in coverage.")
NO_DUPLICATE = _("Accepted: no longer counts as duplication.")
EFFECTS = {
    DISCUSS: _("The agencies are asked; it stays to be settled."),
    Verdict.DUPLICATE.value: _("Counts as duplication until the plans change."),
    REOPEN: _("The acceptance is taken back; it counts again."),
}


@dataclass(frozen=True)
class Option:
    """A verdict that can be chosen, and what follows from it."""

    value: str
    label: str | Promise
    effect: str | Promise
    chosen: bool


def options(kind: str, state: str, chosen: str) -> list[Option]:
    """What a planner can do with a finding of this kind in this state."""
    overlap = Kind(kind) in OVERLAPS
    if state == State.CLOSED:
        return []
    if state == State.ACCEPTED:
        values = [REOPEN, *ACCEPTED]
    else:
        values = [*(TAKEN_UP if overlap else [DISCUSS]), *ACCEPTED]
    accepting = NO_DUPLICATE if overlap else STAYS_GAP
    return [
        Option(value, LABELS[value], EFFECTS.get(value, accepting), value == chosen)
        for value in values
    ]


class SettleForm(forms.Form):
    """A verdict on a case, with what the reviewer saw of it."""

    verdict = forms.ChoiceField(
        choices=CHOICES, error_messages={"required": _("Choose what to do.")}
    )
    reason = forms.CharField(required=False, max_length=LONGEST, label=_("Reason or note"))
    seen = forms.CharField(required=False)

    def clean_seen(self) -> snapshots.Snapshot:
        """The case as it was shown; a form that does not say is not ours."""
        seen = snapshots.unpack(self.cleaned_data["seen"])
        if seen is None:
            raise forms.ValidationError(_("Look at the case once more, then settle it."))
        return seen

    @property
    def typed(self) -> dict[str, str]:
        """What to show again: nothing of it is lost."""
        return {name: str(self.data.get(name, "")) for name in ("verdict", "reason")}


class SettleManyForm(forms.Form):
    """One verdict, with one reason, on several cases of a list."""

    verdict = forms.ChoiceField(
        choices=AT_ONCE,
        error_messages={"required": _("Choose what to do.")},
    )
    reason = forms.CharField(required=False, max_length=LONGEST, label=_("Reason or note"))

    @property
    def tickets(self) -> list[Ticket]:
        """The cases that are ticked, or all of the page."""
        name = "page_case" if self.data.get("all") else "case"
        sent = cast(Any, self.data).getlist(name) if hasattr(self.data, "getlist") else []
        return _distinct(filter(None, map(Ticket.read, sent)))

    def clean(self) -> dict[str, Any]:
        """At least one case."""
        if not self.tickets:
            raise forms.ValidationError(_("Tick at least one case."), code="nothing")
        return super().clean() or self.cleaned_data

    @property
    def typed(self) -> dict[str, str]:
        """What to show again."""
        return {name: str(self.data.get(name, "")) for name in ("verdict", "reason")}


def _distinct(tickets: Iterable[Ticket]) -> list[Ticket]:
    return list({ticket.pk: ticket for ticket in tickets}.values())


class CommentForm(forms.Form):
    """What somebody has to say about a finding."""

    text = forms.CharField(
        max_length=LONGEST,
        label=_("Comment"),
        error_messages={"required": _("Write something first.")},
    )

    @property
    def typed(self) -> str:
        """What to show again."""
        return str(self.data.get("text", ""))
