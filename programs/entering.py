"""The pages on which an activity is entered and changed, and what two people do to one record."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.drafts import FIELD, carried, offered
from core.locking import Conflict
from programs.doors import form_page
from programs.entry import VERSION, Entry, resolve
from programs.history import editor_of
from programs.models import Activity
from programs.views import computing, person


@form_page
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new activity."""
    if not person(request).edited_agency_ids:
        raise Http404
    return _entry(request, Activity())


@form_page
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an activity of one's own agency."""
    return _entry(request, get_object_or_404(Activity.objects.editable_by(person(request)), pk=pk))


def _entry(request: HttpRequest, activity: Activity) -> HttpResponse:
    user = person(request)
    if request.method != "POST":
        kept = offered(request)
        return _form(request, Entry(user, activity, kept), is_kept=kept is not None)
    typed: QueryDict = request.POST
    if "resolve" in typed and activity.pk:
        typed = resolve(user, activity, typed)
        activity = Activity.objects.get(pk=activity.pk)  # the form before has written into it
    entry = Entry(user, activity, typed)
    saved = entry.sent_before()
    if saved is None:
        if "again" in typed or not entry.is_valid():
            return _form(request, entry)
        try:
            saved = entry.save(submit=typed.get("action") == "submit")
        except Conflict:
            return _conflict(request, entry)
        except ValidationError as error:
            entry.form.add_error(None, error)
            return _form(request, entry)
    return _done(request, entry, saved)


def _done(request: HttpRequest, entry: Entry, saved: Activity) -> HttpResponse:
    said = _("Submitted.") if saved.status == "submitted" else _("Saved.")
    messages.success(request, f"{said} {computing()}")
    return redirect(f"{reverse('programs:activity', args=[saved.pk])}?saved={entry.token}")


def _form(request: HttpRequest, entry: Entry, *, is_kept: bool = False) -> HttpResponse:
    problems = entry.problems()
    context = {
        "entry": entry,
        "form": entry.form.prepare(),
        "chosen": entry.form.chosen_places(),
        "chosen_ids": set(entry.form.chosen),
        "tree": entry.form.tree(),
        "problems": problems,
        "is_kept": is_kept,
        "activity": None if entry.is_new else entry.activity,
        "token_name": FIELD,
    }
    return render(request, "programs/form.html", context)


def _conflict(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Both versions, field by field; a page without differences has nothing to ask."""
    differences = entry.differences()
    assert entry.typed is not None
    stored = Activity.objects.get(pk=entry.activity.pk)
    versions = {VERSION: str(stored.version)}
    for part in entry.parts:
        versions |= getattr(part, "versions", dict)()
    if not differences:
        return _again(request, entry, versions)
    context = {
        "entry": entry,
        "activity": stored,
        "differences": differences,
        "carried": carried(entry.typed, without=list(versions)),
        "versions": versions.items(),
        "action": entry.typed.get("action", ""),
        "target": request.path,
        "who": editor_of(stored),
    }
    return render(request, "programs/conflict.html", context)


def _again(request: HttpRequest, entry: Entry, versions: dict[str, str]) -> HttpResponse:
    """Somebody saved the same meanwhile: there is nothing left to choose."""
    assert entry.typed is not None
    typed = entry.typed.copy()
    typed.update(versions)
    for name, value in versions.items():
        typed[name] = value
    again = Entry(entry.user, Activity.objects.get(pk=entry.activity.pk), typed)
    if not again.is_valid():
        return _form(request, again)
    return _done(request, again, again.save(submit=typed.get("action") == "submit"))
