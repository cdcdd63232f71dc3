"""Pin features for a model version: serving then computes them as they were in training."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from registry.actions.snapshots import require_contributor
from registry.models import FeaturePin, FeatureVersion, ModelVersion
from registry.queries.snapshots import pinned_versions, trained_versions
from registry.queries.subjects import subject_of


def pin_features(version: ModelVersion, pins: Mapping[str, str | None], *, actor: Actor) -> dict[str, str]:
    """Pin features to the versions trained on, or lift pins with None; the pins that stand afterwards.

    Raises Invalid with every fault: a feature outside the snapshot, or a version that was not trained on.
    """
    require_contributor(version.model, actor)
    with transaction.atomic():
        ModelVersion.objects.select_for_update().get(pk=version.pk)
        trained = trained_versions(version)
        faults = [fault for name, wanted in pins.items() if (fault := _pin_fault(name, wanted, trained))]
        if faults:
            raise Invalid(faults)
        for name, wanted in pins.items():
            _set_pin(version, trained[name], lift=wanted is None, actor=actor)
    return pinned_versions(version)


def _pin_fault(name: str, wanted: str | None, trained: Mapping[str, FeatureVersion]) -> Fault | None:
    if name not in trained:
        known = ", ".join(sorted(trained)) or "none"
        return Fault(name, "not_in_snapshot", f"The model was not trained on {name!r}; its features: {known}.")
    if wanted is not None and wanted != trained[name].name:
        sentence = f"The model was trained on {name} at {trained[name].name}, not {wanted}: pin the trained version."
        return Fault(name, "not_trained_on", sentence)
    return None


def _set_pin(version: ModelVersion, trained: FeatureVersion, *, lift: bool, actor: Actor) -> None:
    standing = FeaturePin.objects.filter(model_version=version, feature=trained.feature)
    if lift != standing.exists():
        return
    if lift:
        standing.delete()
    else:
        FeaturePin.objects.create(
            model_version=version,
            feature=trained.feature,
            feature_version=trained,
            pinned_by=actor.name,
            pinned_at=timezone.now(),
        )
    verb = "feature_pin.lifted" if lift else "feature_pin.set"
    payload = {"feature": trained.feature.name, "version": trained.name}
    record(verb, subject=subject_of(version), actor=actor, payload=payload)
