"""Marking a model as regulated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST

from platform_site.pages import act_and_redirect, actor
from registry.regulation.actions.regulated_models import mark_regulated
from registry.versions.queries import model_versions


@require_POST
def set_regulated(request: HttpRequest, name: str) -> HttpResponse:
    """Mark a model as regulated, or remove the mark."""
    model, regulated = model_versions.model(name), request.POST.get("regulated") == "True"
    reason = request.POST.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: mark_regulated(model, regulated, reason=reason, actor=actor(request)),
        done=f"{name} is {'regulated now' if regulated else 'no longer regulated'}.",
        to=resolve_url("registry:model", name),
    )
