"""Who asks: a program by its token, or a person whose browser is logged in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import second_factor
from accounts.models import User
from exchange import tokens
from exchange.models import ApiToken

SCHEME = "bearer"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token and whom it acts as; None where another way is taken."""
        scheme, _blank, text = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME:
            return None
        token = tokens.use(text.strip())
        if token is None:
            raise AuthenticationFailed(_("This token is not valid, has expired or was revoked."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """A browser's session, with the second factor where the pages ask for one."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The person who is logged in."""
        found = super().authenticate(request)
        plain: HttpRequest = request._request
        if found and second_factor.door(plain) is not second_factor.Door.OPEN:
            raise AuthenticationFailed(_("Give the second factor on the site first."))
        return found


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words."""
        return {"type": "http", "scheme": SCHEME}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of sessions."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
