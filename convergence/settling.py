"""Where people write about findings: verdicts on a case or on several, comments.

A form that is refused is shown again on the page it stands on, with all that was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from convergence import doors, forms
from convergence.actions import Overtaken, reopen_case, settle_case
from convergence.dashboards import finding as finding_page
from convergence.dashboards import listing, subjects
from convergence.dashboards.cases import Ticket
from convergence.models import Finding
from convergence.snapshots import Snapshot
from core.comments import add_comment
from core.drafts import keeps_typed, offered

KEPT = gettext_lazy("Your log-in had ended. What you wrote is here: look at it and send it again.")


def writes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator of a view that takes a form. What arrives after the log-in has ended is kept, and
    offered when the person comes back, by a mere look.
    """
    return keeps_typed(require_http_methods(["GET", "HEAD", "POST"])(view))


def _page(found: Finding, anchor: str = "") -> HttpResponse:
    """On to the page of a finding, with what it says now."""
    return redirect(f"{reverse('convergence:finding', args=[found.year, found.pk])}{anchor}")


@writes
def settle(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """A verdict on the case of a finding; planners only."""
    found = get_object_or_404(Finding, year=year, pk=pk)
    if not doors.may_settle(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _offer(request, found, forms.SettleForm)
    form = forms.SettleForm(request.POST)
    seen: Snapshot | None = None
    try:
        if form.is_valid():
            settled = _settle(found, form.cleaned_data, form.cleaned_data["seen"], request)
            messages.success(request, _said(settled))
            return _page(found, "#main")  # or the form's own anchor would hide what is said
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except Overtaken:
        seen = form.cleaned_data["seen"]
    found.refresh_from_db()
    context = finding_page.page(found, request.user, settle=form, seen=seen)
    return render(request, "convergence/finding.html", context, status=409 if seen else 422)


def _settle(
    found: Finding, data: dict[str, str], seen: Snapshot | str, request: HttpRequest
) -> list[Finding]:
    user = cast(User, request.user)
    if data["verdict"] == forms.REOPEN:
        return reopen_case(finding=found, reason=data["reason"], user=user, seen=seen)
    verdict = "" if data["verdict"] == forms.DISCUSS else data["verdict"]
    return settle_case(finding=found, verdict=verdict, reason=data["reason"], user=user, seen=seen)


def _said(settled: list[Finding]) -> str:
    """What came of it, in a sentence."""
    state = str(Finding.State(settled[0].state).label).lower()
    return ngettext(
        "Settled: %(count)s finding is %(state)s now.",
        "Settled: %(count)s findings are %(state)s now.",
        len(settled),
    ) % {"count": len(settled), "state": state}


@writes
def comment(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """A comment on a finding; by the agencies concerned and the planning agency."""
    found = get_object_or_404(Finding, year=year, pk=pk)
    if not doors.may_comment(request.user, found):
        raise PermissionDenied
    if request.method != "POST":
        return _offer(request, found, forms.CommentForm)
    form = forms.CommentForm(request.POST)
    if form.is_valid():
        add_comment(about=found, author=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("Your comment is there."))
        return _page(found, "#comments")
    context = finding_page.page(found, request.user, comment=form)
    return render(request, "convergence/finding.html", context, status=422)


def _offer(
    request: HttpRequest, found: Finding, form: type[forms.SettleForm] | type[forms.CommentForm]
) -> HttpResponse:
    """The page of the finding; with what was typed when the log-in had ended, if there is any."""
    typed = offered(request)
    if typed is None:
        return _page(found)
    messages.info(request, KEPT)
    if form is forms.CommentForm:
        context = finding_page.page(found, request.user, comment=forms.CommentForm(typed))
    else:
        settle = forms.SettleForm(typed)
        seen = settle.cleaned_data.get("seen") if settle.is_valid() else None
        context = finding_page.page(found, request.user, settle=settle, seen=seen)
    return render(request, "convergence/finding.html", context)


@dataclass(frozen=True)
class Refused:
    """A case of a list that was not settled, and why."""

    pk: int
    about: str
    why: str
    overtaken: bool


@writes
def settle_cases(request: HttpRequest, year: int) -> HttpResponse:
    """One verdict with one reason on the ticked cases of a list; planners only."""
    if not doors.may_settle(request.user):
        raise PermissionDenied
    back = f"{reverse('convergence:findings', args=[year])}?{request.GET.urlencode()}"
    if request.method != "POST":
        typed = offered(request)
        if typed is None:
            return redirect(back)
        messages.info(request, KEPT)
        again = _again(forms.SettleManyForm(typed), [])
        context = listing.page(year, request.GET, request.user) | again
        return render(request, "convergence/findings.html", context)
    form = forms.SettleManyForm(request.POST)
    refused: list[Refused] = []
    if form.is_valid():
        settled, refused = _settle_all(year, form, request)
        if settled:
            messages.success(request, _said_of_cases(settled))
        if not refused:
            return redirect(f"{back}#main")
    context = listing.page(year, request.GET, request.user) | _again(form, refused)
    return render(request, "convergence/findings.html", context, status=409 if refused else 422)


def _again(form: forms.SettleManyForm, refused: list[Refused]) -> dict[str, object]:
    """What was typed and ticked, and why it was refused: once where it is the same for all."""
    why = {one.why for one in refused if not one.overtaken}
    same = len(why) == 1 and not any(one.overtaken for one in refused)
    left = {one.pk for one in refused if not one.overtaken}
    return {
        "many": form.typed,
        "many_errors": [*finding_page.sentences(form), *(why if same else ())],
        "refused": [] if same else refused,
        "ticked": left if refused else {ticket.pk for ticket in form.tickets},
    }


def _settle_all(
    year: int, form: forms.SettleManyForm, request: HttpRequest
) -> tuple[int, list[Refused]]:
    """(cases settled, cases refused): each case by itself, so that one holds up no other."""
    found = Finding.objects.of(year).in_bulk([ticket.pk for ticket in form.tickets])
    tickets = [ticket for ticket in form.tickets if ticket.pk in found]
    tried = [_try(found[ticket.pk], ticket, form.cleaned_data, request) for ticket in tickets]
    refused = [one for one in tried if one]
    return len(tickets) - len(refused), refused


def _try(
    found: Finding, ticket: Ticket, data: dict[str, str], request: HttpRequest
) -> Refused | None:
    """Settle a case of the list; why it was refused, if it was."""
    try:
        _settle(found, data, ticket.digest, request)
    except ValidationError as refusal:
        return Refused(found.pk, _about(found), " ".join(refusal.messages), overtaken=False)
    except Overtaken:
        why = _("It was changed meanwhile: look at it, then tick it again.")
        return Refused(found.pk, _about(found), why, overtaken=True)
    return None


def _about(found: Finding) -> str:
    title = subjects.titles([(found.kind, found.key)]).get(found.key)
    return f"{found.get_kind_display()}: {title or found.key}"


def _said_of_cases(count: int) -> str:
    return ngettext("%(count)s case is settled.", "%(count)s cases are settled.", count) % {
        "count": count
    }
