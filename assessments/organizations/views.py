"""Whose figures a page shows; add an organization, and change the facts about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from assessments.models import Capability, Organization
from assessments.organizations.actions import (
    ONLY_LEADS,
    add_capability,
    archive_organization,
    assign_unassigned,
    describe_capability,
    restore_standard,
    retire_standard,
)
from assessments.organizations.forms import OrganizationForm, OwnCapabilityForm, RetirementForm
from assessments.organizations.queries import (
    get_organization,
    get_own_capability,
    list_organizations,
    own_capabilities,
    retirements_of,
)
from assessments.organizations.scope import chosen
from platform_site.access import can_assess, require
from platform_site.pages import Table, act_and_redirect, actor, page_or_csv
from platform_site.text.wording import label

COLUMNS = ["Capability", "Description", "Group", "Priority", "Retired on"]
REMEMBERED = "organization"  # in the session: the one that a person looked at last


class Switch(NamedTuple):
    """The organization of a page, and those that it can be switched to."""

    current: Organization | None
    choices: list[Organization]


def of_one_organization(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of one organization's figures, which it gets as `organization` (None while there is none).

    It is that of `?organization=`; without it that of the person's teams, else the first. Whoever switched to another one
    is redirected to an address that names it, so that every link keeps the choice and every address says whose it is.
    """

    @wraps(view)
    def of_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choices = list(list_organizations(archived=False))
        slug = request.GET.get("organization", "")
        shown = get_organization(slug) if slug else _default(request, choices)
        chosen_before = request.session.get(REMEMBERED, "")
        if slug and slug != chosen_before:
            request.session[REMEMBERED] = slug
        elif not slug and chosen_before in {choice.slug for choice in choices} - {shown.slug if shown else ""}:
            if request.method in ("GET", "HEAD"):
                query = request.GET.copy()
                query["organization"] = chosen_before
                return redirect(f"{request.path}?{query.urlencode()}")
            shown = get_organization(chosen_before)
        request.organization_switch = Switch(shown, choices)  # type: ignore[attr-defined]
        return view(request, *args, organization=shown, **kwargs)

    return of_one


def _default(request: HttpRequest, choices: list[Organization]) -> Organization | None:
    """No query where there is no choice."""
    return chosen("", request.user) if len(choices) > 1 else next(iter(choices), None)  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an organization with the facts that are known."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the facts about an organization."""
    return _form(request, get_organization(slug))


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the teams and records that belong to no organization to one."""
    organization = get_organization(request.POST.get("organization", ""))
    return act_and_redirect(
        request,
        lambda: assign_unassigned(organization, actor=actor(request)),
        done=lambda assigned: f"{sum(assigned.values()):,} records now belong to {organization.name}.",
        to="assessments:organizations",
    )


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Archive an organization, or take that back."""
    organization, archived = get_organization(slug), request.POST.get("archived") == "1"
    return act_and_redirect(
        request,
        lambda: archive_organization(organization, archived=archived, actor=actor(request)),
        done=f"{organization.name} is archived." if archived else f"{organization.name} is in use again.",
        to=resolve_url("assessments:organization", slug),
    )


def _form(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    require(can_assess(actor(request)), ONLY_LEADS)
    form = OrganizationForm(request.POST or None, instance=organization, actor=actor(request))
    if request.method == "POST" and form.is_valid() and (saved := form.submit()):
        messages.success(request, f"{saved.name} saved.")
        return redirect("assessments:organization", saved.slug)
    context = {"form": form, "organization": organization}
    return render(request, "assessments/organizations/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def capabilities(request: HttpRequest, slug: str) -> HttpResponse:
    """The capabilities that an organization added itself; a lead adds another one."""
    organization, may_assess = get_organization(slug), can_assess(actor(request))
    form = OwnCapabilityForm(request.POST or None)
    if request.method == "POST":
        require(may_assess, ONLY_LEADS)
        if form.is_valid() and form.act(
            add_capability, organization=organization, **form.cleaned_data, actor=actor(request)
        ):
            messages.success(request, "Capability added. Assessments begun from now on include it.")
            return redirect("assessments:capabilities", slug)
    retirement = RetirementForm(organization=organization)
    return _capabilities(request, organization, form, retirement)


@require_POST
def retire_standard_one(request: HttpRequest, slug: str) -> HttpResponse:
    """Retire a standard capability for an organization."""
    organization = get_organization(slug)
    require(can_assess(actor(request)), ONLY_LEADS)
    form = RetirementForm(request.POST, organization=organization)
    if form.is_valid() and form.act(retire_standard, organization, **form.cleaned_data, actor=actor(request)):
        messages.success(request, "Retired. Later assessments state it as not applicable, with this reason.")
        return redirect("assessments:capabilities", slug)
    return _capabilities(request, organization, OwnCapabilityForm(), form)


@require_POST
def restore_standard_one(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Take the retirement of a standard capability back."""
    return act_and_redirect(
        request,
        lambda: restore_standard(get_organization(slug), capability=name, actor=actor(request)),
        done=f"{name} applies again. The next draft begins with the status of the last assessment.",
        to=resolve_url("assessments:capabilities", slug),
    )


def _capabilities(
    request: HttpRequest, organization: Organization, form: OwnCapabilityForm, retirement: RetirementForm
) -> HttpResponse:
    may_assess, capabilities = can_assess(actor(request)), list(own_capabilities(organization))
    context = {
        "organization": organization,
        "capabilities": capabilities,
        "retirements": list(retirements_of(organization)),
        "form": form if may_assess else None,
        "retirement_form": retirement if may_assess else None,
    }
    if form.errors or retirement.errors:
        return render(request, "assessments/organizations/capabilities.html", context, status=422)
    table = Table("capabilities", COLUMNS, _cells(capabilities))
    return page_or_csv(request, "assessments/organizations/capabilities.html", context, [table])


def _cells(rows: Iterable[Capability]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.name,
            row.description,
            row.group,
            label(row.default_priority),
            row.retired_at and row.retired_at.date(),
        ]


@require_POST
def retire_capability(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Retire a capability of an organization's own, or take that back (`retired` 0)."""
    retired = request.POST.get("retired") != "0"

    def retire() -> Any:
        capability = get_own_capability(get_organization(slug), name)
        fields = {"description": capability.description, "default_priority": capability.default_priority}
        return describe_capability(capability, **fields, retired=retired, actor=actor(request))

    done = (
        f"{name} is retired: later assessments leave it out." if retired else f"{name} is in later assessments again."
    )
    return act_and_redirect(request, retire, done=done, to=resolve_url("assessments:capabilities", slug))
