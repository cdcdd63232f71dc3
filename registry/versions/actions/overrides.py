"""Request an override, and decide one: two people, one reason, exactly the conflicts that were seen (G7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.queries import require_owner
from registry.models import ModelVersion, Override
from registry.versions.actions.gates import lock_version
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.snapshots import trained_versions
from registry.versions.rules.overrides import Cause, expiry_refusal

NOTHING = "Nothing that an override could cover blocks this version now."


def request_override(
    version: ModelVersion, *, reason: str, expires_at: datetime, pins: Mapping[str, str] | None = None, actor: Actor
) -> Override:
    """Request an exception to what blocks the gates now, until ``expires_at``.

    ``pins`` requests to serve feature versions other than those trained on. Raises Invalid with every fault, Refused
    when nothing would be covered.
    """
    require_contributor(version.model, actor)
    now = timezone.now()
    with transaction.atomic():
        version = lock_version(version)
        pinned, faults = _pin_causes(version, pins or {})
        if not reason.strip():
            faults.append(Fault("reason", "missing", "`reason` is empty. Say why: the approver and auditors read it."))
        if sentence := expiry_refusal(expires_at, now=now):
            faults.append(Fault("expires_at", "out_of_range", sentence))
        if faults:
            raise Invalid(faults)
        causes = (*gates.causes_to_override(version), *pinned)
        if not causes:
            raise Refused("nothing_to_override", NOTHING)
        override = Override.objects.create(
            model_version=version,
            causes=[{"key": cause.key, "sentence": cause.sentence} for cause in causes],
            reason=reason.strip(),
            requested_by=actor.name,
            requested_at=now,
            expires_at=expires_at,
        )
        payload = {"override": override.pk, "reason": override.reason, "causes": override.causes}
        payload["expires_at"] = expires_at.isoformat()
        record("override.requested", subject=subject_of(version), actor=actor, payload=payload)
    return override


def approve_override(override: Override, *, reason: str = "", actor: Actor) -> Override:
    """Approve an override that somebody else requested, before it expires. Refused when it was decided already."""
    return _decide(override, Override.State.APPROVED, reason, actor)


def reject_override(override: Override, *, reason: str = "", actor: Actor) -> Override:
    """Reject an override, for good: a new request is a new override."""
    return _decide(override, Override.State.REJECTED, reason, actor)


def _decide(override: Override, state: str, reason: str, actor: Actor) -> Override:
    access.require_another(
        actor, override.requested_by, "You requested this override, so another person must decide it."
    )
    access.require(access.can_approve(actor, override.requested_by), "Only approvers can decide overrides.")
    require_owner(override.requested_by)
    with transaction.atomic():
        override = (
            Override.objects.select_for_update(of=("self",), no_key=True)
            .select_related("model_version")
            .get(pk=override.pk)
        )
        if override.state != Override.State.REQUESTED:
            raise Refused(
                "override_decided", f"Override {override.pk} was already {override.state} by {override.decided_by}."
            )
        now = timezone.now()
        if state == Override.State.APPROVED and override.expires_at <= now:
            raise Refused(
                "override_ended",
                f"Override {override.pk} expired at {override.expires_at:%Y-%m-%d %H:%M} UTC. Request a new one.",
            )
        override.state, override.decided_by, override.decided_at = state, actor.name, now
        override.decision_reason = reason.strip()
        override.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        payload = {"override": override.pk, "reason": override.decision_reason, "causes": override.causes}
        record(f"override.{state}", subject=subject_of(override.model_version), actor=actor, payload=payload)
    return override


def _pin_causes(version: ModelVersion, pins: Mapping[str, str]) -> tuple[list[Cause], list[Fault]]:
    """A cause for each pin to a version other than the one trained on, and a fault for each pin that is not valid."""
    trained = trained_versions(version)
    causes: list[Cause] = []
    faults: list[Fault] = []
    for name, wanted in pins.items():
        used = trained.get(name)
        other = used.feature.versions.filter(name=wanted).first() if used else None
        if used is None or other is None or other.name == used.name:
            sentence = f"{name}@{wanted} cannot be pinned. Name a feature of the snapshot and a version other than the one trained on."
            faults.append(Fault(f"pins.{name}", "invalid", sentence))
        else:
            sentence = f"{name}: pinned to {other.name}, while the model was trained on {used.name}."
            causes.append(Cause(f"{name}:{used.name}>{other.name}", sentence))
    return causes, faults
