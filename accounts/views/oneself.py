"""What a person does with the own account: name, password, second factor, sessions."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, second_factor, sessions
from accounts.doors import PersonRequest
from accounts.forms import OneselfForm, PasswordAgainForm, carry_out


@require_http_methods(["GET", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    """Name, mail address, what one works for, and the ways to the rest."""
    user = request.user
    form = OneselfForm(user, request.POST or None, initial={"name": user.name, "email": user.email})
    if form.is_valid():
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        if carry_out(form, partial(actions.change_oneself, user=user, name=name, email=email)):
            messages.success(request, _("Saved."))
            return redirect("accounts:me")
    context = {
        "form": form,
        "memberships": user.memberships.current().select_related("agency"),
        "has_second_factor": second_factor.has(user),
        "exempt": second_factor.is_exempt(user),
        "sittings": len(sessions.of(user)),
    }
    return render(request, "accounts/me.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: PersonRequest) -> HttpResponse:
    """Another password; sessions elsewhere end."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/password.html", {"form": form})
    form.save()
    update_session_auth_hash(request, request.user)
    actions.password_was_set(user=request.user, but=request.session.session_key)
    messages.success(request, _("The password is changed; sessions elsewhere have ended."))
    return redirect("accounts:me")


@never_cache
@require_http_methods(["GET", "POST"])
def codes(request: PersonRequest) -> HttpResponse:
    """The recovery codes: shown once, right after they were made; later only how many are left."""
    user = request.user
    shown = request.session.pop("codes", None)
    form = PasswordAgainForm(user, request.POST or None)
    if second_factor.has(user) and form.is_valid():
        request.session["codes"] = second_factor.new_codes(user)
        return redirect("accounts:codes")
    context = {
        "codes": shown,
        "form": form,
        "left": second_factor.codes_left(user),
        "has_second_factor": second_factor.has(user),
    }
    return render(request, "accounts/codes.html", context)


@require_http_methods(["GET", "POST"])
def remove_second_factor(request: PersonRequest) -> HttpResponse:
    """Do without, where one may."""
    user = request.user
    if user.needs_second_factor or not second_factor.has(user):
        return redirect("accounts:me")
    form = PasswordAgainForm(user, request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/remove_second_factor.html", {"form": form})
    actions.give_up_second_factor(user=user)
    request.session.pop(second_factor.HAS_DEVICE, None)
    messages.success(request, _("The second factor is taken away."))
    return redirect("accounts:me")


@never_cache
@require_http_methods(["GET"])
def sittings(request: PersonRequest) -> HttpResponse:
    """Where one is logged in."""
    found = sessions.of(request.user, this=request.session.session_key)
    return render(request, "accounts/sessions.html", {"sittings": found})


@require_POST
def end_sittings(request: PersonRequest) -> HttpResponse:
    """End one session elsewhere, or all of them."""
    handle = request.POST.get("handle") or None
    count = sessions.end(request.user, handle=handle, but=request.session.session_key)
    said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count)
    messages.success(request, said % {"count": count})
    return redirect("accounts:sessions")
