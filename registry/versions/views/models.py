"""Models, their versions and the gate."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_contribute
from platform_site.pages import Panel, act_and_redirect, actor, page_of, panel_context
from registry.versions.actions.gates import ask_deployment_gate
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.queries import gates, model_versions, overrides, policies, snapshots
from registry.versions.rules.fairness import OF_A_GROUP
from registry.versions.rules.lifecycle import STEPS, Stage


@require_safe
def model_list(request: HttpRequest) -> HttpResponse:
    """Every model, searched by name and description."""
    wanted = request.GET.get("search", "").strip()[:128]
    rows = model_versions.models()
    if wanted:
        rows = rows.filter(Q(name__icontains=wanted) | Q(description__icontains=wanted))
    return render(request, "registry/versions/models.html", {"page_obj": page_of(request, rows), "search": wanted})


@require_safe
def model(request: HttpRequest, name: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One model and its versions."""
    found = model_versions.model(name)
    context = {
        "model": found,
        "page_obj": page_of(request, model_versions.versions(found)),
    }
    return render(request, "registry/versions/model.html", context | panel_context(panels, request, found))


@require_safe
def model_version(request: HttpRequest, name: str, version: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One model version: what the gate would say now, and everything it rests on."""
    found = model_versions.version(name, version)
    verdict = gates.deployment_verdict(found)
    context = {
        "version": found,
        "verdict": verdict,
        "snapshot": snapshots.used_features(found) or [],
        "has_snapshot": hasattr(found, "snapshot"),
        "evaluations": [evaluation for evaluation in found.evaluations.all() if evaluation.metric not in OF_A_GROUP],
        "decisions": model_versions.decisions(found)[:10],
        "fairness": policies.fairness_of(found),
        "other_checks": [check for check in verdict.checks if not check.check.is_of_fairness],
        "overrides": overrides.shown_on(found)[:10],
        "actor": actor(request),
        "steps": STEPS[Stage(found.stage)],
        "may_change": can_contribute(actor(request), found.model.owner_team.slug),
    }
    context |= panel_context(panels, request, gates.GatedVersion(found, verdict))
    return render(request, "registry/versions/version.html", context)


@require_POST
def ask_gate(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Ask the deployment gate; its answer is recorded."""
    ask_deployment_gate(model_versions.version(name, version), actor=actor(request))
    return redirect(resolve_url("registry:model_version", name, version) + "#decisions")


@require_POST
def set_pin(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Pin one feature to the version trained on, or lift the pin when no version is given."""
    feature, wanted = request.POST.get("feature", ""), request.POST.get("version") or None
    found = model_versions.version(name, version)
    return act_and_redirect(
        request,
        lambda: pin_features(found, {feature: wanted}, actor=actor(request)),
        done=f"{feature} is pinned to {wanted}." if wanted else f"The pin on {feature} is lifted.",
        to=resolve_url("registry:model_version", name, version),
    )


@require_POST
def promote_version(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Move the version to the next stage, if the gate lets it."""
    to = request.POST.get("to", "")
    found = model_versions.version(name, version)
    return act_and_redirect(
        request,
        lambda: promote(found, to, actor=actor(request)),
        done=f"{name} {version} is in {to} now.",
        to=resolve_url("registry:model_version", name, version),
    )
