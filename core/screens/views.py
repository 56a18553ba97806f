"""The pages of every screen: list, record, form, removal. Read by all, changed by who may."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.middleware import HtmxDetails

from core.drafts import FIELD, carried, new_token, offered, resolved
from core.history import last_editor, tell
from core.locking import Conflict
from core.screens import forms
from core.screens.declared import PAGES, SCREENS, Screen
from core.screens.forms import READ, ScreenForm
from core.screens.listing import Listing, cells
from core.screens.uses import uses
from core.tables import csv_file

PAGE = 50
FORM = require_http_methods(["GET", "HEAD", "POST"])


def find(slug: str, request: HttpRequest | None = None) -> Screen:
    """The screen of that name; with a request, only if its person may change the records."""
    screen = SCREENS.get(slug)
    if screen is None or (request is not None and not screen.may_change(request.user)):
        raise Http404
    return screen


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every screen with how much there is."""
    rows = [(screen, screen.model._default_manager.count()) for screen in SCREENS.values()]
    return render(request, "core/screens/index.html", {"rows": rows, "pages": PAGES})


@require_safe
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; only its results when htmx asks."""
    screen = find(slug)
    listing = Listing(screen, request.GET)
    page = Paginator(listing.records(), PAGE).get_page(request.GET.get("page"))
    context = {
        "screen": screen,
        "listing": listing,
        "page": page,
        "rows": [(record, cells(screen.columns, record)) for record in page],
        "totals": listing.totals(),
        "may_add": screen.can_add and screen.may_change(request.user),
    }
    htmx = cast(HtmxDetails, getattr(request, "htmx"))  # noqa: B009  set by HtmxMiddleware
    part = bool(htmx) and not htmx.history_restore_request
    template = "core/screens/_records.html" if part else "core/screens/records.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The filtered list as a file, all pages of it."""
    screen = find(slug)
    found = Listing(screen, request.GET).records()
    rows = ([value for _column, value in cells(screen.columns, record)] for record in found)
    return csv_file(f"kerapu-{slug}.csv", (column.label for column in screen.columns), rows)


@require_safe
def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One record: what is known of it, and who changed what when."""
    screen = find(slug)
    found = get_object_or_404(screen.all(), pk=pk)
    context = {
        "screen": screen,
        "record": found,
        "facts": cells([*screen.columns, *screen.facts], found),
        "history": tell(screen.sources(), pk, screen.names),
        "may_change": screen.may_change(request.user),
    }
    return render(request, "core/screens/record.html", context)


@require_safe
def resolve(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What a text in a field means, in names, while it is typed."""
    field: Any = find(slug, request).form.base_fields.get(name)
    if not hasattr(field, "resolve"):
        raise Http404
    return HttpResponse(field.resolve(request.GET.get(name, "")), content_type="text/plain")


@FORM
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new record."""
    screen = find(slug, request)
    if not screen.can_add:
        raise Http404
    return _edit(request, screen, screen.model())


@FORM
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a record."""
    screen = find(slug, request)
    return _edit(request, screen, get_object_or_404(screen.model._default_manager.all(), pk=pk))


def _edit(request: HttpRequest, screen: Screen, record: Any) -> HttpResponse:
    if request.method != "POST":
        kept = offered(request)
        form = screen.form(kept, instance=record)
        return _form(request, screen, form, typed=kept)
    typed: QueryDict = request.POST
    if "resolve" in typed or "again" in typed:
        typed = _chosen(screen, record, typed)
        record = screen.model._default_manager.get(pk=record.pk) if record.pk else record
    form = screen.form(typed, instance=record)
    if "again" in typed or not form.is_valid():
        return _form(request, screen, form, typed=typed)
    try:
        saved = forms.save(form, screen.model._default_manager.all())
    except Conflict as conflict:
        return _conflict(request, screen, form, conflict.current)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, screen, form, typed=typed)
    messages.success(request, _("Saved. The figures follow within moments."))
    return redirect("screens:record", screen.slug, saved.pk)


def _form(
    request: HttpRequest, screen: Screen, form: ScreenForm, *, typed: QueryDict | None
) -> HttpResponse:
    names = {
        name: forms.words(form, name, forms.raw(form, name))
        for name, field in form.fields.items()
        if hasattr(field, "resolve") and not form[name].errors
    }
    context = {
        "screen": screen,
        "record": form.instance if form.instance.pk else None,
        "form": form.prepare(),
        "names": names,
        "read": typed.get(READ, "") if typed else forms.token_of(form),
        "token_name": FIELD,
        "token": new_token(request.user.pk or 0),
    }
    return render(request, "core/screens/form.html", context)


def _conflict(request: HttpRequest, screen: Screen, form: ScreenForm, stored: Any) -> HttpResponse:
    """Both versions, field by field; nothing is saved and nothing is lost."""
    event = f"{stored._meta.app_label}.{type(stored).__name__}Event"
    context = {
        "screen": screen,
        "record": stored,
        "differences": forms.differences(form, stored),
        "carried": carried(cast(QueryDict, form.data), without=["again"]),
        "who": last_editor(event, stored.pk),
    }
    return render(request, "core/screens/conflict.html", context)


def _chosen(screen: Screen, record: Any, typed: QueryDict) -> QueryDict:
    """What was typed after a side was chosen for each difference; read is now what is stored."""
    found = forms.differences(screen.form(typed, instance=record), record)
    chosen = resolved(typed, found)
    chosen[READ] = forms.token_of(screen.form(instance=record))
    return chosen


@FORM
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asked before it is done; what is used stays, and it is said by what."""
    screen = find(slug, request)
    if not screen.can_delete:
        raise Http404
    record: Any = get_object_or_404(screen.model._default_manager.all(), pk=pk)
    changed = False
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            forms.delete(record, int(version) if version.isdecimal() else 0)
        except Conflict:
            changed = True
        except ProtectedError:
            pass  # the page says what uses it
        else:
            messages.success(request, _("Removed: %(what)s") % {"what": record})
            return redirect("screens:records", slug)
    context = {"screen": screen, "record": record, "uses": uses(record), "changed": changed}
    return render(request, "core/screens/delete.html", context)
