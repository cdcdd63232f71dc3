"""The guide: its index, its pages, and the glossary of all figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.models import Organization
from assessments.organizations.queries import list_organizations
from platform_site.errors import Unknown
from platform_site.roof.guide.pages import PAGES, READING
from platform_site.text.explanations import SECTIONS


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of pages."""
    return render(request, "guide/index.html", {"pages": READING})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every figure: what it means, what to act on, what it does not mean."""
    return render(request, "guide/glossary.html", {"sections": SECTIONS, "pages": PAGES})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, with links to the pages where a reader can act."""
    if slug not in PAGES:
        raise Unknown(f"The guide has no page {slug}.")
    place, first = READING.index(PAGES[slug]), list_organizations().first()
    context = {
        "page": READING[place],
        "before": READING[place - 1] if place else None,
        "after": READING[place + 1] if place + 1 < len(READING) else None,
        "conditions_url": _url("triggers", first),
        "strategy_url": _url("strategy", first),
    }
    return render(request, f"guide/{slug}.html", context)


def _url(name: str, organization: Organization | None) -> str:
    """A page of an organization, or the list of organizations if there is none."""
    return (
        reverse(f"assessments:{name}", args=[organization.slug])
        if organization
        else reverse("assessments:organizations")
    )
