"""Imports from other tools: read one, check its plan, apply it or drop it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_describe_data
from platform_site.pages import act_and_redirect, actor, page_of
from registry.imports.actions import apply_import, drop_import
from registry.imports.forms import FORMS
from registry.imports.queries import plans as imports
from registry.imports.queries.steps import Step
from registry.imports.rules.candidates import RecordKind
from registry.models import Import, System

SHOWN = 200
EXISTING = ("created", "changed", "change", "keep_origin", "origin_kept", "already_there", "gone")
PAGES: dict[str, str] = {
    RecordKind.SOURCE_TABLE: "registry:source_table",
    RecordKind.FEATURE: "registry:feature",
    RecordKind.MODEL: "registry:model",
    RecordKind.MODEL_VERSION: "registry:model_version",
}
TITLES = {
    "created": "Created",
    "changed": "Changed",
    "create": "To create",
    "change": "To change",
    "gone": "No longer at the origin",
    "cannot": "Left out",
    "keep_origin": "Already there, origin to record",
    "origin_kept": "Already there, origin recorded",
    "already_there": "Already there",
}


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """The tools to import from, and earlier imports."""
    forms: dict[str, Any] = {system: form(prefix=system) for system, form in FORMS.items()}
    return render(request, "registry/imports/list.html", _context(request, forms))


@require_POST
def offer(request: HttpRequest, system: str) -> HttpResponse:
    """Read a file or a server, and show its plan."""
    if system not in FORMS:
        raise Http404
    forms: dict[str, Any] = {name: form(prefix=name) for name, form in FORMS.items()}
    forms[system] = form = FORMS[System(system)](request.POST, request.FILES, prefix=system)
    if form.is_valid() and (offered := form.offer(actor(request))):
        return redirect("registry:import", offered.pk)
    return render(request, "registry/imports/list.html", _context(request, forms), status=422)


def _context(request: HttpRequest, forms: dict[str, Any]) -> dict[str, object]:
    context = {"page_obj": page_of(request, imports.imports()), "may_import": can_describe_data(actor(request))}
    return context | {"forms": [(System(system), form) for system, form in forms.items()]}


@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its plan, or its outcome."""
    record = imports.get_import(pk)
    steps, counts, digest = imports.shown(record, actor(request))
    by_effect = [(effect, [step for step in steps if step.effect == effect]) for effect in TITLES]
    context = {
        "import_record": record,
        "counts": counts,
        "already_there": sum(counts.get(effect, 0) for effect in ("keep_origin", "origin_kept", "already_there")),
        "digest": digest,
        "sections": [
            (effect, TITLES[effect], [_shown(step) for step in of_effect[:SHOWN]], len(of_effect))
            for effect, of_effect in by_effect
            if of_effect
        ],
        "to_apply": sum(counts.get(effect, 0) for effect in ("create", "change", "keep_origin")),
        "may_import": can_describe_data(actor(request)),
        "is_offered": record.state == Import.State.OFFERED,
    }
    return render(request, "registry/imports/import.html", context)


def _shown(step: Step) -> dict[str, object]:
    """A step with the address of its record, where there is one."""
    page = PAGES.get(step.kind) if step.effect in EXISTING else None
    return {"step": step, "url": resolve_url(page, *step.name.split("/")) if page else ""}


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the plan that was shown."""
    return act_and_redirect(
        request,
        lambda: apply_import(imports.get_import(pk), digest=request.POST.get("digest", ""), actor=actor(request)),
        done="The import is applied. What could not be imported is listed with its reason.",
        to=resolve_url("registry:import", pk),
    )


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an import that was not applied."""
    return act_and_redirect(
        request,
        lambda: drop_import(imports.get_import(pk), actor=actor(request)),
        done="The import is dropped. Nothing was changed.",
        to=resolve_url("registry:imports"),
        on_refusal=resolve_url("registry:import", pk),
    )
