"""What serves: a model's configuration, its changes, its rollouts, and going back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_deploy
from platform_site.errors import Unknown
from platform_site.pages import act_and_redirect, actor, page_of
from registry.serving.actions.deployments import Outcome, deploy, rollback
from registry.serving.actions.rollouts import abort_rollout, resume_rollout
from registry.serving.forms import RollbackForm, ServingForm
from registry.serving.queries import change_requests, deployments, proposals
from registry.serving.rules.configuration import side_by_side
from registry.versions.queries import model_versions

ROLLOUT_ENDS = {"resume": (resume_rollout, "It goes on."), "abort": (abort_rollout, "It is ended; the traffic stays.")}


@require_safe
def serving(request: HttpRequest, name: str) -> HttpResponse:
    """What serves of a model, environment by environment, and how it came to."""
    found = model_versions.model(name)
    places = deployments.places(found)
    may_deploy = can_deploy(actor(request), found.owner_team.slug)
    context = {
        "model": found,
        "places": [(place, _rollback_form(place, may_deploy)) for place in places],
        "rollouts": change_requests.under_way(found),
        "waiting": change_requests.waiting().filter(model=found),
        "page_obj": page_of(request, deployments.deployments().filter(revision__model=found)),
        "may_deploy": may_deploy,
    }
    return render(request, "registry/serving/page.html", context)


@require_safe
def deployment_list(request: HttpRequest) -> HttpResponse:
    """Every deployment of every model, the newest first."""
    return render(
        request, "registry/serving/deployments.html", {"page_obj": page_of(request, deployments.deployments())}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, name: str) -> HttpResponse:
    """The form in which a change is asked for, with what it would do."""
    found = model_versions.model(name)
    versions = list(model_versions.versions(found))
    form = ServingForm(request.POST or None, versions=versions, initial=_initial(request))
    context = {"form": form, "model": found}
    if request.method == "POST" and form.is_valid():
        version = model_versions.version(name, form.cleaned_data["version"])
        given = {"environment": form.cleaned_data["environment"], "asked": form.asked()}
        if "preview" in request.POST:
            return render(request, "registry/serving/change/form.html", context | _preview(form, version, given))
        outcome = form.act(deploy, version, **given, reason=form.cleaned_data["reason"], actor=actor(request))
        if outcome:
            return _told(request, name, outcome)
    return render(request, "registry/serving/change/form.html", context, status=422 if form.errors else 200)


@require_POST
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back from a deployment to an earlier revision, or rehearse it."""
    found = deployments.deployment(pk)
    given, rehearsal = request.POST, bool(request.POST.get("rehearsal"))
    told = given.get("to_revision", "")[:9]
    number = int(told) if told.isdecimal() else 0
    reason = given.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: rollback(found, to_revision=number, reason=reason, rehearsal=rehearsal, actor=actor(request)),
        done="The rehearsal is recorded." if rehearsal else f"Revision {number} serves again.",
        to=resolve_url("registry:serving", found.revision.model.name),
    )


@require_POST
def end_rollout(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Go on with a rollout that stopped, or end it."""
    if decision not in ROLLOUT_ENDS:
        raise Unknown(f"A rollout is resumed or aborted, not {decision}: say resume or abort.")
    act, done = ROLLOUT_ENDS[decision]
    found, reason = change_requests.rollout(pk), request.POST.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: act(found, reason=reason, actor=actor(request)),
        done=done,
        to=resolve_url("registry:serving", found.model.name),
    )


def _rollback_form(place: deployments.Place, may_deploy: bool) -> RollbackForm | None:
    if not (may_deploy and place.earlier):
        return None
    return RollbackForm(place=place, auto_id=f"id_{place.environment}_%s")


def _initial(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:64] for name in ("version", "environment") if name in request.GET} or {
        "environment": "production"
    }


def _preview(form: ServingForm, version: object, given: dict[str, object]) -> dict[str, object]:
    seen = form.act(proposals.preview, version, **given)
    return {"seen": seen, "rows": side_by_side(seen.base, seen.head)} if seen else {}


def _told(request: HttpRequest, name: str, outcome: Outcome) -> HttpResponse:
    if outcome.request is not None:
        waits = (
            "It waits for an approver now." if outcome.changed else "This very change waits for an approver already."
        )
        messages.success(request, waits)
        return redirect(outcome.request)
    if outcome.changed:
        messages.success(request, f"Revision {outcome.deployment.revision.number} serves now.")
    else:
        messages.info(request, "This is what serves already: nothing was changed.")
    return redirect("registry:serving", name)
