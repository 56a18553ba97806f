"""The page on which a quarter is reported."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.drafts import FIELD, carried, new_token, offered, read_token, resolved
from core.locking import Conflict
from monitoring.actions import save_report
from monitoring.forms import ReportForm
from monitoring.models import Report
from monitoring.quarters import Quarter
from programs.doors import form_page
from programs.fields import describe
from programs.forms import problems_of
from programs.models import Activity
from programs.views import computing, person

VERSION = "version"


@form_page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """Write or change the report of a quarter."""
    user = person(request)
    activity = get_object_or_404(Activity.objects.editable_by(user), pk=pk)
    if not 1 <= quarter <= 4:
        raise Http404
    about = Quarter(year, quarter)
    stored = activity.reports.filter(year=year, quarter=quarter).first()
    if request.method != "POST":
        kept = offered(request)
        return _form(request, _bound(activity, about, stored, kept), about, kept)
    typed: QueryDict = request.POST
    if "resolve" in typed and stored is not None:
        typed = _resolve(activity, about, stored, typed)
        stored = activity.reports.get(pk=stored.pk)
    form = _bound(activity, about, stored, typed)
    if "again" in typed or not form.is_valid():
        return _form(request, form, about, typed)
    version = _version(typed)
    try:
        if stored is not None and not typed.get(VERSION):
            raise Conflict(stored)  # written by somebody else while this one was new
        saved = save_report(user=user, report=form.save(commit=False), version=version)
    except Conflict as conflict:
        assert isinstance(conflict.current, Report)
        return _conflict(request, form, conflict.current, typed)
    return _done(request, saved, typed)


def _bound(
    activity: Activity, about: Quarter, stored: Report | None, typed: QueryDict | None
) -> ReportForm:
    new = Report(activity=activity, year=about.year, quarter=about.number)
    today = timezone.localdate()
    return ReportForm(typed, instance=stored or new, initial={} if stored else {"dated": today})


def _version(typed: QueryDict) -> int | None:
    sent = typed.get(VERSION, "")
    return int(sent) if sent.isdecimal() else None


def _resolve(activity: Activity, about: Quarter, stored: Report, typed: QueryDict) -> QueryDict:
    form = _bound(activity, about, activity.reports.get(pk=stored.pk), typed)
    if not form.is_valid():
        return typed
    return resolved(typed, form.differences(stored, _version(typed) or 0))


def _done(request: HttpRequest, saved: Report, typed: QueryDict) -> HttpResponse:
    said = _("The report is saved as a draft.") if saved.status == "draft" else _("Reported.")
    messages.success(request, f"{said} {computing()}")
    address = reverse("programs:activity", args=[saved.activity_id])
    return redirect(f"{address}?saved={typed.get(FIELD, '')}#reports")


def _form(
    request: HttpRequest, form: ReportForm, about: Quarter, typed: QueryDict | None
) -> HttpResponse:
    describe(form)
    earlier = form.instance.activity.reports.sent().filter(year__lte=about.year)
    token = typed.get(FIELD, "") if typed else ""
    context = {
        "form": form,
        "activity": form.instance.activity,
        "quarter": about,
        "problems": problems_of(form) if form.is_bound else [],
        "is_kept": request.method != "POST" and typed is not None,
        "token": token if read_token(token) else new_token(person(request).pk),
        "token_name": FIELD,
        "version": (typed.get(VERSION) if typed else None) or _version_of(form.instance),
        "earlier": earlier.exclude(pk=form.instance.pk).order_by("-year", "-quarter")[:4],
        "user_id": person(request).pk,
    }
    return render(request, "monitoring/form.html", context)


def _version_of(report: Report) -> str:
    return str(report.version) if report.pk else ""


def _conflict(
    request: HttpRequest, form: ReportForm, stored: Report, typed: QueryDict
) -> HttpResponse:
    now = Report.objects.get(pk=stored.pk)
    differences = list(form.differences(now, _version(typed) or 0))
    if not differences:
        return _done(request, now, typed)
    context = {
        "activity": now.activity,
        "differences": differences,
        "carried": carried(typed, without=[VERSION]),
        "versions": {VERSION: str(now.version)}.items(),
        "action": typed.get("action", ""),
        "target": request.path,
    }
    return render(request, "programs/conflict.html", context)
