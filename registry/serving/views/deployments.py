"""Pages of what serves: changing it, rollbacks, rollouts and the deployment history."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_deploy
from platform_site.pages import act_and_redirect, actor, decide_and_redirect, page_of
from registry.models import ChangeRequest, Deployment, FeaturePin
from registry.serving.actions.deployments import Outcome, deploy, rollback
from registry.serving.actions.rollouts import abort_rollout, resume_rollout
from registry.serving.forms import RollbackForm, ServingForm
from registry.serving.queries import change_requests, deployments, proposals
from registry.serving.rules.configuration import side_by_side
from registry.versions.panels import model_head
from registry.versions.queries import model_versions
from registry.versions.queries.gate_reports import report_of_verdict
from registry.versions.queries.snapshots import pins_of
from registry.versions.rules.message import message

ROLLOUT_ENDS = {
    "resume": (resume_rollout, "Rollout resumed."),
    "abort": (abort_rollout, "Rollout aborted. The traffic stays as it is."),
}


@require_safe
def serving(request: HttpRequest, name: str) -> HttpResponse:
    """What serves for a model in each environment, and its deployment history."""
    model = model_versions.model(name)
    places = deployments.places(model)
    page = page_of(request, deployments.deployments().filter(revision__model=model))
    may_deploy = can_deploy(actor(request), model.owner_team.slug)
    context = model_head(model) | {
        "tab": "serving",
        "places": [(place, _rollback_form(place, may_deploy)) for place in places],
        "pins": pins_of(share.model_version_id for place in places for share in place.revision.shares.all()),
        "rollouts": change_requests.under_way(model),
        "waiting": change_requests.waiting().filter(model=model),
        "page_obj": page,
        "pins_of_deployments": _pins_now(page),
        "may_deploy": may_deploy,
    }
    return render(request, "registry/serving/page.html", context)


@require_safe
def deployment_list(request: HttpRequest) -> HttpResponse:
    """Every deployment of every model, the newest first."""
    page = page_of(request, deployments.deployments())
    return render(request, "registry/serving/deployments.html", {"page_obj": page, "pins": _pins_now(page)})


def _pins_now(page: Iterable[Deployment]) -> dict[int, list[FeaturePin]]:
    """The pins of each version on the page, at the newest of its deployments there, by that one's key."""
    newest: dict[int, int] = {}
    for deployment in page:
        newest.setdefault(deployment.model_version_id, deployment.pk)
    return {newest[version]: pins for version, pins in pins_of(newest).items()}


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, name: str) -> HttpResponse:
    """The form to request a change, with a preview."""
    model = model_versions.model(name)
    versions = list(model_versions.versions(model))
    form = ServingForm(request.POST or None, versions=versions, initial=_initial(request))
    context = {"form": form, "model": model}
    if request.method == "POST" and form.is_valid():
        version = model_versions.version(name, form.cleaned_data["version"])
        arguments = {"environment": form.cleaned_data["environment"], "proposal": form.proposal()}
        if "preview" in request.POST:
            return render(request, "registry/serving/change/form.html", context | _preview(form, version, arguments))
        outcome = form.act(deploy, version, **arguments, reason=form.cleaned_data["reason"], actor=actor(request))
        if outcome:
            return _redirect_with_message(request, name, outcome)
    return render(request, "registry/serving/change/form.html", context, status=422 if form.errors else 200)


@require_POST
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Roll back to an earlier revision, or rehearse it."""
    deployment = deployments.deployment(pk)
    fields, rehearsal = request.POST, bool(request.POST.get("rehearsal"))
    typed = fields.get("to_revision", "")[:9]
    number = int(typed) if typed.isdecimal() else 0
    reason = fields.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: rollback(deployment, to_revision=number, reason=reason, rehearsal=rehearsal, actor=actor(request)),
        done="Rehearsal recorded." if rehearsal else f"Revision {number} serves again.",
        to=resolve_url("registry:serving", deployment.revision.model.name),
    )


@require_POST
def end_rollout(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Resume a stopped rollout, or abort one."""
    rollout = change_requests.rollout(pk)
    return decide_and_redirect(
        request, ROLLOUT_ENDS, decision, rollout, to=resolve_url("registry:serving", rollout.model.name)
    )


def _rollback_form(place: deployments.Place, may_deploy: bool) -> RollbackForm | None:
    if not (may_deploy and place.earlier):
        return None
    return RollbackForm(place=place, auto_id=f"id_{place.environment}_%s")


def _initial(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:64] for name in ("version", "environment") if name in request.GET} or {
        "environment": "production"
    }


def _preview(form: ServingForm, version: object, arguments: dict[str, object]) -> dict[str, object]:
    seen = form.act(proposals.preview, version, **arguments)
    if seen is None:
        return {}
    content = message(report_of_verdict(seen.leading, seen.verdict))
    return {"seen": seen, "rows": side_by_side(seen.base, seen.head), "message": content}


def _redirect_with_message(request: HttpRequest, name: str, outcome: Outcome) -> HttpResponse:
    result = outcome.result
    if isinstance(result, ChangeRequest):
        waits = (
            "The change waits for an approver."
            if outcome.changed
            else "This change is already waiting for an approver."
        )
        messages.success(request, waits)
        return redirect(result)
    if outcome.changed:
        messages.success(request, f"Revision {result.revision.number} serves now.")
    else:
        messages.info(request, "This already serves. Nothing was changed.")
    return redirect("registry:serving", name)
