"""Devices that a person has signed in from: a signed cookie, so that a stranger's guesses do not keep their owner out."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from platform_site.people.models import User

COOKIE = "known_device"
SALT = "platform_site.people.devices"
KEPT_S = 60 * 60 * 24 * 90


def device_of(request: HttpRequest, username: str) -> str:
    """The device, if somebody signed in from it with that name in the last 90 days; otherwise empty."""
    try:
        name, device = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if name == username.lower() else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser prove next time that this person has been here."""
    name = user.username.lower()
    device = device_of(request, name) or secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        signing.dumps([name, device], salt=SALT),
        max_age=KEPT_S,
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
        path=settings.SESSION_COOKIE_PATH,
    )
