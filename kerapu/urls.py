"""Every address of the site; each app brings its own."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from accounts.doors import before_second_factor
from core.guide import guide
from core.screens.urls import urls as screens
from core.views import health
from programs.doors import form_page

urlpatterns = [
    path("health", health, name="health"),
    path("panduan/", before_second_factor(guide), name="guide"),
    path("panduan/<slug:name>", before_second_factor(guide), name="guide"),
    # Who stands before the door chooses the language too.
    path(
        "i18n/setlang/", before_second_factor(login_not_required(set_language)), name="set_language"
    ),
    path("accounts/", include("accounts.urls")),
    path("", include("programs.urls")),
    path("", include("monitoring.urls")),
    path("", include("exchange.urls")),
    path("data/", include(screens(form_page))),
    path("", include("convergence.urls")),
]
