"""What is done with the judgement: keeping it up to date, and settling findings."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from convergence.doors import may_settle
from convergence.engine import judge
from convergence.models import OVERLAPS, Dirty, Finding, FindingEvent, Judgement
from convergence.snapshots import Snapshot, differs, snapshot
from core.jobs import Progress, enqueue, wake
from core.models import Job

P = ParamSpec("P")
T = TypeVar("T")

JUDGE = "judge"
# A judgement that failed is tried again after this long, not at every tick.
PAUSE_AFTER_FAILURE = dt.timedelta(minutes=1)
# Verdicts that take a finding out of duplication, and need a reason (METHOD.md section 6).
ACCEPTING = (
    Finding.Verdict.COMPLEMENTARY,
    Finding.Verdict.SUCCESSIVE,
    Finding.Verdict.WRONG_MATCH,
)
# SQLSTATE “lock not available”: somebody else, or a run that stores, holds a finding of the case.
HELD = "55P03"
PATIENCE = 100  # tries, a twentieth of a second apart


def years_judged(today: dt.date) -> list[int]:
    """Last, current and next year, and every year with an open finding (METHOD.md section 6)."""
    years = {today.year - 1, today.year, today.year + 1}
    years.update(Finding.objects.unsettled().values_list("year", flat=True).distinct())
    return sorted(years)


def judge_all(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: judge every year as of today, and take away the marks that this answers.

    Marks seen before the judgement looks are taken away after it is stored: one that is set
    meanwhile stays for the next, and a failure loses none.
    """
    today = timezone.localdate()
    years = years_judged(today)
    answered = list(Dirty.objects.values_list("pk", flat=True))
    seconds = {}
    for number, year in enumerate(years):

        def step(done: int, total: int, name: str, number: int = number, year: int = year) -> None:
            progress(number * total + done, len(years) * total, f"{year}: {name}")

        seconds[str(year)] = judge(
            year=year, as_of=today, store=True, read=False, progress=step
        ).seconds
    Dirty.objects.filter(pk__in=answered).delete()
    return {"as_of": today.isoformat(), "seconds": seconds}


def ask_for_judgement(now: dt.datetime) -> None:
    """The chore: ask for a judgement when something was written or a new day has begun."""
    today = timezone.localdate(now)
    wanted = Dirty.objects.exists() or not _judged_today(today)
    if not wanted or Job.objects.unfinished().filter(kind=JUDGE).exists():
        return
    failed_lately = Job.objects.filter(
        kind=JUDGE, state=Job.State.FAILED, finished__gt=now - PAUSE_AFTER_FAILURE
    )
    if not failed_lately.exists():
        enqueue(JUDGE)


def _judged_today(today: dt.date) -> bool:
    return Judgement.objects.filter(year=today.year, as_of__gte=today).exists()


def being_judged() -> bool:
    """Whether the pages show a judgement that is about to be replaced."""
    return Dirty.objects.exists() or Job.objects.unfinished().filter(kind=JUDGE).exists()


# --- Settling -----------------------------------------------------------------------------------
class Overtaken(Exception):
    """The case is not what the reviewer saw any more; `now` is what it is."""

    def __init__(self, now: list[Finding]) -> None:
        super().__init__(", ".join(finding.key for finding in now))
        self.now = now


def when_free(settle: Callable[P, T]) -> Callable[P, T]:
    """Decorator: try again as long as somebody else holds a finding of the case.

    The lock is asked for without waiting: whoever held some findings and waited for others could
    meet a run that stores them in another order, and one of the two would be ended.
    """

    @wraps(settle)
    def patient(*args: P.args, **kwargs: P.kwargs) -> T:
        left = PATIENCE
        while True:
            try:
                return settle(*args, **kwargs)
            except OperationalError as error:
                left -= 1
                held = getattr(error.__cause__, "pgcode", None) == HELD
                if not left or not held or connection.in_atomic_block:
                    raise
                time.sleep(0.05)

    return patient


@when_free
@transaction.atomic
def settle_case(
    *,
    finding: Finding,
    verdict: str,
    reason: str,
    user: User,
    seen: Snapshot | str | None = None,
) -> list[Finding]:
    """Settle every unsettled finding of a case at once; of a case that is accepted, those.

    `verdict` is empty to discuss without one. `seen` is what the reviewer looked at, or its digest:
    where the case is otherwise now, nothing is written and Overtaken is raised. Returns what was
    settled.
    """
    _only_planners(user)
    finding, found = _locked_case(finding, seen)
    targets = settled_with(finding, found)
    if verdict in ACCEPTING:
        return _accept(targets, verdict, reason, user)
    if verdict not in {"", Finding.Verdict.DUPLICATE}:
        raise _refusal("verdict", _("Choose a verdict."))
    if verdict and finding.kind not in OVERLAPS:
        raise _refusal("verdict", _("Only an overlap can be a duplicate."))
    return _discuss(targets, verdict, reason, user)


