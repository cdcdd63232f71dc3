"""Ask for an override, and decide one: two people, one reason, exactly the conflicts that were seen (G7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from registry.models import ModelVersion, Override
from registry.versions.actions.gates import lock_to_decide
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.snapshots import trained_versions
from registry.versions.rules.overrides import Cause, expiry_refused

NOTHING = "Nothing that an override could cover closes a gate of this version now."


def request_override(
    version: ModelVersion, *, reason: str, expires_at: datetime, pins: Mapping[str, str] | None = None, actor: Actor
) -> Override:
    """Ask to pass what closes the gates now, until a moment; ``pins`` asks to serve other versions than trained on.

    Invalid with every fault, Refused when nothing would be covered.
    """
    require_contributor(version.model, actor)
    now = timezone.now()
    with transaction.atomic():
        version = lock_to_decide(version)
        pinned, faults = _pin_causes(version, pins or {})
        if not reason.strip():
            faults.append(Fault("reason", "missing", "Say why: whoever approves it reads it, and so does an auditor."))
        if sentence := expiry_refused(expires_at, now=now):
            faults.append(Fault("expires_at", "out_of_range", sentence))
        if faults:
            raise Invalid(faults)
        causes = (*gates.causes_to_override(version), *pinned)
        if not causes:
            raise Refused("nothing_to_override", NOTHING)
        asked = Override.objects.create(
            model_version=version,
            causes=[{"key": cause.key, "sentence": cause.sentence} for cause in causes],
            reason=reason.strip(),
            requested_by=actor.name,
            requested_at=now,
            expires_at=expires_at,
        )
        payload = {"override": asked.pk, "reason": asked.reason, "causes": asked.causes}
        payload["expires_at"] = expires_at.isoformat()
        record("override.requested", subject=subject_of(version), actor=actor, payload=payload)
    return asked


def approve_override(override: Override, *, reason: str = "", actor: Actor) -> Override:
    """Let it stand; by another person than asked for it, before it ends. Refused when it is decided already."""
    return _decide(override, Override.State.APPROVED, reason, actor)


def reject_override(override: Override, *, reason: str = "", actor: Actor) -> Override:
    """Say no, for good: asking again is a new override."""
    return _decide(override, Override.State.REJECTED, reason, actor)


def _decide(override: Override, state: str, reason: str, actor: Actor) -> Override:
    if actor.name == override.requested_by:
        raise NotAllowed("Whoever asked for an override does not decide it: ask another person.", code="own_request")
    access.require(access.can_approve(actor, override.requested_by), "Only approvers decide overrides.")
    with transaction.atomic():
        override = (
            Override.objects.select_for_update(of=("self",), no_key=True)
            .select_related("model_version")
            .get(pk=override.pk)
        )
        if override.state != Override.State.REQUESTED:
            raise Refused("override_decided", f"It is {override.state} already, by {override.decided_by}.")
        now = timezone.now()
        if state == Override.State.APPROVED and override.expires_at <= now:
            raise Refused("override_ended", "The time it was asked for is over: ask again.")
        override.state, override.decided_by, override.decided_at = state, actor.name, now
        override.decision_reason = reason.strip()
        override.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        payload = {"override": override.pk, "reason": override.decision_reason, "causes": override.causes}
        record(f"override.{state}", subject=subject_of(override.model_version), actor=actor, payload=payload)
    return override


def _pin_causes(version: ModelVersion, pins: Mapping[str, str]) -> tuple[list[Cause], list[Fault]]:
    """A cause for each pin to another version than trained on, and a fault for each that means nothing."""
    trained, causes, faults = trained_versions(version), [], []
    for name, wanted in pins.items():
        used = trained.get(name)
        found = used.feature.versions.filter(name=wanted).first() if used else None
        if found is None or found.name == used.name:
            sentence = f"Name a feature of the snapshot and another version of it than trained on, not {name}@{wanted}."
            faults.append(Fault(f"pins.{name}", "invalid", sentence))
        else:
            sentence = f"{name}: pinned to {found.name} where the model was trained on {used.name}."
            causes.append(Cause(f"{name}:{used.name}>{found.name}", sentence))
    return causes, faults
