"""Tokens of partner systems: made and revoked by administrators, for others not there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, only
from accounts.models import User
from exchange import tokens as actions
from exchange.forms import TokenForm
from exchange.models import ApiToken

administrators = only(User.Role.ADMINISTRATOR)


@administrators
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: PersonRequest) -> HttpResponse:
    """Those that there are, and the form of a new one; a new one is shown this once."""
    form = TokenForm(request.POST or None)
    made = None
    if form.is_valid():
        made = actions.make(
            name=form.cleaned_data["name"],
            user=form.cleaned_data["user"],
            made_by=request.user,
            expires=form.expires(),
        )
        form = TokenForm()
    now = timezone.now()
    rows = [(token, token.is_over(now)) for token in ApiToken.objects.latest_first()]
    return render(request, "exchange/tokens.html", {"form": form, "made": made, "rows": rows})


@administrators
@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """From now on it opens nothing."""
    token = get_object_or_404(ApiToken, pk=pk)
    actions.revoke(token=token, by=request.user)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("exchange:tokens")
