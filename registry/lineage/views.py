"""Decide what lineage events report of a source table."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST

from platform_site.pages import LONGEST_REASON, act_and_redirect, actor
from registry.lineage.actions.observations import accept_observation, dismiss_observation
from registry.lineage.queries import observations

ACTIONS = {"accept": accept_observation, "dismiss": dismiss_observation}
DONE = {
    "accept": "Accepted: the source table has a new version.",
    "dismiss": "Dismissed. The same code is not offered again.",
}


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Accept or dismiss an observation, as a contributor of the table's owner team."""
    if decision not in ACTIONS:
        raise Http404
    row, reason = observations.observation(pk), request.POST.get("reason", "")[:LONGEST_REASON]
    return act_and_redirect(
        request,
        lambda: ACTIONS[decision](row, reason=reason, actor=actor(request)),
        done=DONE[decision],
        to=resolve_url("registry:source_table", row.source_table.name),
    )
