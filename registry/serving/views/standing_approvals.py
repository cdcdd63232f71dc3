"""The page of a model's fast lane: what is in force, what waits, and the form to request it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from platform_site.access import can_approve, can_deploy, can_revoke_standing_approval
from platform_site.pages import actor, decide_and_redirect, page_of
from registry.models import RegisteredModel, StandingApproval
from registry.serving.actions.standing_approvals import (
    approve_standing_approval,
    reject_standing_approval,
    request_standing_approval,
    revoke_standing_approval,
    withdraw_standing_approval,
)
from registry.serving.forms import FastLaneForm
from registry.serving.queries import standing_approvals
from registry.serving.queries.production import PRODUCTION
from registry.versions.queries import model_versions

DECISIONS = {
    "approve": (approve_standing_approval, "Approved. Retrained versions within its limits serve without waiting."),
    "reject": (reject_standing_approval, "Standing approval rejected."),
    "withdraw": (withdraw_standing_approval, "Standing approval withdrawn."),
    "revoke": (revoke_standing_approval, "Standing approval revoked. The next change waits for a person."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def fast_lane(request: HttpRequest, name: str) -> HttpResponse:
    """The fast lane of a model in each environment, its history, and the form to request one."""
    model, me = model_versions.model(name), actor(request)
    environment = (request.POST if request.method == "POST" else request.GET).get("environment", PRODUCTION)[:63]
    baseline = standing_approvals.baseline_of(model, environment)
    form = FastLaneForm(request.POST or None, baseline=baseline, initial={"environment": environment})
    if request.method == "POST" and form.is_valid():
        made = form.act(request_standing_approval, model, **form.request_fields(), actor=me)
        if made:
            messages.success(request, "The standing approval waits for an approver.")
            return redirect(made)
    team = model.owner_team.slug
    context = {
        "model": model,
        "lanes": [
            (lane, lane.waiting and can_approve(me, lane.waiting.requested_by))
            for lane in standing_approvals.fast_lanes(model)
        ],
        "page_obj": page_of(request, _ended(model)),
        "form": form if can_deploy(me, team) and not model.regulated and baseline else None,
        "baseline": baseline,
        "environment": environment,
        "may_request": can_deploy(me, team),
        "may_revoke": can_revoke_standing_approval(me, team),
    }
    status = 422 if form.errors else 200
    return render(request, "registry/serving/fast_lane/page.html", context, status=status)


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve, reject, withdraw or revoke a standing approval."""
    approval = standing_approvals.standing_approval(pk)
    return decide_and_redirect(request, DECISIONS, decision, approval, to=approval.get_absolute_url())


def _ended(model: RegisteredModel) -> QuerySet[StandingApproval]:
    return standing_approvals.standing_approvals().filter(model=model)
