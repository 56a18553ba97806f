"""Who may come in where. What is not open to a person does not exist for that person: 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import User

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


class PersonRequest(HttpRequest):
    """A request whose user is known to be one of ours: behind `only` or the log-in."""

    user: User


def only(*roles: str) -> Callable[[View], View]:
    """Decorator of a view that is there for these roles alone."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request.user, "role", None) not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def before_second_factor(view: V) -> V:
    """Decorator of a view that is open to who has given a password but no second factor yet."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view
