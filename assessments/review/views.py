"""The review of an organization as a page and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.queries import get_organization
from assessments.review.actions import subscriptions
from assessments.review.queries import EARLIEST, KINDS, day_in, review_file, review_of
from assessments.review.queries.subscriptions import (
    next_mail_on,
    subscriber_of,
    subscription_of,
    why_nothing_is_sent,
)
from assessments.review.rules.digest import WHEN
from assessments.review.rules.sections import MOST_SHOWN, Section
from platform_site.access import Actor
from platform_site.documents.files import KIND_TITLES, download
from platform_site.errors import Fault, Invalid
from platform_site.pages import Table, act_and_redirect, actor, page_or_csv

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
        "review": (shown := review_of(organization, since)),
        "pages": PAGES,
        "most_shown": MOST_SHOWN,
        **_subscription(actor(request), organization),
        "kinds": {kind: KIND_TITLES[kind] for kind in KINDS},
        "since": request.GET.get("since", "")[:20],
        "faults": faults,
        "earliest": EARLIEST,
        "today": timezone.now().date(),
    }
    if faults:
        return render(request, "assessments/review/page.html", context, status=422)
    return page_or_csv(
        request, "assessments/review/page.html", context, [_table(section) for section in shown.sections]
    )


def _table(section: Section) -> Table:
    """The rows behind a section; days as they are written, states in words."""
    rows = ([row.values[column.name] for column in section.columns] for row in section.rows)
    return Table(section.name, [column.title for column in section.columns], rows)


def _subscription(reader: Actor, organization: Organization) -> dict[str, Any]:
    """What the page says about the reader's digest."""
    subscription = subscription_of(reader.user_id, organization)
    return {
        "subscription": subscription,
        "when": WHEN,
        "next_mail_on": next_mail_on(subscription) if subscription else None,
        "why_nothing_is_sent": why_nothing_is_sent(),
    }


@require_POST
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """Subscribe to the digest, or change how often it comes."""
    organization, every = get_organization(slug), request.POST.get("every", "")
    return act_and_redirect(
        request,
        lambda: subscriptions.subscribe(organization, every=every, actor=actor(request)),
        to=organization_review(organization),
        done=lambda subscription: f"You get this review by mail {WHEN[subscription.every]}.",
        on_refusal=organization_review(organization),
    )


@require_POST
def unsubscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """End one's own subscription."""
    organization = get_organization(slug)
    return act_and_redirect(
        request,
        lambda: subscriptions.unsubscribe(organization, actor=actor(request)),
        to=organization_review(organization),
        done="You no longer get this review by mail.",
    )


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """The link in a mail: GET asks, so that a scanner of mails ends nothing; POST ends the subscription.

    The key says who may: mail programs send the POST themselves (RFC 8058), without a session or a token of a form.
    """
    if request.method == "POST":
        organization, is_ended = subscriptions.unsubscribe_by_key(key), True
    else:
        subscriber = subscriber_of(key)
        organization, is_ended = (
            subscriber.organization,
            subscription_of(subscriber.person.pk, subscriber.organization) is None,
        )
    context = {"organization": organization, "is_ended": is_ended}
    return render(request, "assessments/review/unsubscribe.html", context)


def organization_review(organization: Organization) -> str:
    """The address of the page of the review."""
    return reverse("assessments:review", args=[organization.slug])


@require_safe
def file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The same as a file, for example of Markdown."""
    return download(review_file(review_of(get_organization(slug), day_in(request.GET.get("since", ""))), kind))
