"""Quarterly reports."""

from django.urls import path

from monitoring import views

app_name = "monitoring"

urlpatterns = [
    path("activities/<int:pk>/reports/<int:year>/<int:quarter>", views.report, name="report"),
]
