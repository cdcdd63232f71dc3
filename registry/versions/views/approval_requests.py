"""The page of one approval request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_approve_request
from platform_site.pages import actor, decide_and_redirect
from registry.versions.actions.approval_decisions import approve_request, reject_request, withdraw_request
from registry.versions.queries import approval_requests

DECISIONS = {
    "approve": (approve_request, "Approved. It holds from now on."),
    "reject": (reject_request, "Request rejected."),
    "withdraw": (withdraw_request, "Request withdrawn."),
}


@require_safe
def approval_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what changes, why, and buttons for those who may decide."""
    pending, me = approval_requests.approval_request(pk), actor(request)
    waits = pending.status == pending.State.WAITING
    context = {
        "pending": pending,
        "may_decide": waits and can_approve_request(me, pending.requested_by, pending.keeper),
        "is_mine": waits and me.name == pending.requested_by,
    }
    return render(request, "registry/versions/approval_request.html", context)


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or reject another person's request, or withdraw one's own."""
    pending = approval_requests.approval_request(pk)
    return decide_and_redirect(request, DECISIONS, decision, pending, to=resolve_url("registry:approval_request", pk))
