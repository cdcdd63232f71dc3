"""Signing in through the provider: the redirect to it, and the way back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from platform_site.errors import Refusal
from platform_site.people import sessions
from platform_site.people.actions import door
from platform_site.people.actions.provider import admit
from platform_site.people.provider import flow
from platform_site.people.provider.settings import Provider

BACKEND = "platform_site.people.backends.ThroughProvider"
SESSION_KEY = "provider_sign_in"


@never_cache
@login_not_required
@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider, and remember the attempt in the session."""
    provider = _provider()
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    attempt = flow.begin()
    try:
        to = flow.address(provider, attempt, _back_to(request))
    except Refusal as refusal:
        return _not_in(request, refusal)
    request.session[SESSION_KEY] = [*attempt, request.GET.get("next", "")]
    return redirect(to)


@never_cache
@login_not_required
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Sign the person in with the roles and teams of their groups, or say why not."""
    provider = _provider()
    *attempt, after = request.session.pop(SESSION_KEY, ["", "", "", ""])
    if not all(attempt):
        return redirect("login")
    try:
        claims = flow.finish(provider, flow.SignInAttempt(*attempt), request.GET.dict(), _back_to(request))
        user = admit(claims, provider.membership_of(claims.groups))
    except Refusal as refusal:
        door.note_failure(door.Attempt("", door.address_of(request)), because=refusal.code, counts=False)
        return _not_in(request, refusal)
    login(request, user, backend=BACKEND)
    request.session.set_expiry(provider.session_hours * 3600)
    sessions.note_sign_in(user, by="provider", address=door.address_of(request))
    return redirect(after if _is_ours(request, after) else resolve_url(settings.LOGIN_REDIRECT_URL))


def _provider() -> Provider:
    if settings.PROVIDER is None:
        raise Http404("This installation has no sign-in provider.")
    return settings.PROVIDER


def _back_to(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("provider_back"))


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def _not_in(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "registration/not_in.html", {"refusal": refusal}, status=refusal.status)
