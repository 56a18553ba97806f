"""A workbook by browser: sent, checked, looked at, imported. For planners and administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, only
from accounts.models import User
from core.models import Job, StoredFile
from exchange import uploads
from exchange.forms import WorkbookForm

LATEST = 20
importers = only(User.Role.PLANNER, User.Role.ADMINISTRATOR)


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: PersonRequest) -> HttpResponse:
    """The latest ones, and the form that takes a file and asks for its check."""
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = uploads.take(upload=form.cleaned_data["file"], by=request.user)
        return redirect("exchange:import", job.pk)
    jobs = Job.objects.filter(kind=uploads.KIND).select_related("asked_by").order_by("-pk")[:LATEST]
    files = StoredFile.objects.in_bulk({job.arguments["file"] for job in jobs})
    rows = [(job, files.get(job.arguments["file"])) for job in jobs]
    return render(request, "exchange/imports.html", {"form": form, "rows": rows})


@importers
@never_cache
@require_safe
def job(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it; only that part when htmx asks."""
    found = get_object_or_404(Job, pk=pk, kind=uploads.KIND)
    result = found.result or {}
    context = {
        "job": found,
        "file": StoredFile.objects.filter(pk=found.arguments["file"]).first(),
        "dry_run": found.arguments["dry_run"],
        "running": found.state in {Job.State.QUEUED, Job.State.RUNNING},
        "result": result,
        "more_errors": result.get("errors_count", 0) - len(result.get("errors", [])),
        "more_warnings": result.get("warnings_count", 0) - len(result.get("warnings", [])),
        "may_import": uploads.may_be_imported(found),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "exchange/_job.html" if part else "exchange/job.html", context)


@importers
@require_POST
def carry_out(request: PersonRequest, pk: int) -> HttpResponse:
    """What was checked is now written."""
    checked = get_object_or_404(Job, pk=pk, kind=uploads.KIND)
    if not uploads.may_be_imported(checked):
        messages.error(request, _("This file cannot be imported as it is."))
        return redirect("exchange:import", pk)
    return redirect("exchange:import", uploads.carry_out(checked=checked, by=request.user).pk)
