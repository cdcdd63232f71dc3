"""What waits for another person: the inbox, and one change with what it rests on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_approve
from platform_site.errors import Unknown
from platform_site.pages import act_and_redirect, actor, page_of
from registry.serving.actions.change_requests import approve_change, reject_change, withdraw_change
from registry.serving.queries import change_requests
from registry.serving.queries.changes import leading_version
from registry.serving.rules.configuration import Configuration, side_by_side
from registry.versions.queries import gates

DECISIONS = {
    "approve": (approve_change, "It is approved and serves now."),
    "reject": (reject_change, "It is rejected."),
    "withdraw": (withdraw_change, "It is withdrawn."),
}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for my word, what I asked for, and what was decided lately."""
    me = actor(request)
    changes, passes = change_requests.for_me(me)
    my_changes, my_passes = change_requests.of_mine(me)
    context = {
        "actor": me,
        "changes": changes[:100],
        "passes": passes[:100],
        "my_changes": my_changes[:100],
        "my_passes": my_passes[:100],
        "page_obj": page_of(request, change_requests.change_requests().exclude(decided_at=None)),
    }
    return render(request, "registry/serving/approvals.html", context)


@require_safe
def change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: both sides, what makes up its impact, what it rests on, and the buttons for whoever may decide."""
    found, me = change_requests.change_request(pk), actor(request)
    base = found.base.configuration if found.base else Configuration()
    head = found.configuration
    waits = found.word == "waiting"
    context = {
        "change": found,
        "rows": side_by_side(base, head),
        "verdict": _gate_now(found, head, base) if waits else None,
        "may_decide": waits and can_approve(me, found.requested_by),
        "is_mine": waits and me.name == found.requested_by,
    }
    return render(request, "registry/serving/change/request.html", context | change_requests.evidence(found))


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or reject what somebody else asked for, or withdraw one's own."""
    if decision not in DECISIONS:
        raise Unknown(f"A change is approved, rejected or withdrawn, not {decision}.")
    act, done = DECISIONS[decision]
    found, reason = change_requests.change_request(pk), request.POST.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: act(found, reason=reason, actor=actor(request)),
        done=done,
        to=resolve_url("registry:change_request", pk),
    )


def _gate_now(found: object, head: Configuration, base: Configuration) -> object:
    leading = leading_version(found.model_version, head, base)
    return gates.deployment_verdict(leading, environment=found.environment, pins=head.pins.get(leading.version))
