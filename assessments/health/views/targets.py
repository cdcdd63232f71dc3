"""The form of an organization's target."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from assessments.health.actions.targets import remove_target, set_target
from assessments.health.forms import TargetForm
from assessments.health.queries.targets import target_shown
from assessments.models import Organization
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_organization
from platform_site.access import can_assess, require
from platform_site.pages import act_and_redirect, actor


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """Set what an organization wants to reach, and see where it is on the way."""
    organization = get_organization(slug)
    require(can_assess(actor(request)), ONLY_LEADS)
    shown = target_shown(organization)
    form = TargetForm(request.POST or None, organization=organization, target=shown.target if shown else None)
    if request.method == "POST" and form.is_valid() and _is_set(request, organization, form):
        messages.success(request, "Target saved.")
        return redirect("assessments:organization", slug)
    context = {"organization": organization, "form": form, "target": shown}
    return render(request, "assessments/organizations/target.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove an organization's target."""
    return act_and_redirect(
        request,
        lambda: remove_target(get_organization(slug), actor=actor(request)),
        done="Target removed. The audit log keeps it.",
        to=resolve_url("assessments:organization", slug),
    )


def _is_set(request: HttpRequest, organization: Organization, form: TargetForm) -> bool:
    return bool(form.act(set_target, organization, **form.cleaned_data, actor=actor(request)))
