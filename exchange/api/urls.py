"""Addresses of the API; codes are the ids, and there is no slash at the end."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from exchange.api import docs, views

router = SimpleRouter(trailing_slash=False)
router.register("activities", views.ActivityViewSet, basename="activity")
router.register("findings", views.FindingViewSet, basename="finding")
router.register("figures", views.FigureViewSet, basename="figure")

app_name = "api"

urlpatterns = [
    path("", include(router.urls)),
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs", docs.page, name="docs"),
    re_path("", views.Nothing.as_view()),
]
