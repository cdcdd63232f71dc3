"""Model versions that another system knows: observed until every lineage part is there, then registered (G1b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from registry.models import Evaluation, FeatureVersion, ModelVersion, Observation, RegisteredModel, Stage
from registry.versions.actions.gates import lock_version
from registry.versions.actions.policies import apply_registration_policies
from registry.versions.actions.registration import data_snapshot_of, store_evaluations
from registry.versions.actions.snapshots import require_contributor, store_snapshot
from registry.versions.queries import registration
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.snapshots import recorded_snapshot
from registry.versions.rules import lineage
from registry.versions.rules.observed import merged, missing_parts

MOST_NOTES = 50


class Seen(NamedTuple):
    """Where another system knows a version, by which aliases, and what was left out or assumed when it was read."""

    system: str
    origin: str
    external_id: str
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def observe_version(
    model: RegisteredModel,
    version: str,
    *,
    artifact: Mapping[str, Any],
    lineage_parts: Mapping[str, Any],
    seen: Seen,
    actor: Actor,
) -> ModelVersion:
    """Store what another system knows of a version; once every part is there, it is registered.

    Parts that were known before and are not read now stay. Of a version that is registered only its aliases change.
    """
    require_contributor(model, actor)
    if not registration.VERSION.fullmatch(version):
        raise Invalid([Fault("version", "malformed", registration.VERSION_SENTENCE)])
    with transaction.atomic():
        row = ModelVersion.objects.filter(model=model, version__iexact=version).first() or _new(model, version, actor)
        row = lock_version(row)
        observation = _observation(row, seen, actor)
        if row.is_observed:
            _take(row, observation, {"artifact": dict(artifact), "lineage": dict(lineage_parts)}, actor)
        observation.save()
    return row


def supply_parts(
    version: ModelVersion,
    *,
    artifact: Mapping[str, Any],
    lineage_parts: Mapping[str, Any],
    whole: bool = False,
    actor: Actor,
) -> ModelVersion:
    """Add parts to an observed version; once every part is there, it is registered. Parts that are left out stay.

    Invalid where a part is malformed or names what the registry does not have, or where with ``whole`` any part is still
    missing; nothing is stored then.
    """
    require_contributor(version.model, actor)
    with transaction.atomic():
        row = lock_version(version)
        observation = registration.observation_of(row)
        if not row.is_observed or observation is None:
            sentence = f"{row} is registered already: its parts never change. Register a new version."
            raise Invalid([Fault("version", "duplicate", sentence)])
        sent = {"artifact": dict(artifact), "lineage": dict(lineage_parts)}
        if faults := _faults_of(row, observation, sent, whole=whole):
            raise Invalid(
                faults, code="lineage_incomplete", message="The registration gate refused this model version."
            )
        _take(row, observation, sent, actor)
        observation.save()
    return row


def mark_gone(observations: Sequence[Observation], *, actor: Actor) -> int:
    """Note that versions are no longer at their origin; how many are new to that. Nothing else changes."""
    now, count = timezone.now(), 0
    for observation in observations:
        with transaction.atomic():
            if Observation.objects.filter(pk=observation.pk, gone_at=None).update(gone_at=now):
                count += 1
                payload = {"system": observation.system, "external_id": observation.external_id}
                subject = subject_of(observation.model_version)
                record("model_version.gone", subject=subject, actor=actor, payload=payload)
    return count


def _new(model: RegisteredModel, version: str, actor: Actor) -> ModelVersion:
    return ModelVersion.objects.create(
        model=model, version=version, stage=Stage.OBSERVED, registered_by=actor.name, registered_at=timezone.now()
    )


def _observation(version: ModelVersion, seen: Seen, actor: Actor) -> Observation:
    """The observation of a version with where it was seen now; not saved yet."""
    now = timezone.now()
    row = registration.observation_of(version)
    if row is None:
        row = Observation(model_version=version, observed_by=actor.name, observed_at=now)
    row.system, row.origin, row.external_id = seen.system, seen.origin[:500], seen.external_id[:500]
    row.aliases, row.notes = sorted(seen.aliases), list(seen.notes[:MOST_NOTES])
    row.updated_at, row.gone_at = now, None
    return row


def _faults_of(version: ModelVersion, observation: Observation, sent: Mapping[str, Any], *, whole: bool) -> list[Fault]:
    """What is wrong with parts that were sent. What is still missing is a fault only where the version must be whole."""
    parts = merged(observation.parts, sent)
    regulated = version.model.regulated
    faults = registration.part_faults(parts["artifact"], parts["lineage"], regulated=regulated)[1]
    if whole:
        return faults
    named = {f"artifact.{name}" for name in sent["artifact"]} | {f"lineage.{name}" for name in sent["lineage"]}
    return [
        fault for fault in faults if any(fault.field == name or fault.field.startswith(f"{name}.") for name in named)
    ]


def _take(version: ModelVersion, observation: Observation, read: Mapping[str, Any], actor: Actor) -> None:
    """Merge parts into an observed version, and register it if that makes it whole; one audit event if anything changed."""
    before = observation.parts
    parts = merged(before, read)
    resolved, faults = registration.part_faults(parts["artifact"], parts["lineage"], regulated=version.model.regulated)
    observation.parts = parts
    known = _known(parts, {fault.field for fault in faults})
    for name, value in known.items():
        setattr(version, name, value)
    version.save(update_fields=list(known))
    _store_records(version, parts["lineage"], resolved, faults, actor)
    if not faults:
        _register(version, parts, resolved, actor)
    elif parts != before:
        missing = missing_parts([(fault.field, fault.message) for fault in faults])
        payload: dict[str, Any] = {
            "system": observation.system,
            "external_id": observation.external_id,
            "changes": changes(_flat(before), _flat(parts)),
            "missing": [part.part for part in missing],
        }
        record("model_version.observed", subject=subject_of(version), actor=actor, payload=payload)


def _flat(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{group}.{name}": value for group, named in parts.items() for name, value in named.items()}


def _known(parts: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    """The columns of a version that are known: parts that are missing or do not hold stay empty."""
    artifact, of = parts["artifact"], parts["lineage"]

    def part(name: str) -> Any:
        return "" if f"lineage.{name}" in wrong else of.get(name) or ""

    digest = "" if "artifact.digest" in wrong else str(artifact["digest"]).removeprefix("sha256:")
    snapshot = part("data_snapshot")
    return {
        "artifact_uri": "" if "artifact.uri" in wrong else str(artifact["uri"])[:1_000],
        "artifact_digest": digest,
        "code_commit": part("code_commit"),
        "pipeline_commit": part("pipeline_commit"),
        "container_digest": part("container_digest"),
        "data_snapshot": data_snapshot_of(snapshot) if snapshot else None,
        "hyperparameters": part("hyperparameters") or {},
        "uses_no_features": of.get("feature_snapshot") == {} and of.get("uses_no_features") is True,
    }


def _store_records(
    version: ModelVersion,
    of: Mapping[str, Any],
    resolved: Sequence[FeatureVersion],
    faults: Sequence[Fault],
    actor: Actor,
) -> None:
    """The training snapshot, once all of its features are known, and the evaluations that are new."""
    if resolved and not any(fault.field.startswith("lineage.feature_snapshot") for fault in faults):
        recorded = recorded_snapshot(version)
        if recorded is None:
            store_snapshot(version, resolved, actor)
        elif recorded != {entry.feature.name: entry.name for entry in resolved}:
            sentence = f"The training snapshot of {version} was recorded with different content and cannot change."
            raise Refused("snapshot_written_once", sentence, detail={"recorded": recorded})
    results = of.get("evaluations")
    if results and not lineage.evaluation_faults(results):
        newest = {
            (metric, on): value
            for metric, on, value in Evaluation.objects.filter(model_version=version)
            .order_by("recorded_at", "pk")
            .values_list("metric", "slice", "value")
        }
        new = [
            result for result in results if newest.get((result["metric"], result.get("slice") or "")) != result["value"]
        ]
        store_evaluations(version, new, actor)


def _register(
    version: ModelVersion, parts: Mapping[str, Any], resolved: Sequence[FeatureVersion], actor: Actor
) -> None:
    """Every part is there: the version is registered, as through the registration gate, and written once from now on."""
    if not resolved:
        store_snapshot(version, (), actor)
    version.stage, version.registered_by, version.registered_at = Stage.REGISTERED, actor.name, timezone.now()
    version.save(update_fields=["stage", "registered_by", "registered_at"])
    payload: dict[str, Any] = dict(parts) | {
        "feature_snapshot": {entry.feature.name: entry.name for entry in resolved},
        "was": str(Stage.OBSERVED),
    }
    record("model_version.registered", subject=subject_of(version), actor=actor, payload=payload)
    apply_registration_policies(version, actor)
