"""The planning agency's inbox: what was submitted, beside what was verified; many at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.locking import Conflict
from programs import actions, parts
from programs.changes import comparisons
from programs.forms import ReasonForm
from programs.models import Activity
from programs.places import full_name
from programs.views import person

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the planning agency, the oldest first."""
    user = person(request)
    if not user.is_planner:
        raise Http404
    # To verify needs no reason, so the browser must not ask for one.
    form = ReasonForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST":
        if request.POST.get("action") != "send_back" or form.is_valid():
            _decide(request, user, str(form["reason"].value() or ""))
            return redirect("programs:inbox")
    waiting = Activity.objects.to_review().select_related("agency", "output__sector")
    waiting = waiting.prefetch_related("places__village", "places__island").order_by("pk")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    changes = comparisons(list(page))
    amounts = parts.amounts(Activity.objects.filter(pk__in=[one.pk for one in page]), None)
    ticked = set(request.POST.getlist("chosen"))
    context = {
        "page": page,
        "rows": [
            {
                "activity": one,
                "places": sorted(full_name(place) for place in one.places.all()),
                "changes": changes.get(one.pk),
                "amount": amounts.get(one.pk),
                "ticked": f"{one.pk}:{one.version}" in ticked,
            }
            for one in page
        ],
        "form": form,
    }
    return render(request, "programs/inbox.html", context)


def _decide(request: HttpRequest, user: User, reason: str) -> None:
    """Each by itself: what was changed since it was looked at stays, and is named."""
    done, left = 0, []
    for choice in request.POST.getlist("chosen"):
        pk, _mark, version = choice.partition(":")
        if not (pk.isdecimal() and version.isdecimal()):
            continue
        found = Activity.objects.visible_to(user).filter(pk=pk).first()
        if found is None:
            continue
        try:
            if request.POST.get("action") == "send_back":
                actions.send_back(user=user, activity=found, reason=reason, version=int(version))
            else:
                actions.verify(user=user, activity=found, version=int(version))
            done += 1
        except (Conflict, ValidationError):
            left.append(found.code)
    if done:
        said = ngettext("%(n)d activity decided.", "%(n)d activities decided.", done)
        messages.success(request, said % {"n": done})
    if left:
        said = _("Changed meanwhile, so look at them again: %(codes)s")
        messages.warning(request, said % {"codes": ", ".join(left)})
    if not done and not left:
        messages.warning(request, _("Nothing was chosen. Tick the activities first."))
