"""What is done with the judgement: keeping it up to date, and settling findings."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from convergence.engine import judge
from convergence.models import Dirty, Finding, FindingEvent, Judgement
from core.jobs import Progress, enqueue
from core.models import Job

JUDGE = "judge"
# A judgement that failed is tried again after this long, not at every tick.
PAUSE_AFTER_FAILURE = dt.timedelta(minutes=1)


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


@transaction.atomic
def discuss(*, finding: Finding, user: User, note: str = "", duplicate: bool = False) -> Finding:
    """Take up a finding with its agencies; `duplicate` is the verdict that they agreed on."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.state in {Finding.State.ACCEPTED, Finding.State.CLOSED}:
        raise ValidationError(_("Only an open finding can be discussed."), code="state")
    finding.state = Finding.State.DISCUSSED
    if duplicate:
        finding.verdict = Finding.Verdict.DUPLICATE
    finding.reason = note
    return _settle(finding, FindingEvent.What.DISCUSSED, user, note)


@transaction.atomic
def accept(*, finding: Finding, verdict: str, reason: str, user: User) -> Finding:
    """Accept a finding with a reason: it no longer counts as duplication (METHOD.md section 6).

    What it was at that moment is kept: a new member, a higher severity or a tenth more at stake
    open it again.
    """
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.state == Finding.State.CLOSED:
        raise ValidationError(_("A closed finding cannot be accepted."), code="state")
    if verdict not in (
        Finding.Verdict.COMPLEMENTARY,
        Finding.Verdict.SUCCESSIVE,
        Finding.Verdict.WRONG_MATCH,
    ):
        raise _refusal("verdict", _("Choose a verdict that accepts."))
    if not reason.strip():
        raise _refusal("reason", _("Accepting needs a reason."))
    finding.state = Finding.State.ACCEPTED
    finding.verdict = verdict
    finding.reason = reason
    finding.accepted_severity = finding.severity
    finding.accepted_amount = finding.amount
    finding.accepted_members = finding.members
    return _settle(finding, FindingEvent.What.ACCEPTED, user, reason)


def _refusal(field: str, sentence: str) -> ValidationError:
    """A sentence at a field; a code given beside a dict would be lost."""
    return ValidationError({field: ValidationError(sentence, code=field)})


def _settle(finding: Finding, what: str, user: User, note: str) -> Finding:
    finding.changed = timezone.now()
    finding.full_clean()
    finding.save()
    FindingEvent.objects.create(
        finding=finding,
        at=finding.changed,
        what=what,
        severity=finding.severity,
        amount=finding.amount,
        user=user,
        note=note,
    )
    return finding
