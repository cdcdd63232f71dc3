"""The account page: roles, tokens and sign-ins; and everybody's tokens, for administrators."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import ONLY_ADMINISTRATORS, can_administer, require
from platform_site.pages import actor, page_of
from platform_site.people import queries
from platform_site.people.account_forms import TokenForm
from platform_site.people.actions import issue_token, revoke_token
from platform_site.people.actions.tokens import NewToken
from platform_site.people.models import User

PER_PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Your account, and the form for a new token; its text is shown once, in the answer."""
    form = TokenForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := form.act(issue_token, request.user, **form.cleaned_data, actor=actor(request)))
    ):
        return show_token(request, made, back="account")
    user = cast(User, request.user)  # pages are for people who are signed in
    page = page_of(request, queries.own_tokens(user), per_page=PER_PAGE)
    context = {
        "actor": actor(request),
        "page_obj": page,
        "form": form,
        "may_administer": can_administer(actor(request)),
    }
    context["sign_ins"] = queries.sign_ins(user.username)
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    """Everybody's tokens."""
    require(can_administer(actor(request)), ONLY_ADMINISTRATORS)
    page = page_of(request, queries.tokens(actor(request)), per_page=PER_PAGE)
    return render(request, "people/tokens.html", {"page_obj": page})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own token, or as administrator anybody's."""
    token = queries.token(pk, actor(request))
    revoke_token(token, actor=actor(request))
    messages.success(request, f"The token {token.prefix}… is revoked.")
    if token.user == request.user:
        return redirect("account")
    return redirect("service_account", token.user.username) if token.user.is_service else redirect("tokens")


def show_token(request: HttpRequest, made: NewToken, *, back: str) -> HttpResponse:
    """The one page that shows a token."""
    return render(request, "people/token.html", {"token": made.token, "text": made.text, "back": back})
