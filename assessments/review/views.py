"""The review of an organization as a page and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.organizations.queries import get_organization
from assessments.review.queries import EARLIEST, KINDS, day_in, review_file, review_of
from platform_site.documents import KIND_TITLES, download
from platform_site.errors import Fault, Invalid

PAGES = {"initiatives": "assessments:initiative", "incidents": "assessments:postmortem"}


@require_safe
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything since the last review, or since the day that `?since=` names; a wrong day is named above the last review."""
    organization, faults = get_organization(slug), tuple[Fault, ...]()
    try:
        since = day_in(request.GET.get("since", ""))
    except Invalid as invalid:
        since, faults = None, invalid.faults
    context = {
        "organization": organization,
        "review": review_of(organization, since),
        "pages": PAGES,
        "kinds": {kind: KIND_TITLES[kind] for kind in KINDS},
        "since": request.GET.get("since", "")[:20],
        "faults": faults,
        "earliest": EARLIEST,
        "today": timezone.now().date(),
    }
    return render(request, "assessments/review/page.html", context, status=422 if faults else 200)


@require_safe
def file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The same as a file, for example of Markdown."""
    return download(review_file(review_of(get_organization(slug), day_in(request.GET.get("since", ""))), kind))
