"""Addresses of the screens."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path

from core.screens import views

View = Callable[..., HttpResponse]


def urls(form_page: Callable[[View], Any]) -> tuple[list[URLPattern], str]:
    """For `include`. `form_page` keeps what is typed when a log-in ends; it knows of log-ins."""
    return [
        path("", views.index, name="index"),
        path("<slug:slug>/", views.records, name="records"),
        path("<slug:slug>.csv", views.as_csv, name="csv"),
        path("<slug:slug>/new", form_page(views.create), name="create"),
        path("<slug:slug>/resolve/<slug:name>", views.resolve, name="resolve"),
        path("<slug:slug>/<int:pk>/", views.record, name="record"),
        path("<slug:slug>/<int:pk>/change", form_page(views.change), name="change"),
        path("<slug:slug>/<int:pk>/delete", views.delete, name="delete"),
    ], "screens"
