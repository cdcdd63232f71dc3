"""Imports from other tools: read one, check its plan, apply it or drop it; and what MLflow sends."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_describe_data
from platform_site.environment.mlflow import MlflowServer
from platform_site.pages import act_and_redirect, actor, page_of
from platform_site.text.wording import in_words
from registry.imports.actions import apply_import, drop_import
from registry.imports.forms import FORMS
from registry.imports.queries import plans as imports
from registry.imports.queries.steps import Step
from registry.imports.receivers.events import take_event
from registry.imports.rules.candidates import RecordKind, Unreadable
from registry.imports.rules.events import LARGEST_BYTES, LONGEST_ID, is_fresh, is_signed, parse
from registry.models import Import, System

SHOWN = 200
EXISTING = ("created", "observed", "changed", "change", "keep_origin", "origin_kept", "already_there", "gone")
PAGES: dict[str, str] = {
    RecordKind.SOURCE_TABLE: "registry:source_table",
    RecordKind.FEATURE: "registry:feature",
    RecordKind.MODEL: "registry:model",
    RecordKind.MODEL_VERSION: "registry:model_version",
}
TITLES = {
    "created": "Created",
    "observed": "Observed: registered once every part is there",
    "changed": "Changed",
    "create": "To create",
    "observe": "To observe: not every part is there yet",
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
    context["events"] = imports.newest_events()
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
        "to_apply": sum(counts.get(effect, 0) for effect in ("create", "observe", "change", "keep_origin")),
        "may_import": can_describe_data(actor(request)),
        "server_address": record.origin,
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


# -- what MLflow sends: the signature is the sign-in, no session and no token -------------------------------------------

CONTENT_TYPE = "application/problem+json"
NOT_SET_UP = (
    "No MLflow server has a webhook secret here, so no event can be verified. Set MLFLOW_WEBHOOK_SECRET, or webhook_secret of a "
    "server in MLFLOW_SERVERS, to the secret of the webhook in MLflow: at least 32 random characters."
)


@csrf_exempt
@login_not_required
def receive(request: HttpRequest) -> JsonResponse:
    """Take a signed delivery; the same delivery again changes nothing. 404 where no server has a secret."""
    servers = [server for server in settings.MLFLOW_SERVERS.values() if server.webhook_secret]
    if not servers:
        return _problem(404, "not_found", NOT_SET_UP)
    if request.method != "POST":
        return _problem(405, "method_not_allowed", "Send a POST request.")
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > LARGEST_BYTES:
        return _problem(413, "too_large", f"An event has at most {LARGEST_BYTES:,} bytes.")
    delivery_id = request.headers.get("X-MLflow-Delivery-Id", "")
    timestamp = request.headers.get("X-MLflow-Timestamp", "")
    server = _sender(request, servers, delivery_id, timestamp)
    if server is None or not 0 < len(delivery_id) <= LONGEST_ID:
        return _problem(401, "bad_signature", "X-MLflow-Signature does not sign this delivery, timestamp and body.")
    if not is_fresh(timestamp, time.time()):
        return _problem(401, "stale_signature", "The delivery was signed more than five minutes ago, or in the future.")
    try:
        event = parse(request.body)
    except Unreadable as unreadable:
        return _problem(400, "malformed", str(unreadable))
    row, created = take_event(server.name, delivery_id, event)
    if row is None:
        return _problem(503, "too_many_events", "Too many events wait for a worker. Send this one again later.")
    return JsonResponse({"id": row.pk, "state": row.state, "recorded": created}, status=202 if created else 200)


def _sender(request: HttpRequest, servers: list[MlflowServer], delivery_id: str, timestamp: str) -> MlflowServer | None:
    """The server whose secret signed the delivery; all of them are tried."""
    header = request.headers.get("X-MLflow-Signature", "")
    signed = [
        server for server in servers if is_signed(header, server.webhook_secret, delivery_id, timestamp, request.body)
    ]
    return signed[0] if signed else None


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    problem = {"type": "about:blank", "title": in_words(code), "status": status, "detail": detail, "code": code}
    return JsonResponse(problem | {"errors": []}, status=status, content_type=CONTENT_TYPE)
