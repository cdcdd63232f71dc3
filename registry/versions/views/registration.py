"""Adding a model and registering a version of it in the browser, with the call that a pipeline makes instead."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.views.decorators.http import require_http_methods

from platform_site.access import can_contribute, require
from platform_site.owned import who_may_edit
from platform_site.pages import actor
from registry.data.queries import datasets
from registry.features.queries import features
from registry.models import RegisteredModel
from registry.versions.actions.registration import register_model, register_version
from registry.versions.queries import model_versions
from registry.versions.registration_forms import ModelForm, VersionForm

OFFERED = 200
ANY_TEAM = "Only contributors add models: ask an administrator for the role."
DIGITS = "0" * 64


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The form that adds a model; its first version is registered next."""
    form = ModelForm(request.POST or None)
    if form.is_valid() and (made := form.act(register_model, **form.cleaned_data, actor=actor(request))):
        messages.success(request, f"Model {made.name} is added. Register its first version.")
        return redirect("registry:version_add", made.name)
    return render(
        request, "registry/versions/registering/model.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_version(request: HttpRequest, name: str) -> HttpResponse:
    """The form that registers a version, and the same as a call of the API."""
    model = model_versions.model(name)
    require(can_contribute(actor(request), model.owner_team.slug), who_may_edit(model))
    snapshots = list(datasets.newest_snapshots()[:OFFERED])
    current = [(row.name, row.current.name) for row in features.features()[:OFFERED] if row.current]
    form = VersionForm(request.POST or None, snapshots=snapshots, features=current)
    if form.is_valid() and (made := form.act(register_version, model, **form.arguments(), actor=actor(request))):
        messages.success(request, f"Version {made.version} is registered. Ask its gate whether it may be deployed.")
        return redirect("registry:model_version", name, made.version)
    context = {
        "model": model,
        "form": form,
        "call": _call(request, model, snapshots[0].digest if snapshots else DIGITS, [row for row, _ in current[:3]]),
    }
    return render(request, "registry/versions/registering/version.html", context, status=422 if form.errors else 200)


def _call(request: HttpRequest, model: RegisteredModel, snapshot: str, names: list[str]) -> str:
    """The same registration as a command line: with this server's address, a snapshot and features that exist."""
    body = {
        "version": "v1",
        "artifact": {"uri": f"s3://models/{model.name}/1", "digest": DIGITS},
        "lineage": {
            "code_commit": "'$(git rev-parse HEAD)'",
            "data_snapshot": snapshot,
            "feature_snapshot": {"latest": names},
            "container_digest": f"sha256:{DIGITS}",
            "hyperparameters": {},
            "evaluations": [{"metric": "mape", "value": 0.12}],
        },
    }
    address = request.build_absolute_uri(f"{get_script_prefix()}api/v1/models/{model.name}/versions/")
    return (
        f'curl -fsS -X POST {address} \\\n  -H "Authorization: Bearer $PLUMBLINE_TOKEN" '
        f"-H 'Content-Type: application/json' \\\n  -d '{json.dumps(body, indent=2)}'"
    )
