"""What every answer says to the browser that reads it, page or API, found or refused; and the cookies of production."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.test import Client

from tests.people import PASSWORD
from tests.platform_site.test_urls import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
    "object-src 'none'",
)  # fmt: skip


@pytest.fixture(autouse=True)
def static_files(settings):
    """As an installation serves them: from the list that it makes when it starts."""
    settings.WHITENOISE_AUTOREFRESH = False


def faults(path: str, response) -> list[str]:
    wrong = [
        f"{path}: {name} is {response.get(name)!r}" for name, value in ALWAYS.items() if response.get(name) != value
    ]
    policy = response.get("Content-Security-Policy", "")
    wrong += [f"{path}: its policy lacks {part}" for part in POLICY if part not in policy]
    wrong += [f"{path}: its policy allows {part}" for part in ("unsafe-inline", "unsafe-eval", "*") if part in policy]
    return wrong


@pytest.mark.parametrize("name", [pytest.param("admin", marks=pytest.mark.slow), ""])
def test_every_answer_has_them(name, people):
    visitor = Client(raise_request_exception=False)
    if name:
        visitor.force_login(people[name])
    paths = sorted({*addresses(), "/static/css/plumbline.css", "/no-such-page", "/?x=%00", "/favicon.ico"})
    assert len(paths) > 150
    wrong = []
    for path in paths:
        with closing(visitor.get(path)) as response:
            wrong += faults(path, response)
    assert wrong == []


@pytest.mark.parametrize("name", ["admin", ""])
def test_no_cache_keeps_what_somebody_was_answered(name, people):
    visitor = Client(raise_request_exception=False)
    if name:
        visitor.force_login(people[name])
    cached = []
    for path in sorted(
        {*addresses(), "/no-such-page", "/favicon.ico"} - {"/gate.py", "/simple/", "/simple/plumbline/"}
    ):
        with closing(visitor.get(path)) as response:
            if "no-store" not in response.get("Cache-Control", ""):
                cached.append(path)
    assert cached == []
    with closing(visitor.get("/static/css/plumbline.css")) as style:
        assert "no-store" not in style["Cache-Control"]


@pytest.fixture
def production(settings, people):
    """The settings that DEBUG=0 brings, before a client that speaks TLS."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 60 * 60 * 24 * 365, True
    settings.SECURE_HSTS_PRELOAD = True
    return Client()


def test_in_production_every_answer_asks_for_tls_from_now_on(production):
    for path in ("/login/", "/api/v1/features/", "/no-such-page", "/static/css/plumbline.css"):
        with closing(production.get(path, secure=True)) as response:
            result = response["Strict-Transport-Security"]
        assert result == "max-age=31536000; includeSubDomains; preload", path
    assert production.get("/login/").url.startswith("https://")


def test_in_production_a_cookie_is_for_this_site_over_tls_alone(production):
    csrf = production.get("/login/", secure=True).cookies["csrftoken"]
    answer = production.post("/login/", {"username": "viewer", "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    session = answer.cookies["sessionid"]
    assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")
    assert (csrf["secure"], csrf["samesite"]) == (True, "Lax")


def test_a_session_has_another_key_once_somebody_signed_in(production):
    production.get("/login/", secure=True)
    first = production.session.session_key
    production.post("/login/", {"username": "viewer", "password": PASSWORD}, secure=True)
    assert production.session.session_key != first
