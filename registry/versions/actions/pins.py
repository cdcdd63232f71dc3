"""Pin features for a model version: serving then computes them as they were in training."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.text.changes import changes
from registry.models import Feature, FeaturePin, FeatureVersion, ModelVersion
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.overrides import keys_in_force
from registry.versions.queries.snapshots import pinned_versions, trained_versions

NO_REASONS: Mapping[str, str] = MappingProxyType({})


def pin_features(
    version: ModelVersion, pins: Mapping[str, str | None], *, actor: Actor, reasons: Mapping[str, str] = NO_REASONS
) -> dict[str, str]:
    """Pin features to the versions trained on, or remove pins with None; returns the pins afterwards.

    ``reasons`` are by feature; a pin that is set again with another reason has that one from then on.
    A version other than the one trained on needs an override in force that covers it. Raises Invalid with every fault.
    """
    require_contributor(version.model, actor)
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        trained = trained_versions(version)
        allowed = keys_in_force([version]).get(version.pk, set())
        wanted: dict[str, FeatureVersion | None] = {}
        faults: list[Fault] = []
        for name, requested in pins.items():
            match _version_to_pin(name, requested, trained, allowed):
                case Fault() as fault:
                    faults.append(fault)
                case to_pin:
                    wanted[name] = to_pin
        if faults:
            raise Invalid(faults)
        for name, to_pin in wanted.items():
            _set_pin(version, trained[name].feature, to_pin, reasons.get(name, "").strip(), actor)
    return pinned_versions(version)


def _version_to_pin(
    name: str, requested: str | None, trained: Mapping[str, FeatureVersion], allowed: Collection[str]
) -> FeatureVersion | Fault | None:
    """The version to pin, None to remove the pin, or the fault that says why neither is possible."""
    if name not in trained:
        known = ", ".join(sorted(trained)) or "none"
        return Fault(
            name, "not_in_snapshot", f"The model was not trained on {name}. Choose from its features: {known}."
        )
    used = trained[name]
    if requested is None or requested == used.name:
        return used if requested else None
    if f"{name}:{used.name}>{requested}" in allowed:
        return used.feature.versions.get(name=requested)
    sentence = (
        f"The model was trained on {name} at {used.name}, not {requested}. Pin {used.name}, or request an override."
    )
    return Fault(name, "not_trained_on", sentence)


def _set_pin(version: ModelVersion, feature: Feature, wanted: FeatureVersion | None, reason: str, actor: Actor) -> None:
    existing = (
        FeaturePin.objects.filter(model_version=version, feature=feature).select_related("feature_version").first()
    )
    before = existing.feature_version if existing else None
    reason_before = existing.reason if existing else ""
    changed = wanted or before
    is_same = before == wanted and (wanted is None or not reason or reason == reason_before)
    if is_same or changed is None:
        return
    if existing:
        existing.delete()
    if wanted:
        FeaturePin.objects.create(
            model_version=version,
            feature=feature,
            feature_version=wanted,
            reason=reason,
            pinned_by=actor.name,
            pinned_at=timezone.now(),
        )
    event = "feature_pin.set" if wanted else "feature_pin.lifted"
    payload: dict[str, Any] = {"feature": feature.name, "version": changed.name, "reason": reason}
    was = {"version": before and before.name, "reason": reason_before}
    now = {"version": wanted and wanted.name, "reason": reason if wanted else ""}
    record(event, subject=subject_of(version), actor=actor, payload=payload | {"changes": changes(was, now)})
