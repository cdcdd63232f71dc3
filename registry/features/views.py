"""Features: the list, one feature, its registration, its current version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import Actor, can_accept_difference, can_contribute, can_edit_details, require
from platform_site.owned import who_may_edit
from platform_site.owned_forms import DetailsForm
from platform_site.pages import (
    LONGEST_REASON,
    Panel,
    act_and_redirect,
    actor,
    narrow_in,
    page_of,
    panel_context,
    show_errors,
)
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.features.actions.registration import Registered, register_feature
from registry.features.forms import CurrentForm, FeatureForm
from registry.features.queries import features, impact
from registry.features.queries.gate_settings import parity_first, waiting_versions
from registry.models import Feature, FeatureVersion


@require_safe
def feature_list(request: HttpRequest) -> HttpResponse:
    """Every feature, searched by name, description and tags, of one team or with one tag."""
    wanted, rows = narrow_in(request, features.features())
    return render(
        request,
        "registry/features/list.html",
        {"page_obj": page_of(request, rows), "wanted": wanted, "everything": Feature.objects.all()},
    )


@require_safe
def feature(request: HttpRequest, name: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One feature: its current version, every version with the models trained on it, and what its comparisons found."""
    record = features.feature(name)
    timeline, waiting_for_parity = features.timeline(record), parity_first([record])
    others = [entry.version for entry in timeline if entry.version.pk != record.current_id]
    context = {
        "feature": record,
        "timeline": timeline,
        "source": next((entry.source for entry in timeline if entry.version.pk == record.current_id), None),
        "blocked": impact.blocked_by_current(record),
        "history": features.current_history(record)[:20],
        "form": CurrentForm(versions=others) if others else None,
        "may_change": can_contribute(actor(request), record.owner_team.slug),
        "may_edit": can_edit_details(actor(request), record.owner_team.slug),
        "needs_parity": bool(waiting_for_parity),
        "waiting": _waiting(record, actor(request)) if waiting_for_parity else [],
    }
    return render(request, "registry/features/feature.html", context | panel_context(panels, request, record))


@require_safe
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """Two versions of a feature side by side; the newest two by default."""
    record = features.feature(name)
    versions = list(features.versions(record))
    names = [version.name for version in versions]
    wanted = [request.GET.get("base", names[1] if len(names) > 1 else names[0]), request.GET.get("head", names[0])]
    base, head = (features.version(record, version_name) for version_name in wanted)
    changed = features.changes_between(base, head)
    labels = {"null_handling": "Null handling", "data_type": "Data type", "source_table": "Source table"}
    context = {
        "feature": record,
        "versions": versions,
        "base": base,
        "head": head,
        "sides": [("base", base), ("head", head)],
        "changed": changed,
        "fields": [(label, getattr(base, name), getattr(head, name)) for name, label in labels.items()],
    }
    return render(request, "registry/features/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form for a definition, filled in from the current one when a feature is named."""
    form = FeatureForm(request.POST or None, initial=_initial(request.GET.get("feature", "")))
    proposal = None
    if request.method == "POST" and "preview" in request.POST:
        form.fields["reason"].required = False
        if form.is_valid():
            arguments = form.arguments()
            proposal = form.act(
                impact.of_proposal, arguments["name"], arguments["definition"], dialect=arguments["dialect"]
            )
    elif request.method == "POST" and form.is_valid():
        registered = form.act(register_feature, **form.arguments(), actor=actor(request))
        if registered:
            return _registered(request, registered)
    return render(request, "registry/features/register.html", {"form": form, "proposal": proposal})


@require_POST
def set_parity_first(request: HttpRequest, name: str) -> HttpResponse:
    """Switch parity first on or off."""
    record, required = features.feature(name), request.POST.get("required") == "on"
    done = (
        "A new version now waits for its parity check." if required else "A new version is now current when registered."
    )
    return act_and_redirect(
        request,
        lambda: edit_feature(record, requires_parity=required, actor=actor(request)),
        done=done,
        to=resolve_url("registry:feature", name),
    )


@require_POST
def accept(request: HttpRequest, name: str) -> HttpResponse:
    """Accept that a version which waits for its parity check computes other values."""
    record, reason = features.feature(name), request.POST.get("reason", "")[:LONGEST_REASON]
    version = features.version(record, request.POST.get("version", ""))
    return act_and_redirect(
        request,
        lambda: accept_difference(record, version, reason=reason, actor=actor(request)),
        done=f"You accepted the difference. {version.name} is now the current version.",
        to=resolve_url("registry:feature", name),
    )


@require_POST
def make_current(request: HttpRequest, name: str) -> HttpResponse:
    """Make another version current, older or newer, with a reason."""
    record = features.feature(name)
    form = CurrentForm(request.POST, versions=list(features.versions(record)))
    if form.is_valid():
        version = features.version(record, form.cleaned_data["version"])
        if version.pk == record.current_id:
            messages.info(request, f"{version.name} is the current version already. Nothing was changed.")
            return redirect("registry:feature", name)
        if form.act(set_current, record, version, reason=form.cleaned_data["reason"], actor=actor(request)):
            messages.success(request, f"{version.name} is now the current version.")
            return redirect("registry:feature", name)
    show_errors(request, form)
    return redirect("registry:feature", name)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """The form that edits owner, description and tags."""
    record = features.feature(name)
    require(can_edit_details(actor(request), record.owner_team.slug), who_may_edit(record))
    form = DetailsForm(request.POST or None, initial=DetailsForm.initial_of(record))
    if form.is_valid() and form.act(edit_feature, record, **form.cleaned_data, actor=actor(request)):
        messages.success(request, f"The details of {name} are saved.")
        return redirect("registry:feature", name)
    status = 422 if form.errors else 200
    return render(request, "registry/features/edit.html", {"feature": record, "form": form}, status=status)


def _waiting(record: Feature, me: Actor) -> list[FeatureVersion]:
    """The versions that wait for their parity check, each with `may_accept`."""
    versions = list(waiting_versions(record))
    for version in versions:
        version.may_accept = can_accept_difference(me, version.registered_by)
    return versions


def _initial(name: str) -> dict[str, Any]:
    record = Feature.objects.select_related("current", "owner_team").filter(name=name).first()
    if record is None or record.current is None:
        return {}
    about = {"name": record.name, "owner_team": record.owner_team.slug, "description": record.description}
    return about | record.current.definition.as_dict() | {"dialect": record.current.dialect}


def _registered(request: HttpRequest, registered: Registered) -> HttpResponse:
    version = registered.version
    for warning in registered.warnings:
        messages.warning(request, warning)
    if not registered.created:
        messages.info(request, f"This definition is already registered as {version.name}.")
        return redirect("registry:feature", version.feature.name)
    messages.success(request, f"Registered as {version.name}, number {version.number}.")
    if registered.would_block:
        blocked = ", ".join(str(model_version) for model_version in registered.would_block)
        messages.warning(request, f"The deployment gate now blocks {blocked}.")
    if registered.run:
        return redirect("registry:run", registered.run.pk)
    return redirect("registry:feature", version.feature.name)
