"""What an administrator does with people. For everybody else these pages do not exist."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, history, second_factor
from accounts.doors import PersonRequest, only
from accounts.filters import UserFilter
from accounts.forms import InviteForm, MembershipForm, PersonForm, ReasonForm, carry_out
from accounts.models import Membership, User

PAGE = 50
administrators = only(User.Role.ADMINISTRATOR)


@administrators
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Everybody who may log in, may do so soon, or could once."""
    chosen = UserFilter(request.GET, queryset=User.objects.by_name())
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"filter": chosen, "page": page, "query": query.urlencode()}
    return render(request, "accounts/people.html", context)


@administrators
@require_http_methods(["GET", "POST"])
def invite(request: PersonRequest) -> HttpResponse:
    """Somebody new, with a link that lets choose a password."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        action = partial(
            actions.invite,
            by=request.user,
            username=data["username"],
            name=data["name"],
            email=data["email"],
            role=data["role"],
            memberships=[(data["agency"], data["held"])] if data["agency"] else [],
            by_mail=data["how"] == InviteForm.MAIL,
        )
        made = carry_out(form, action)
        if made is not None:
            return _handed_over(request, *made, by_mail=data["how"] == InviteForm.MAIL)
    return render(request, "accounts/invite.html", {"form": form})


@administrators
@never_cache
@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: who, for whom, how to get in, what happened."""
    return _page(request, get_object_or_404(User, pk=pk))


@administrators
@require_POST
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Name, mail address, role."""
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST)
    action = partial(actions.change, by=request.user, user=user)
    return _carried_out(request, user, form, action, "form", _("Saved."))


@administrators
@require_POST
def join(request: PersonRequest, pk: int) -> HttpResponse:
    """Work for one more agency."""
    user = get_object_or_404(User, pk=pk)
    form = MembershipForm(request.POST)
    action = partial(actions.join, by=request.user, user=user)
    return _carried_out(request, user, form, action, "join_form", _("The membership begins."))


@administrators
@require_POST
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    """A membership ends."""
    membership = get_object_or_404(Membership, pk=pk)
    actions.leave(by=request.user, membership=membership)
    messages.success(request, _("The membership has ended; it stays in the history."))
    return redirect("accounts:person", membership.user_id)


@administrators
@require_http_methods(["GET", "POST"])
def transfer(request: PersonRequest, pk: int) -> HttpResponse:
    """From one agency to another in one step."""
    membership = get_object_or_404(Membership.objects.current(), pk=pk)
    form = MembershipForm(request.POST or None, initial={"role": membership.role})
    if form.is_valid():
        action = partial(
            actions.transfer, by=request.user, membership=membership, **form.cleaned_data
        )
        if carry_out(form, action):
            messages.success(request, _("Moved."))
            return redirect("accounts:person", membership.user_id)
    context = {"form": form, "membership": membership}
    return render(request, "accounts/transfer.html", context)


@administrators
@require_POST
def deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """No longer let in."""
    user = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    action = partial(actions.deactivate, by=request.user, user=user)
    return _carried_out(request, user, form, action, "end_form", _("Deactivated."))


@administrators
@require_POST
def reactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """Let in again."""
    user = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    action = partial(actions.reactivate, by=request.user, user=user)
    return _carried_out(request, user, form, action, "end_form", _("Reactivated."))


@administrators
@require_POST
def reset_second_factor(request: PersonRequest, pk: int) -> HttpResponse:
    """The telephone is lost."""
    user = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    action = partial(actions.reset_second_factor, by=request.user, user=user)
    said = _("The next log-in sets a second factor up.")
    return _carried_out(request, user, form, action, "factor_form", said)


@administrators
@require_POST
def link(request: PersonRequest, pk: int) -> HttpResponse:
    """A new link, shown once or mailed."""
    user = get_object_or_404(User, pk=pk)
    by_mail = request.POST.get("how") == InviteForm.MAIL
    try:
        token = actions.make_link(by=request.user, user=user, by_mail=by_mail)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("accounts:person", user.pk)
    return _handed_over(request, user, token, by_mail=by_mail)


def _handed_over(request: PersonRequest, user: User, token: str, *, by_mail: bool) -> HttpResponse:
    """To the person's page: it shows the link this once, unless it went by mail."""
    if by_mail:
        messages.success(request, _("A mail with the link goes to %s.") % user.email)
    else:
        request.session["link"] = [user.pk, actions.link_of(token)]
    return redirect("accounts:person", user.pk)


def _carried_out(
    request: PersonRequest, user: User, form: forms.Form, action: Any, name: str, said: str
) -> HttpResponse:
    """Do it with what the form holds, or show the page again with what is wrong at that form."""
    done = False

    def act() -> bool:
        action(**form.cleaned_data)
        return True

    if form.is_valid():
        done = bool(carry_out(form, act))
    if not done:
        return _page(request, User.objects.get(pk=user.pk), **{name: form})
    messages.success(request, said)
    return redirect("accounts:person", user.pk)


def _page(request: PersonRequest, user: User, **bound: forms.Form) -> HttpResponse:
    initial = {"name": user.name, "email": user.email, "role": user.role}
    owner, shown = request.session.pop("link", None) or (None, None)
    context = {
        "person": user,
        "link": shown if owner == user.pk else None,
        "form": PersonForm(initial=initial),
        "join_form": MembershipForm(),
        "end_form": ReasonForm(prefix=None, auto_id="id_end_%s"),
        "factor_form": ReasonForm(auto_id="id_factor_%s"),
        "memberships": user.memberships.select_related("agency").order_by("-since", "-pk"),
        "has_second_factor": second_factor.has(user),
        "history": history.of(user),
        **bound,
    }
    return render(request, "accounts/person.html", context, status=422 if bound else 200)
