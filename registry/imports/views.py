"""Imports from other tools: read one, look at the plan, apply it or forget it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_describe_data
from platform_site.pages import act_and_redirect, actor, page_of
from registry.imports.actions import apply_import, drop_import
from registry.imports.forms import FORMS
from registry.imports.queries import plans as imports
from registry.imports.queries.plans import Step
from registry.imports.rules.findings import Kind
from registry.models import Import, System

SHOWN = 200
THERE = ("created", "changed", "change", "keep_origin", "origin_kept", "already_there")
PAGES = {
    Kind.SOURCE_TABLE: "registry:source_table",
    Kind.FEATURE: "registry:feature",
    Kind.MODEL: "registry:model",
    Kind.MODEL_VERSION: "registry:model_version",
}
TITLES = {
    "created": "Created",
    "changed": "Changed",
    "create": "To create",
    "change": "To change",
    "cannot": "Left out",
    "keep_origin": "There already, origin to keep",
    "origin_kept": "There already, origin kept",
    "already_there": "Already there",
}


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """The tools that are read, and what was read before."""
    forms = {system: form(prefix=system) for system, form in FORMS.items()}
    return render(request, "registry/imports/list.html", _context(request, forms))


@require_POST
def offer(request: HttpRequest, system: str) -> HttpResponse:
    """Read a file or a server, and go to its plan."""
    if system not in FORMS:
        raise Http404
    forms = {name: form(prefix=name) for name, form in FORMS.items()}
    forms[system] = form = FORMS[System(system)](request.POST, request.FILES, prefix=system)
    if form.is_valid() and (offered := form.offer(actor(request))):
        return redirect("registry:import", offered.pk)
    return render(request, "registry/imports/list.html", _context(request, forms), status=422)


def _context(request: HttpRequest, forms: dict[str, object]) -> dict[str, object]:
    context = {"page_obj": page_of(request, imports.imports()), "may_import": can_describe_data(actor(request))}
    return context | {"forms": [(System(system), form) for system, form in forms.items()]}


@require_safe
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What applying would do, or what it did."""
    found = imports.one_import(pk)
    steps, counts, digest = imports.shown(found, actor(request))
    by_effect = [(effect, [step for step in steps if step.effect == effect]) for effect in TITLES]
    context = {
        "found": found,
        "counts": counts,
        "already_there": sum(counts.get(effect, 0) for effect in ("keep_origin", "origin_kept", "already_there")),
        "digest": digest,
        "sections": [
            (effect, TITLES[effect], [_shown(step) for step in some[:SHOWN]], len(some))
            for effect, some in by_effect
            if some
        ],
        "something": sum(counts.get(effect, 0) for effect in ("create", "change", "keep_origin")),
        "may_import": can_describe_data(actor(request)),
        "is_offered": found.state == Import.State.OFFERED,
    }
    return render(request, "registry/imports/import.html", context)


def _shown(step: Step) -> dict[str, object]:
    """A step, with where its record is once there is one."""
    page = PAGES.get(step.kind) if step.effect in THERE else None
    return {"step": step, "url": resolve_url(page, *step.name.split("/")) if page else ""}


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what was shown."""
    return act_and_redirect(
        request,
        lambda: apply_import(imports.one_import(pk), digest=request.POST.get("digest", ""), actor=actor(request)),
        done="The import is done. What could not be made is listed with its reason.",
        to=resolve_url("registry:import", pk),
    )


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what was only looked at."""
    return act_and_redirect(
        request,
        lambda: drop_import(imports.one_import(pk), actor=actor(request)),
        done="The import is forgotten; nothing was changed.",
        to=resolve_url("registry:imports"),
        on_refusal=resolve_url("registry:import", pk),
    )
