"""What an approval link opens: the change, for the person whom it was made for; the decision is a POST of theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.pages import LONGEST_REASON, act_and_redirect, actor
from registry.serving.actions.approval_links import decide_by_link
from registry.serving.queries import change_requests
from registry.serving.queries.approval_links import link_for
from registry.serving.views.approvals import change_page

DONE = {"approve": "Approved. The change serves now.", "reject": "Change request rejected."}


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The change request that a link shows. Whoever is not signed in signs in first; nothing is decided or recorded."""
    link = link_for(token, actor(request).user_id)
    return change_page(request, change_requests.change_request(link.change_request_id), token)


@require_POST
def decide(request: HttpRequest, token: str, decision: str) -> HttpResponse:
    """Approve or reject by a link: once, in the session of the person whom it was made for."""
    me, reason = actor(request), request.POST.get("reason", "")[:LONGEST_REASON]
    pk = link_for(token, me.user_id).change_request_id
    return act_and_redirect(
        request,
        lambda: decide_by_link(token, decision, reason=reason, actor=me),
        done=DONE.get(decision, ""),
        to=resolve_url("registry:change_request", pk),
    )
