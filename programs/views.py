"""Pages of activities: the list, one activity, its steps. Each gets its record through the door."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from core.locking import Conflict
from core.models import Comment
from programs import actions, history, parts, places
from programs.changes import comparisons
from programs.filters import ORDERS, SORTS, ActivityFilter
from programs.forms import CommentForm, ReasonForm
from programs.models import Activity

PAGE = 50


@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    """The list: one's own agency's until another is chosen; only its results when htmx asks."""
    user = person(request)
    chosen = ActivityFilter(request.GET, user=user, queryset=Activity.objects.visible_to(user))
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "changed"
    year = chosen.form.cleaned_data.get("year") if chosen.form.is_valid() else ""
    amounts = parts.amounts(chosen.qs, int(year) if year else None)
    rows = chosen.qs.select_related("agency", "output").order_by(*SORTS[sort])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "areas": places.choices(),
        "orders": ORDERS.items(),
        "sort": sort,
        "page": page,
        "lines": [(one, amounts.get(one.pk)) for one in page],
        "total": sum(amounts.values()),
        "year": int(year) if year else None,
        "may_enter": bool(user.edited_agency_ids),
        "to_review": Activity.objects.to_review().count() if user.is_planner else 0,
    }
    htmx = cast(HtmxDetails, getattr(request, "htmx"))  # noqa: B009  set by HtmxMiddleware
    part = bool(htmx) and not htmx.history_restore_request
    template = "programs/_activities.html" if part else "programs/activities.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one activity."""
    return show(request, pk)


def show(request: HttpRequest, pk: int, forms: dict[str, Any] | None = None) -> HttpResponse:
    """The page of an activity, with forms that were refused filled in."""
    user = person(request)
    visible = Activity.objects.visible_to(user).select_related("agency", "output__sector")
    found = get_object_or_404(visible.prefetch_related("places__village", "places__island"), pk=pk)
    may = actions.allowed(user, found)
    context = {
        "activity": found,
        "places": sorted(places.full_name(place) for place in found.places.all()),
        "parts": [part(found, user) for part in parts.PAGE_PARTS],
        "steps": list(found.steps.select_related("user")),
        "changes": comparisons([found]).get(found.pk) if found.status == "submitted" else None,
        "history": history.of_activity(found),
        "comments": Comment.objects.about(found) if "comment" in may else [],
        "may": may,
        "year": judged_year(found),
        "findings": findings_url(found),
        "reason_form": ReasonForm(),
        "comment_form": CommentForm(),
        "saved": request.GET.get("saved", ""),
        **(forms or {}),
    }
    return render(request, "programs/activity.html", context)


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The activity of a code, for links from places that know no number of ours."""
    found = get_object_or_404(Activity.objects.visible_to(person(request)), code=code)
    return redirect("programs:activity", found.pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand it in."""
    found = get_object_or_404(Activity.objects.editable_by(person(request)), pk=pk)
    return step(request, found, actions.submit, _("Submitted. The planning agency looks at it."))


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The planning agency has looked at it."""
    return step(request, seen(request, pk), actions.verify, _("Verified: it counts from now on."))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The planning agency asks for something else."""
    done = _("Sent back, with your reason.")
    return step(request, seen(request, pk), actions.send_back, done, with_reason=True)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency gives it up, or asks to."""
    done = _("Noted. What was verified is cancelled when the planning agency agrees.")
    found = get_object_or_404(Activity.objects.editable_by(person(request)), pk=pk)
    return step(request, found, actions.cancel, done, with_reason=True)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The planning agency agrees to a cancellation, or does not."""
    found = seen(request, pk)
    if request.POST.get("action") == "agree":
        return step(request, found, actions.agree_to_cancellation, _("Cancelled."))
    done = _("The cancellation is refused; the activity stays.")
    return step(request, found, actions.refuse_cancellation, done, with_reason=True)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write about it."""
    found = seen(request, pk)
    if not actions.may_comment(person(request), found):
        raise PermissionDenied
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, pk, {"comment_form": form})
    actions.comment(user=person(request), activity=found, text=form.cleaned_data["text"])
    return redirect(f"{reverse('programs:activity', args=[pk])}#comments")


@require_GET
def place_search(request: HttpRequest) -> HttpResponse:
    """Places by name while somebody types, as JSON."""
    found = places.search(request.GET.get("q", "")[:100])
    names = places.names_of(pk for one in found for pk in one.places)
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "places": [{"id": pk, "name": names[pk]} for pk in one.places],
        }
        for one in found
    ]
    return JsonResponse({"found": rows})


def step(
    request: HttpRequest, found: Activity, action: Any, done: str, *, with_reason: bool = False
) -> HttpResponse:
    """Take one step of the status, and say what came of it on the activity's page."""
    version = request.POST.get("version", "")
    extra: dict[str, Any] = {"reason": request.POST.get("reason", "")} if with_reason else {}
    try:
        action(
            user=person(request), activity=found,
            version=int(version) if version.isdecimal() else None, **extra,
        )  # fmt: skip
    except Conflict:
        messages.warning(request, _("It was changed meanwhile. Look again, and then decide."))
        return show(request, found.pk, {"reason_form": _reason(request)})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return show(request, found.pk, {"reason_form": _reason(request)})
    messages.success(request, f"{done} {computing()}")
    return redirect("programs:activity", found.pk)


def _reason(request: HttpRequest) -> ReasonForm:
    return ReasonForm(initial={"reason": request.POST.get("reason", "")})


def person(request: HttpRequest) -> User:
    """Who is logged in; the middleware lets nobody else through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def seen(request: HttpRequest, pk: int) -> Activity:
    """An activity that the person may see, or 404."""
    return get_object_or_404(Activity.objects.visible_to(person(request)), pk=pk)


def computing() -> str:
    """What follows from every change."""
    return _("The judgement of its places is being computed; findings follow within seconds.")


def judged_year(found: Activity) -> int:
    """The year whose findings about an activity are of interest: this one, if it is active."""
    return min(max(timezone.localdate().year, found.first_day.year), found.last_day.year)


def findings_url(found: Activity) -> str:
    """The findings about an activity; empty where no app shows findings."""
    try:
        address = reverse("convergence:findings", args=[judged_year(found)])
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({'q': found.code})}"
