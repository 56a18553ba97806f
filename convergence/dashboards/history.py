"""What has happened to a finding, in sentences: who, when, what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from convergence.models import Finding, FindingEvent
from core import formats

What = FindingEvent.What


@dataclass(frozen=True)
class Step:
    """A step of a finding's life as people read it."""

    at: dt.datetime
    sentence: str
    as_of: dt.date | None
    severity: int
    amount: int
    note: str


def history(finding: Finding) -> list[Step]:
    """The steps of its life, the latest first."""
    events = finding.events.select_related("user").order_by("at", "pk")
    return steps(events)[::-1]


def steps(events: Iterable[FindingEvent]) -> list[Step]:
    """Steps in the order of their events; a change is told by comparison with the one before."""
    told: list[Step] = []
    before: FindingEvent | None = None
    for event in events:
        told.append(_step(event, before))
        before = event
    return told


def _step(event: FindingEvent, before: FindingEvent | None) -> Step:
    return Step(
        event.at, sentence(event, before), event.as_of, event.severity, event.amount, event.note
    )


def sentence(event: FindingEvent, before: FindingEvent | None = None) -> str:
    """One step: by the judgement, or by a person."""
    if event.user is not None:
        return _by_person(event, str(event.user))
    if event.what == What.RAISED:
        return _("Raised by the judgement")
    if event.what == What.CLOSED:
        return _("Closed by the judgement: the rule no longer holds")
    if event.what == What.RETURNED:
        return _("Raised again by the judgement: the rule holds again")
    if event.what == What.REOPENED:
        return _("Reopened by the judgement: more is at stake than was accepted, or for more")
    return _("Changed: %(how)s") % {"how": _how(event, before)}


def _by_person(event: FindingEvent, who: str) -> str:
    verdict = Finding.Verdict(event.verdict).label if event.verdict else ""
    words = {"who": who, "verdict": str(verdict).lower()}
    if event.what == What.REOPENED:
        return _("Reopened by %(who)s") % words
    if event.what == What.ACCEPTED:
        return (
            _("Accepted by %(who)s: %(verdict)s") if verdict else _("Accepted by %(who)s")
        ) % words
    return (
        _("Discussed by %(who)s: %(verdict)s")
        if verdict
        else _("Taken up for discussion by %(who)s")
    ) % words


def _how(event: FindingEvent, before: FindingEvent | None) -> str:
    if before is None:
        return _("what it concerns")
    parts = []
    if before.severity != event.severity:
        words = {
            "before": formats.severity_word(before.severity).lower(),
            "now": formats.severity_word(event.severity).lower(),
        }
        parts.append(_("severity from %(before)s to %(now)s") % words)
    if before.amount != event.amount:
        words = {"before": formats.rupiah(before.amount), "now": formats.rupiah(event.amount)}
        parts.append(_("at stake from %(before)s to %(now)s") % words)
    return "; ".join(parts) or _("whom or what it concerns")