@when_free
@transaction.atomic
def reopen_case(
    *, finding: Finding, reason: str, user: User, seen: Snapshot | str | None = None
) -> list[Finding]:
    """Take an acceptance back, for every accepted finding of the case; needs a reason."""
    _only_planners(user)
    _finding, found = _locked_case(finding, seen)
    targets = [one for one in found if one.state == Finding.State.ACCEPTED]
    if not targets:
        raise ValidationError(_("Only an accepted finding can be reopened."), code="state")
    if not reason.strip():
        raise _refusal("reason", _("Reopening needs a reason."))
    written = {
        "state": Finding.State.OPEN,
        "verdict": "",
        "reason": "",
        "accepted_severity": None,
        "accepted_amount": None,
        "accepted_members": None,
    }
    return _settle(targets, written, FindingEvent.What.REOPENED, user, reason)


def settled_with(finding: Finding, found: Sequence[Finding]) -> list[Finding]:
    """Which findings of a case one verdict on `finding` settles: those that are as far as it."""
    accepted = finding.state == Finding.State.ACCEPTED
    return [
        one
        for one in found
        if one.state != Finding.State.CLOSED and (one.state == Finding.State.ACCEPTED) == accepted
    ]


def _only_planners(user: User) -> None:
    if not may_settle(user):
        raise PermissionDenied


def _locked_case(finding: Finding, seen: Snapshot | str | None) -> tuple[Finding, list[Finding]]:
    """(the finding as it is now, its case), locked in the order of keys."""
    case = Finding.objects.case(finding).select_for_update(nowait=True, of=("self",))
    found = list(case.order_by("key"))
    now = next((one for one in found if one.pk == finding.pk), None)
    if now is None or (seen is not None and differs(seen, snapshot(found))):
        raise Overtaken(found)
    return now, found


@transaction.atomic
def discuss(*, finding: Finding, user: User, note: str = "", duplicate: bool = False) -> Finding:
    """Take up a finding with its agencies; `duplicate` is the verdict that they agreed on."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    verdict = Finding.Verdict.DUPLICATE if duplicate else finding.verdict
    return _discuss([finding], verdict, note, user)[0]


@transaction.atomic
def accept(*, finding: Finding, verdict: str, reason: str, user: User) -> Finding:
    """Accept a finding with a reason: it no longer counts as duplication (METHOD.md section 6).

    What it was at that moment is kept: a new member, a higher severity or a tenth more at stake
    open it again.
    """
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    return _accept([finding], verdict, reason, user)[0]


def _discuss(targets: list[Finding], verdict: str, note: str, user: User) -> list[Finding]:
    settled = {Finding.State.ACCEPTED, Finding.State.CLOSED}
    if not targets or any(one.state in settled for one in targets):
        raise ValidationError(_("Only an open finding can be discussed."), code="state")
    written = {"state": Finding.State.DISCUSSED, "verdict": verdict, "reason": note}
    return _settle(targets, written, FindingEvent.What.DISCUSSED, user, note)


def _accept(targets: list[Finding], verdict: str, reason: str, user: User) -> list[Finding]:
    if not targets or any(one.state == Finding.State.CLOSED for one in targets):
        raise ValidationError(_("A closed finding cannot be accepted."), code="state")
    if verdict not in ACCEPTING:
        raise _refusal("verdict", _("Choose a verdict that accepts."))
    if not reason.strip():
        raise _refusal("reason", _("Accepting needs a reason."))
    written = {
        "state": Finding.State.ACCEPTED,
        "verdict": verdict,
        "reason": reason,
        "accepted_severity": F("severity"),
        "accepted_amount": F("amount"),
        "accepted_members": F("members"),
    }
    return _settle(targets, written, FindingEvent.What.ACCEPTED, user, reason)


def _refusal(field: str, sentence: str) -> ValidationError:
    """A sentence at a field; a code given beside a dict would be lost."""
    return ValidationError({field: ValidationError(sentence, code=field)})


def _settle(
    targets: list[Finding], written: dict[str, Any], what: str, user: User, note: str
) -> list[Finding]:
    """Write a verdict and its step of the history, in as many statements for any number."""
    now = timezone.now()
    keys = [finding.pk for finding in targets]
    Finding.objects.filter(pk__in=keys).update(**written, changed=now)
    FindingEvent.objects.bulk_create(
        FindingEvent(
            finding=finding,
            at=now,
            what=what,
            severity=finding.severity,
            amount=finding.amount,
            verdict=written["verdict"],
            user=user,
            note=note,
        )
        for finding in targets
    )
    # The trigger has marked that a judgement is due; the tick would find it some seconds later.
    transaction.on_commit(wake)
    return list(Finding.objects.filter(pk__in=keys).order_by("key"))
