"""Service accounts, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from platform_site.pages import actor, page_of
from platform_site.people import queries
from platform_site.people.account_forms import ProgramTokenForm, ServiceAccountChangeForm, ServiceAccountForm
from platform_site.people.actions import change_service_account, create_service_account, issue_token
from platform_site.people.models import User
from platform_site.people.views.account import PER_PAGE, show_token


@require_http_methods(["GET", "HEAD", "POST"])
def service_account_list(request: HttpRequest) -> HttpResponse:
    """Every service account, and the form for the next one."""
    rows = queries.service_accounts(actor(request))
    form = ServiceAccountForm(request.POST or None, initial={"owner": actor(request).name})
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := form.act(create_service_account, **form.cleaned_data, actor=actor(request)))
    ):
        messages.success(request, f"The service account {made.username} is added. Make the token for its program.")
        return redirect("service_account", made.username)
    page = page_of(request, rows, per_page=PER_PAGE)
    return render(request, "people/service_accounts.html", {"page_obj": page, "form": form}, status=_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def service_account(request: HttpRequest, name: str) -> HttpResponse:
    """One service account with its tokens, and the form for another."""
    account = queries.service_account(name, actor(request))
    form = ProgramTokenForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := form.act(issue_token, account, **form.cleaned_data, actor=actor(request)))
    ):
        return show_token(request, made, back=request.path)
    return _page(request, account, form=form)


@require_POST
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change roles or team, deactivate or activate."""
    account = queries.service_account(name, actor(request))
    if "active" in request.POST:
        active = request.POST["active"] == "1"
        change_service_account(account, active=active, actor=actor(request))
        messages.success(
            request,
            f"{name} is activated. Its tokens ended when it was deactivated: make a new one."
            if active
            else f"{name} is deactivated: its tokens are revoked.",
        )
        return redirect("service_account", name)
    form = ServiceAccountChangeForm(request.POST)
    if form.is_valid() and form.act(change_service_account, account, **form.cleaned_data, actor=actor(request)):
        messages.success(request, f"{name} is changed.")
        return redirect("service_account", name)
    return _page(request, queries.service_account(name, actor(request)), change_form=form)


def _page(request: HttpRequest, account: User, **forms: Any) -> HttpResponse:
    page = page_of(request, queries.own_tokens(account), per_page=PER_PAGE)
    context = {
        "account": account,
        "page_obj": page,
        "form": ProgramTokenForm(),
        "change_form": _change_form(account),
    } | forms
    faulty = any(_status(form) == 422 for form in forms.values())
    return render(request, "people/service_account.html", context, status=422 if faulty else 200)


def _change_form(account: User) -> ServiceAccountChangeForm:
    team = next((membership.team.slug for membership in account.memberships.all()), "")
    owner = account.owner.username if account.owner else ""
    return ServiceAccountChangeForm(initial={"team": team, "roles": account.role_names, "owner": owner})


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
