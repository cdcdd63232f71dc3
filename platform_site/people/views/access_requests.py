"""Requests for a role or team that decides about others: the list, and the decision of another person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import Actor, can_decide_access
from platform_site.pages import actor, decide_and_redirect, page_of
from platform_site.people import queries
from platform_site.people.actions import approve_access, reject_access, withdraw_access
from platform_site.people.models import AccessRequest

DECISIONS = {
    "approve": (approve_access, "Approved. They hold it from now on."),
    "reject": (reject_access, "Access request rejected."),
    "withdraw": (withdraw_access, "Access request withdrawn."),
}
MOST = 100


@require_safe
def access_request_list(request: HttpRequest) -> HttpResponse:
    """What waits, with buttons for those who may decide it, and what was decided."""
    me = actor(request)
    waiting = [_with_buttons(row, me) for row in queries.waiting_access_requests()[:MOST]]
    decided = queries.access_requests().exclude(pk__in=[row.pk for row in waiting])
    return render(request, "people/access_requests.html", {"waiting": waiting, "page_obj": page_of(request, decided)})


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or reject another person's request, or withdraw one's own."""
    pending = queries.access_request(pk)
    return decide_and_redirect(request, DECISIONS, decision, pending, to="access_requests")


def _with_buttons(row: AccessRequest, me: Actor) -> AccessRequest:
    row.may_decide = can_decide_access(me, row.requested_by, row.user.username)  # type: ignore[attr-defined]
    row.is_mine = row.requested_by == me.name  # type: ignore[attr-defined]
    return row
