"""The search as a page, and as what stands under the box while somebody writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.errors import Invalid
from platform_site.pages import actor
from platform_site.roof.search.queries import LABELS, MOST, SHOWN, cleaned, search, summary


@require_safe
@of_one_organization
def search_page(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """What matches `?q=`; `?kind=` shows all that matches of one kind. For htmx the groups alone."""
    written, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    context: dict[str, Any] = {
        "query": written.strip()[:200],
        "kind": kind,
        "labels": LABELS,
        "organization": organization,
    }
    context["kind_label"] = LABELS.get(kind, "")
    status = 200
    if "q" in request.GET:
        try:
            text = cleaned(written)
            shown = MOST if kind else SHOWN
            groups = search(text, organization, actor(request), kind=kind, shown=shown)
            context |= {"groups": groups, "searched": True} | summary(groups)
        except Invalid as refusal:
            status = 200 if not written.strip() else int(refusal.status)
            context["fault"] = refusal.message
    template = "search/groups.html" if getattr(request, "htmx", False) else "search/page.html"
    return render(request, template, context, status=200 if template == "search/groups.html" else status)
