"""Add an organization, and change the facts about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.models import Organization
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.forms import OrganizationForm
from assessments.organizations.queries import get_organization
from platform_site.access import can_assess, require
from platform_site.pages import actor


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an organization with the facts that are known."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the facts about an organization."""
    return _form(request, get_organization(slug))


def _form(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    require(can_assess(actor(request)), ONLY_LEADS)
    form = OrganizationForm(request.POST or None, instance=organization, actor=actor(request))
    if request.method == "POST" and form.is_valid() and (saved := form.submit()):
        messages.success(request, f"{saved.name} saved.")
        return redirect("assessments:organization", saved.slug)
    context = {"form": form, "organization": organization}
    return render(request, "assessments/organizations/form.html", context, status=422 if form.errors else 200)
