"""The capabilities that an organization leaves out for a time: those in force, those that ended, and a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from assessments.health.actions.exemptions import end_exemption, grant_exemption
from assessments.health.forms import ExemptionForm
from assessments.health.queries.exemptions import get_exemption, list_exemptions
from assessments.models import Exemption, Organization
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_organization
from platform_site.access import can_assess, require
from platform_site.errors import Unknown
from platform_site.pages import Table, act_and_redirect, actor, page_of, page_or_csv
from platform_site.text.wording import label

COLUMNS = [
    "Capability",
    "Last day",
    "Reason",
    "Granted by",
    "Granted at",
    "State",
    "Ended by",
    "Ended at",
    "Why it ended",
]


@require_http_methods(["GET", "HEAD", "POST"])
def exemptions(request: HttpRequest, slug: str) -> HttpResponse:
    """An organization's exemptions; a lead grants another one."""
    organization, may_assess = get_organization(slug), can_assess(actor(request))
    initial = {"capability": request.GET.get("capability", "")[:63]}
    form = ExemptionForm(request.POST or None, initial=initial, organization=organization)
    if request.method == "POST":
        require(may_assess, ONLY_LEADS)
        if form.is_valid() and _granted(request, organization, form):
            messages.success(request, "Exemption granted. Score and levels stay as they are.")
            return redirect("assessments:exemptions", slug)
    rows = list_exemptions().filter(organization=organization).order_by("-ends_on", "-pk")
    context = {
        "organization": organization,
        "page_obj": page_of(request, rows),
        "form": form if may_assess else None,
    }
    if form.errors:
        return render(request, "assessments/organizations/exemptions.html", context, status=422)
    table = Table("exemptions", COLUMNS, _cells(rows))
    return page_or_csv(request, "assessments/organizations/exemptions.html", context, [table])


def _cells(rows: QuerySet[Exemption]) -> Iterator[list[Any]]:
    for row in rows:
        granted = [row.ends_on, row.reason, row.granted_by, row.granted_at, label(row.state)]
        yield [row.capability.name, *granted, row.ended_by, row.ended_at, row.end_reason]


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End an exemption of an organization before its last day."""
    exemption = get_exemption(pk)
    if exemption.organization.slug != slug:
        raise Unknown(f"{slug} has no exemption {pk}.")
    return act_and_redirect(
        request,
        lambda: end_exemption(exemption, reason=request.POST.get("reason", ""), actor=actor(request)),
        done=f"The exemption of {exemption.capability.name} ended. It is proposed again.",
        to=resolve_url("assessments:exemptions", slug),
    )


def _granted(request: HttpRequest, organization: Organization, form: ExemptionForm) -> bool:
    return bool(form.act(grant_exemption, organization, **form.cleaned_data, actor=actor(request)))
