"""Labelling campaigns: the list, a form that starts one, and each with how far it is and its report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions.campaigns import WHO, end_campaign, start_campaign
from assessments.tickets.forms import CampaignForm
from assessments.tickets.queries import campaigns
from assessments.tickets.rules.campaigns import as_markdown
from platform_site.access import can_assess, require
from platform_site.errors import Unknown
from platform_site.pages import Table, act_and_redirect, actor, page_of, page_or_csv


@require_safe
@of_one_organization
def campaign_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Every campaign of an organization."""
    page = page_of(request, campaigns.campaigns(organization))
    rows = [(campaign, campaigns.report_of(campaign) if campaign.report else None) for campaign in page]
    context = {"page_obj": page, "rows": rows, "may_start": organization is not None and can_assess(actor(request))}
    return render(request, "assessments/tickets/campaigns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def start(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Start a campaign."""
    require(can_assess(actor(request)), WHO)
    if organization is None:
        raise Unknown("There is no organization yet. Add one, then start its campaign.")
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        campaign = form.act(start_campaign, organization, **form.arguments(), actor=actor(request))
        if campaign:
            messages.success(request, "The campaign is running. The label queue asks for its tickets now.")
            return redirect("assessments:campaign", campaign.pk)
    return render(request, "assessments/tickets/campaigns/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: how far it is, and what it has reached."""
    subject = campaigns.get_campaign(pk)
    report = campaigns.report_of(subject)
    context = {
        "campaign": subject,
        "report": report,
        "days_left": campaigns.days_left_of(subject),
        "people": campaigns.people_of(subject),
        "may_end": subject.ended_at is None and can_assess(actor(request)),
    }
    tables = [Table("people", ["Person", "Tickets"], report.by_person)]
    return page_or_csv(request, "assessments/tickets/campaigns/page.html", context, tables)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a campaign."""
    return act_and_redirect(
        request,
        lambda: end_campaign(campaigns.get_campaign(pk), actor=actor(request)),
        done="The campaign has ended. This is its report.",
        to=resolve_url("assessments:campaign", pk),
    )


@require_safe
def markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a Markdown file."""
    subject = campaigns.get_campaign(pk)
    name = {"Content-Disposition": f'attachment; filename="labelling-campaign-{pk}.md"'}
    text = as_markdown(subject, campaigns.report_of(subject))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=name)
