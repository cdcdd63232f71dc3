"""Set how the gates of this installation work: tighter at once, looser once another person approved it (G6)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from registry.features.queries.gate_settings import gate_settings
from registry.models import ApprovalRequest, GateSettings
from registry.versions.actions.approval_requests import (
    STALE,
    State,
    close,
    outdate,
    request_settings,
    settings_digest,
)
from registry.versions.rules.loosening import settings_differences, settings_loosened

SETTINGS = ("skew_closes_gate", "parity_first_in_production")
MEANWHILE = "Somebody else saved the gate settings meanwhile. Look at them again, then save."


def save_gate_settings(
    *,
    skew_closes_gate: bool | None = None,
    parity_first_in_production: bool | None = None,
    reason: str,
    actor: Actor,
) -> GateSettings | ApprovalRequest:
    """Save the settings of the gates, with a reason, or request them where they are looser than those in force.

    None leaves one as it is. The settings before stay on record.
    """
    access.require(access.can_assess(actor), "Only leads change the settings of the gates.")
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason. It stays on record.")])
    wanted = {"skew_closes_gate": skew_closes_gate, "parity_first_in_production": parity_first_in_production}
    with transaction.atomic():
        before = gate_settings()
        content = {name: getattr(before, name) if value is None else value for name, value in wanted.items()}
        values = content | {"reason": reason.strip()}
        if ways := settings_loosened(_values(before), content):
            return request_settings(before, values, ways, settings_differences(_values(before), content), actor)
        return _save(before, values, saved_by=actor.name, actor=actor)


def save_approved_settings(request: ApprovalRequest, *, reason: str, actor: Actor) -> Refused | None:
    """Save the settings that another person requested, inside the transaction of the caller, unless others came in
    between: then the refusal is returned."""
    before = gate_settings()
    if settings_digest(before, request.content) != request.digest:
        close(request, State.STALE, actor=access.SYSTEM)
        return Refused("stale", STALE, detail={"approval_request": request.pk})
    close(request, State.APPROVED, actor=actor, reason=reason)
    _save(before, request.content, saved_by=request.requested_by, approved_by=actor.name, actor=actor)
    return None


def _save(
    before: GateSettings, values: dict[str, Any], *, saved_by: str, approved_by: str = "", actor: Actor
) -> GateSettings:
    """The next settings with their event; requests that are based on those before become stale."""
    try:
        with transaction.atomic():
            saved = GateSettings.objects.create(
                pk=(before.pk or 0) + 1,
                **values,
                saved_by=saved_by,
                saved_at=timezone.now(),
                approved_by=approved_by,
            )
    except IntegrityError as error:
        raise Refused("changed", MEANWHILE) from error
    outdate(saved)
    payload = values | {"changes": changes(_values(before), _values(saved))}
    if approved_by:
        payload |= {"saved_by": saved_by, "approved_by": approved_by}
    record("gate_settings.saved", subject="gate_settings", actor=actor, payload=payload)
    return saved


def _values(settings: GateSettings) -> dict[str, bool]:
    return {name: getattr(settings, name) for name in SETTINGS}
