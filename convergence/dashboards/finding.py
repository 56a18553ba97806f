"""The page of a finding: what it is, its case, what may be done with it, its life, its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from convergence import doors, forms, snapshots
from convergence.actions import ACCEPTING, settled_with
from convergence.dashboards import cases, history, home, names, subjects
from convergence.dashboards.proof import Reader
from convergence.explain import EXPLANATIONS
from convergence.models import Finding, FindingEvent, Kind
from core import formats
from core.comments import comments_about
from core.drafts import new_token
from stakeholders.models import Agency


@dataclass(frozen=True)
class Settling:
    """What a planner can do with the case of a finding, and what was typed already."""

    options: list[forms.Option]
    findings: int
    places: int
    token: str
    reason: str
    errors: list[str]


@dataclass(frozen=True)
class Difference:
    """A finding of the case that was changed since it was seen, in words."""

    where: str
    before: str
    now: str


@dataclass(frozen=True)
class Conflict:
    """What somebody else, or a judgement, did meanwhile."""

    differences: list[Difference]
    last: history.Step | None
    chosen: str | Promise
    typed: str


def page(
    found: Finding,
    user: doors.Person,
    *,
    settle: forms.SettleForm | None = None,
    seen: snapshots.Snapshot | None = None,
    comment: forms.CommentForm | None = None,
) -> dict[str, Any]:
    """Everything that the page shows to this reader.

    `settle` and `comment` are forms that were refused and are shown again; `seen` is what a
    reviewer saw of a case that is otherwise now.
    """
    kind = Kind(found.kind)
    case = cases.whole(found)
    siblings = [row for row in case if row.pk != found.pk][: cases.SIBLINGS]
    known = names.places([*found.places, *(code for row in case for code in row.places)])
    agencies = names.agencies(found.agencies)
    title = subjects.titles([(found.kind, found.key)]).get(found.key)
    typed = settle.typed if settle else {"verdict": "", "reason": ""}
    settles = doors.may_settle(user)
    concerned = not settles and doors.is_concerned(user, found)
    return {
        "year": found.year,
        "freshness": home.freshness(found.year),
        "finding": found,
        "kind": kind,
        "explanation": EXPLANATIONS[kind],
        "about": title or cases.first_title(found) or found.key,
        "agencies": [(code, agencies.get(code, code)) for code in found.agencies],
        "places": cases.place_links(found.places, known),
        "siblings": [(row, cases.place_links(row.places, known)) for row in siblings],
        "more_siblings": len(case) - 1 - len(siblings),
        "proof": Reader(found.evidence).proof(),
        "history": history.history(found),
        "reopens": reopens(found),
        "clearance": clearance(found, user),
        "form_token": new_token(user.pk) if user.pk else "",
        "may_settle": settles,
        "settling": settling(found, case, settle) if settles else None,
        "conflict": conflict(seen, case, known, typed) if seen is not None else None,
        "may_comment": settles or concerned,
        "comments": comments_about(case) if settles or concerned else [],
        "comment_form": comment,
    }


def clearance(found: Finding, user: doors.Person) -> tuple[str, str] | None:
    """(activity, zone) for the one click that asks for what is missing; for the agency's editor."""
    if found.kind != Kind.NO_CLEARANCE or found.state == Finding.State.CLOSED:
        return None
    activity, zone = found.evidence["activities"][0], found.evidence["zones"][0]
    edited = Agency.objects.filter(pk__in=getattr(user, "edited_agency_ids", ()))
    if not edited.filter(code=activity["agency"]).exists():
        return None
    return activity["code"], zone["code"]


def settling(
    found: Finding, case: Sequence[Finding], refused: forms.SettleForm | None
) -> Settling | None:
    """The form; None where there is nothing to settle."""
    targets = settled_with(found, case)
    if found.state == Finding.State.CLOSED or not targets:
        return None
    typed = refused.typed if refused else {"verdict": "", "reason": ""}
    return Settling(
        options=forms.options(found.kind, found.state, typed["verdict"]),
        findings=len(targets),
        places=len({code for one in targets for code in one.places}),
        token=snapshots.pack(snapshots.snapshot(case)),
        reason=typed["reason"],
        errors=sentences(refused) if refused else [],
    )


def sentences(form: forms.SettleForm | forms.SettleManyForm | forms.CommentForm) -> list[str]:
    """Every error of a form, once."""
    found = [str(message) for messages in form.errors.values() for message in messages]
    return list(dict.fromkeys(found))


def conflict(
    seen: snapshots.Snapshot, case: Sequence[Finding], known: names.Names, typed: dict[str, str]
) -> Conflict | None:
    """Both, side by side; None where nothing differs."""
    changes = snapshots.changes(seen, snapshots.snapshot(case))
    if not changes:
        return None
    places = {one.pk: "; ".join(known.get(code, code) for code in one.places) for one in case}
    last = (
        FindingEvent.objects.filter(finding__in=[change.pk for change in changes])
        .select_related("user")
        .order_by("-at", "-pk")
        .first()
    )
    differences = [
        Difference(
            places.get(change.pk) or (change.now or change.before or snapshots.NOBODY).key,
            _in_words(change.before) or _("was not there"),
            _in_words(change.now) or _("closed, or of another case"),
        )
        for change in changes
    ]
    return Conflict(
        differences,
        history.steps([last])[0] if last else None,
        forms.LABELS.get(typed["verdict"], ""),
        typed["reason"],
    )


def _in_words(one: snapshots.Seen | None) -> str:
    if one is None:
        return ""
    words: list[str | Promise] = [Finding.State(one.state).label]
    if one.verdict:
        words.append(Finding.Verdict(one.verdict).label)
    words.append(formats.severity_word(one.severity))
    if one.amount:
        words.append(formats.rupiah(one.amount))
    words.extend(one.members)
    return " · ".join(map(str, words))


def reopens(found: Finding) -> list[str]:
    """What would open an accepted finding again, in figures (METHOD.md section 6)."""
    if found.state != Finding.State.ACCEPTED or found.verdict not in ACCEPTING:
        return []
    told = []
    if found.accepted_members:
        members = ", ".join(found.accepted_members)
        told.append(_("another activity joins %(members)s") % {"members": members})
    if found.accepted_severity is not None and found.accepted_severity < 5:
        word = formats.severity_word(found.accepted_severity).lower()
        told.append(_("the severity rises above %(severity)s") % {"severity": word})
    if found.accepted_amount is not None:
        limit = formats.rupiah(found.accepted_amount * 11 // 10)
        told.append(_("more than %(amount)s is at stake") % {"amount": limit})
    return told
