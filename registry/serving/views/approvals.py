"""The inbox of approvals, and the page of one change request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import Actor, can_approve
from platform_site.pages import actor, decide_and_redirect, page_of
from registry.models import ChangeRequest
from registry.serving.actions.change_requests import approve_change, reject_change, withdraw_change
from registry.serving.queries import change_requests, standing_approvals
from registry.serving.queries.changes import leading_version
from registry.serving.rules.configuration import Configuration, predecessor, side_by_side
from registry.versions.queries import gates
from registry.versions.queries.gate_reports import report_of_verdict
from registry.versions.rules.message import Message, message

MOST = 100
DECISIONS: Mapping[str, tuple[Callable[..., Any], str]] = {
    "approve": (approve_change, "Approved. The change serves now."),
    "reject": (reject_change, "Change request rejected."),
    "withdraw": (withdraw_change, "Change request withdrawn."),
}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what they requested, and what was decided."""
    me = actor(request)
    for_me, of_me = change_requests.awaiting_decision_of(me), change_requests.requested_by_actor(me)
    context = {
        "actor": me,
        "changes": for_me.changes[:MOST],
        "passes": for_me.passes[:MOST],
        "statements": for_me.statements[:MOST],
        "requests": for_me.requests[:MOST],
        "lanes": standing_approvals.awaiting_decision_of(me)[:MOST],
        "my_lanes": standing_approvals.waiting().filter(requested_by=me.name)[:MOST],
        "access": change_requests.access_waiting_for(me)[:MOST],
        "my_changes": of_me.changes[:MOST],
        "my_passes": of_me.passes[:MOST],
        "my_statements": of_me.statements[:MOST],
        "my_requests": of_me.requests[:MOST],
        "page_obj": page_of(request, change_requests.change_requests().exclude(decided_at=None)),
    }
    return render(request, "registry/serving/approvals.html", context)


@require_safe
def change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One change request: both configurations, its impact, its evidence, and buttons for those who may decide."""
    return change_page(request, change_requests.change_request(pk))


def change_page(request: HttpRequest, pending: ChangeRequest, token: str = "") -> HttpResponse:
    """The page of a change request; ``token`` is that of the link that it was opened by."""
    me = actor(request)
    base = pending.base.configuration if pending.base else Configuration()
    head = pending.configuration
    waits = pending.word == "waiting"
    context = {
        "change": pending,
        "rows": side_by_side(base, head),
        "predecessor": predecessor(pending.parts, pending.model_version.version),
        "message": _gate_now(pending, head, base, me) if waits else None,
        "may_decide": waits and can_approve(me, pending.requested_by),
        "is_mine": waits and me.name == pending.requested_by,
        "token": token,
    }
    return render(request, "registry/serving/change/request.html", context | change_requests.evidence(pending))


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or reject another person's request, or withdraw one's own."""
    pending = change_requests.change_request(pk)
    return decide_and_redirect(request, DECISIONS, decision, pending, to=resolve_url("registry:change_request", pk))


def _gate_now(pending: ChangeRequest, head: Configuration, base: Configuration, me: Actor) -> Message:
    """What the gate would say now of the version that leads the change."""
    leading = leading_version(pending.model_version, head, base)
    pins = head.pins.get(leading.version)
    verdict = gates.deployment_verdict(leading, environment=pending.environment, pins=pins, requester=me.name)
    return message(report_of_verdict(leading, verdict))
