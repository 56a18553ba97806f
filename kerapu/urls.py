"""Every address of the site; each app brings its own."""

from django.urls import include, path

from core.views import health

urlpatterns = [
    path("health", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("", include("convergence.urls")),
]
