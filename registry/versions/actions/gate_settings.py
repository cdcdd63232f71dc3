"""Set how the gates of this installation work."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.text.changes import changes
from registry.features.queries.gate_settings import gate_settings
from registry.models import GateSettings


def save_gate_settings(
    *,
    skew_closes_gate: bool | None = None,
    parity_first_in_production: bool | None = None,
    reason: str,
    actor: Actor,
) -> GateSettings:
    """Save the settings of the gates, with a reason; None leaves one as it is. The settings before stay on record."""
    access.require(access.can_assess(actor), "Only leads change the settings of the gates.")
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason. It stays on record.")])
    before = gate_settings()
    wanted = {"skew_closes_gate": skew_closes_gate, "parity_first_in_production": parity_first_in_production}
    content = {name: getattr(before, name) if value is None else value for name, value in wanted.items()}
    with transaction.atomic():
        saved = GateSettings.objects.create(
            **content, reason=reason.strip(), saved_by=actor.name, saved_at=timezone.now()
        )
        moved = changes({name: getattr(before, name) for name in content}, content)
        payload = content | {"reason": saved.reason, "changes": moved}
        record("gate_settings.saved", subject="gate_settings", actor=actor, payload=payload)
    return saved
