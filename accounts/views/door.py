"""The door: logging in, a link that works once, a lost password, the code of the second factor."""

from __future__ import annotations

from typing import Any, cast

import django_otp
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions, second_factor
from accounts.doors import before_second_factor
from accounts.forms import CodeForm, LoginForm, ResetForm, base_url
from accounts.models import Invitation, User
from accounts.second_factor import Door
from accounts.throttle import typed_name

BACKEND = "accounts.backends.NameOrMailBackend"


class LogIn(views.LoginView):
    """By user name or mail address."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """In; what was mistyped under a mail address is forgotten as under the user name."""
        response = super().form_valid(form)
        address = self.request.META.get("REMOTE_ADDR")
        typed = typed_name(self.request, form.cleaned_data)
        forget_failures(ip=address, username=typed)
        user = form.get_user()
        if user.needs_second_factor and second_factor.is_exempt(user):
            text = _("An account of the demonstration: no second factor is asked. A server asks.")
            messages.info(self.request, text)
        return response


log_in = LogIn.as_view()
log_out = before_second_factor(views.LogoutView.as_view())


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by a link; looking at it does not use it up."""
    found = Invitation.objects.of_token(token, timezone.now())
    if found is None:
        return render(request, "accounts/link_gone.html", status=410)
    form = SetPasswordForm(found.user, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "person": found.user}
        return render(request, "accounts/invitation.html", context)
    try:
        user = actions.accept(token=token, password=form.cleaned_data["new_password1"])
    except Invitation.DoesNotExist:
        return render(request, "accounts/link_gone.html", status=410)
    login(request, user, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)


reset = views.PasswordResetView.as_view(
    form_class=ResetForm,
    template_name="accounts/reset.html",
    email_template_name="accounts/mail/reset.txt",
    subject_template_name="accounts/mail/reset_subject.txt",
    extra_email_context=base_url(),
    success_url=reverse_lazy("accounts:reset_sent"),
)
reset_sent = views.PasswordResetDoneView.as_view(template_name="accounts/reset_sent.html")


class ChooseAnew(views.PasswordResetConfirmView):
    """The link of the mail: choose a password, and be in; a second factor is asked all the same."""

    template_name = "accounts/reset_choose.html"
    post_reset_login = True
    post_reset_login_backend = BACKEND
    success_url = reverse_lazy(settings.LOGIN_REDIRECT_URL)

    def form_valid(self, form: Any) -> HttpResponse:
        """Sessions and links of before end first; the one that begins now stays."""
        actions.password_was_set(user=form.user)
        return super().form_valid(form)


choose_anew = ChooseAnew.as_view()


@before_second_factor
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or for a recovery code."""
    user = cast(User, request.user)
    if second_factor.door(request) is not Door.CODE:
        return redirect(_onward(request))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data["code"]
        device = second_factor.verify(user, typed)
        if device is not None:
            _let_in(request, device)
            return redirect(_onward(request))
        form.add_error("code", _refusal(user, typed))
    context = {"form": form, "next": _onward(request)}
    return render(request, "accounts/code.html", context)


@before_second_factor
@never_cache
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up a second factor, the first or another one; who has one must have shown it before."""
    user = cast(User, request.user)
    if second_factor.door(request) is Door.CODE:
        return redirect("accounts:code")
    device = second_factor.pending(user)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        confirmed = actions.confirm_second_factor(user=user, code=form.cleaned_data["code"])
        if confirmed is not None:
            device, request.session["codes"] = confirmed
            _let_in(request, device)
            return redirect("accounts:codes")
        form.add_error("code", _("This code is not right. Is the clock of the telephone right?"))
    context = {
        "form": form,
        "key": second_factor.key_of(device),
        "picture": second_factor.picture_of(device),
        "needed": second_factor.door(request) is Door.SET_UP,
    }
    return render(request, "accounts/set_up.html", context)


def _let_in(request: HttpRequest, device: Any) -> None:
    """The session has shown its second factor; its key changes, as at a log-in."""
    request.session.cycle_key()
    request.session[second_factor.HAS_DEVICE] = True
    django_otp.login(request, device)


def _refusal(user: User, typed: str) -> str:
    until = second_factor.locked_until(user, typed)
    if until is None or until <= timezone.now():
        return _("This code is not right.")
    clock = timezone.localtime(until).strftime("%H.%M.%S")
    return _("This code is not right. The next one is taken from %(clock)s.") % {"clock": clock}


def _onward(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is with us."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
