"""Who calls: the owner of a bearer token, or of a browser's session."""

from __future__ import annotations

from django.db import OperationalError
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from platform_site.access import A_SESSION
from platform_site.people.actions import digest_of, note_use
from platform_site.people.models import ApiToken, User

REFUSED = "The token is unknown, expired or revoked."


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer plb_…`; the token becomes `request.auth`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        try:
            token = ApiToken.objects.select_related("user").get(digest=digest_of(text.strip()))
        except ApiToken.DoesNotExist:
            raise AuthenticationFailed(REFUSED) from None
        if not token.is_valid(timezone.now()) or not token.user.is_active or token.is_anothers:
            raise AuthenticationFailed(REFUSED)
        if token.is_made_by_command and not token.user.is_service:
            token.user.acts_through = f"the token {token.prefix}…, which a command made"
        token.user.came_through = f"the token {token.prefix}…"
        try:
            note_use(token)
        except OperationalError:  # a full disk, or a database that only answers: reads go on, and the next use is noted
            if request.method not in SAFE_METHODS:
                raise
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="plumbline"'


class BrowserSession(SessionAuthentication):
    """The session of a page, with CSRF."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        signed_in = super().authenticate(request)
        if signed_in is not None:
            signed_in[0].came_through = A_SESSION
        return signed_in


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    target_class = BrowserSession
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
