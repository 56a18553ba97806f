"""The JSON API, its tokens, the import of a workbook, the funding sources."""

from django.urls import include, path

from exchange.views import imports, sources, tokens

app_name = "exchange"

urlpatterns = [
    path("api/v1/", include("exchange.api.urls")),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke", tokens.revoke, name="revoke"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.job, name="import"),
    path("imports/<int:pk>/carry-out", imports.carry_out, name="carry_out"),
    path("data/sources/", sources.sources, name="sources"),
]
