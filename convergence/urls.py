"""The dashboard, the findings, the places."""

from django.urls import path

app_name = "convergence"

urlpatterns: list[object] = []
