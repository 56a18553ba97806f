"""The JSON API, its tokens, and the import of a workbook."""

from django.urls import include, path

from exchange.views import tokens

app_name = "exchange"

urlpatterns = [
    path("api/v1/", include("exchange.api.urls")),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke", tokens.revoke, name="revoke"),
]
