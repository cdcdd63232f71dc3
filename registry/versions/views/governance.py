"""Overrides and promotion policies."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_assess, can_contribute
from platform_site.pages import actor, decide_and_redirect, page_of, show_errors
from registry.features.queries.gate_settings import gate_settings
from registry.models import ApprovalRequest
from registry.versions.actions.gate_settings import save_gate_settings
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.policies import save_policy
from registry.versions.forms import OverrideForm, PolicyForm, SettingsForm
from registry.versions.queries import approval_requests, gates, model_versions, overrides, policies

DECISIONS = {
    "approve": (approve_override, "The override is approved and in force."),
    "reject": (reject_override, "The override is rejected."),
}


@require_safe
def override_list(request: HttpRequest) -> HttpResponse:
    """Every override, newest first, with the buttons for whoever may decide."""
    context = {"page_obj": page_of(request, overrides.overrides()), "actor": actor(request)}
    return render(request, "registry/versions/overrides/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def override_request(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The form to request an override, beside what it would cover."""
    model_version = model_versions.version(name, version)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = timezone.now() + timedelta(days=form.cleaned_data["days"])
        reason = form.cleaned_data["reason"]
        if form.act(request_override, model_version, reason=reason, expires_at=until, actor=actor(request)):
            messages.success(request, "The override is requested. The gate stays blocked until an approver decides.")
            return redirect("registry:model_version", name, version)
    context = {"form": form, "version": model_version, "causes": gates.causes_to_override(model_version)}
    return render(request, "registry/versions/overrides/request.html", context)


@require_POST
def decide_override(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Approve or reject an override that somebody else requested."""
    return decide_and_redirect(
        request, DECISIONS, decision, overrides.override(pk), to=resolve_url("registry:overrides")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def policy_list(request: HttpRequest) -> HttpResponse:
    """The policies in force, their earlier versions, and the form for the next version."""
    may_save = can_assess(actor(request)) or any(can_contribute(actor(request), team) for team in actor(request).teams)
    form = PolicyForm(request.POST or None, initial=_initial(request.GET.get("policy", "")))
    if request.method == "POST" and form.is_valid():
        saved = form.act(save_policy, **form.cleaned_data, actor=actor(request))
        if isinstance(saved, ApprovalRequest):
            messages.success(request, "This version is looser, so it waits until another person approves it.")
            return redirect(saved.get_absolute_url())
        if saved:
            messages.success(request, f"{saved} is saved and in force.")
            return redirect("registry:policies")
    settings = gate_settings()
    initial = {name: getattr(settings, name) for name in SettingsForm.base_fields if name != "reason"}
    context = {
        "current": policies.current(),
        "pending": approval_requests.waiting().filter(model_version=None),
        "page_obj": page_of(request, policies.policies()),
        "form": form,
        "may_save": may_save,
        "settings": settings,
        "settings_form": SettingsForm(initial=initial) if can_assess(actor(request)) else None,
    }
    return render(request, "registry/versions/policies.html", context)


@require_POST
def save_settings(request: HttpRequest) -> HttpResponse:
    """Save how the gates work."""
    form = SettingsForm(request.POST)
    saved = form.is_valid() and form.act(save_gate_settings, **form.cleaned_data, actor=actor(request))
    if isinstance(saved, ApprovalRequest):
        messages.success(request, "These settings are looser, so they wait until another person approves them.")
        return redirect(saved.get_absolute_url())
    if saved:
        messages.success(request, "The settings of the gates are saved.")
    show_errors(request, form)
    return redirect("registry:policies")


def _initial(name: str) -> dict[str, object]:
    policy = policies.newest(name) if name else None
    return PolicyForm.initial_of(policy) if policy else {}
