"""Record what a model version was trained on, once (G2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.data.queries import source_tables
from registry.models import FeatureVersion, ModelVersion, RegisteredModel, SnapshotEntry, TrainingSnapshot
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.snapshots import recorded_snapshot, resolve_snapshot


def record_snapshot(version: ModelVersion, feature_snapshot: Mapping[str, Any], *, actor: Actor) -> bool:
    """Record the training snapshot (G2), once; returns whether it is new. Different content is Refused."""
    require_contributor(version.model, actor)
    resolved, faults = resolve_snapshot(feature_snapshot)
    if not resolved and not faults:
        faults = [
            Fault(
                "feature_snapshot",
                "empty",
                "`feature_snapshot` is empty. Name at least one feature and the version trained on.",
            )
        ]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        recorded = recorded_snapshot(version)
        wanted = {entry.feature.name: entry.name for entry in resolved}
        if recorded == wanted:
            return False
        if recorded is not None:
            sentence = f"The training snapshot of {version} was recorded with different content and cannot change."
            raise Refused("snapshot_written_once", sentence, detail={"recorded": recorded})
        store_snapshot(version, resolved, actor)
        record("model_version.snapshot_recorded", subject=subject_of(version), actor=actor, payload=wanted)
    return True


def store_snapshot(version: ModelVersion, entries: Sequence[FeatureVersion], actor: Actor) -> None:
    """Write the snapshot and its entries, each with its source table's version in force, inside the transaction of the
    caller."""
    snapshot = TrainingSnapshot.objects.create(
        model_version=version, recorded_by=actor.name, recorded_at=timezone.now()
    )
    in_force = {
        source.source_table.name: source for source in source_tables.in_force({entry.source_table for entry in entries})
    }
    SnapshotEntry.objects.bulk_create(
        SnapshotEntry(
            snapshot=snapshot,
            feature=entry.feature,
            feature_version=entry,
            source_version=in_force.get(entry.source_table),
        )
        for entry in entries
    )


def require_contributor(model: RegisteredModel, actor: Actor) -> None:
    """NotAllowed unless the actor contributes to the team that owns the model."""
    team = model.owner_team.slug
    access.require(
        access.can_contribute(actor, team), f"{model.name} belongs to team {team}. Other teams can only read it."
    )
