"""Logging in by user name or by mail address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User


class NameOrMailBackend(ModelBackend):
    """Django's own check of a password, for the person who goes by what was typed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, or None; as slow for somebody unknown as for a wrong password."""
        if username is None or password is None or "\0" in username:
            return None
        person = User.objects.going_by(username)
        if password == settings.DEMO_PASSWORD and not settings.DEMO_ALLOWED:
            person = None  # everybody can read it: on a server it opens nothing
        name = person.username if person else ""
        return super().authenticate(request, username=name, password=password, **kwargs)
