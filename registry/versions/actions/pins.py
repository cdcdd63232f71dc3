"""Pin features for a model version: serving then computes them as they were in training."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from registry.models import Feature, FeaturePin, FeatureVersion, ModelVersion
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.overrides import keys_in_force
from registry.versions.queries.snapshots import pinned_versions, trained_versions


def pin_features(version: ModelVersion, pins: Mapping[str, str | None], *, actor: Actor) -> dict[str, str]:
    """Pin features to the versions trained on, or lift pins with None; the pins that stand afterwards.

    Another version than trained on only where an override in force covers just that. Raises Invalid with every fault.
    """
    require_contributor(version.model, actor)
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        trained = trained_versions(version)
        allowed = keys_in_force([version]).get(version.pk, set())
        wanted = {name: _wanted(name, given, trained, allowed) for name, given in pins.items()}
        faults = [found for found in wanted.values() if isinstance(found, Fault)]
        if faults:
            raise Invalid(faults)
        for name, found in wanted.items():
            _set_pin(version, trained[name].feature, found, actor)
    return pinned_versions(version)


def _wanted(
    name: str, given: str | None, trained: Mapping[str, FeatureVersion], allowed: Collection[str]
) -> FeatureVersion | Fault | None:
    """The version to pin, None to lift the pin, or the fault that says why neither is possible."""
    if name not in trained:
        known = ", ".join(sorted(trained)) or "none"
        return Fault(name, "not_in_snapshot", f"The model was not trained on {name!r}; its features: {known}.")
    used = trained[name]
    if given is None or given == used.name:
        return used if given else None
    if f"{name}:{used.name}>{given}" in allowed:
        return used.feature.versions.get(name=given)
    sentence = (
        f"The model was trained on {name} at {used.name}, not {given}: pin the trained version, or ask for an override."
    )
    return Fault(name, "not_trained_on", sentence)


def _set_pin(version: ModelVersion, feature: Feature, wanted: FeatureVersion | None, actor: Actor) -> None:
    standing = FeaturePin.objects.filter(model_version=version, feature=feature).first()
    if (standing.feature_version_id if standing else None) == (wanted.pk if wanted else None):
        return
    if standing:
        standing.delete()
    if wanted:
        FeaturePin.objects.create(
            model_version=version,
            feature=feature,
            feature_version=wanted,
            pinned_by=actor.name,
            pinned_at=timezone.now(),
        )
    verb = "feature_pin.set" if wanted else "feature_pin.lifted"
    payload = {"feature": feature.name, "version": (wanted or standing.feature_version).name}
    record(verb, subject=subject_of(version), actor=actor, payload=payload)
