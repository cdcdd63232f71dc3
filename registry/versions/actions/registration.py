"""Register models and their versions: the registration gate requires all six lineage parts (G1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.owned import unknown_team
from platform_site.people.models import Team
from registry.compute.definition import NAME
from registry.models import DatasetSnapshot, Evaluation, ModelVersion, RegisteredModel
from registry.models.fields import NAME_SENTENCE
from registry.versions.actions.policies import apply_registration_policies
from registry.versions.actions.snapshots import require_contributor, store_snapshot
from registry.versions.queries import registration
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.rules import lineage

RESERVED = frozenset({"coverage"})  # `models/coverage/` is an address of its own


def register_model(
    *,
    name: str,
    owner_team: str,
    model_type: str = "",
    serving_mode: str = RegisteredModel.ServingMode.REAL_TIME,
    description: str = "",
    actor: Actor,
) -> RegisteredModel:
    """Add a model; Invalid with every fault."""
    team = Team.objects.filter(slug=owner_team).first()
    faults = []
    if not NAME.match(name):  # nor is it looked up: PostgreSQL does not accept NUL
        faults.append(Fault("name", "malformed", NAME_SENTENCE))
    elif name in RESERVED:
        faults.append(Fault("name", "reserved", f"{name} is a word of the API. Choose another name."))
    elif RegisteredModel.objects.filter(name=name).exists():
        faults.append(
            Fault(
                "name",
                "duplicate",
                f"There is a model {name} already. Register a version of it, or choose another name.",
            )
        )
    if team is None:
        faults.append(Fault("owner_team", "unknown", unknown_team(owner_team)))
    if serving_mode not in RegisteredModel.ServingMode.values:
        modes = ", ".join(RegisteredModel.ServingMode.values)
        sentence = f"{serving_mode!r} is not a serving mode. Choose from {modes}."
        faults.append(Fault("serving_mode", "unknown", sentence))
    if faults or team is None:
        raise Invalid(faults)
    access.require(
        access.can_contribute(actor, owner_team), f"Only contributors of team {owner_team} can add its models."
    )
    with transaction.atomic():
        model = RegisteredModel.objects.create(
            name=name,
            owner_team=team,
            model_type=model_type,
            serving_mode=serving_mode,
            description=description,
            created_at=timezone.now(),
        )
        payload = {"owner_team": owner_team, "model_type": model_type, "serving_mode": serving_mode}
        record("model.added", subject=f"model:{name}", actor=actor, payload=payload)
    return model


def register_version(
    model: RegisteredModel,
    *,
    version: str,
    artifact: Mapping[str, Any],
    lineage_parts: Mapping[str, Any],
    actor: Actor,
) -> ModelVersion:
    """The registration gate (G1): all six lineage parts, each of them resolvable, or nothing is stored.

    The refusal itself is an audit event. Raises Invalid with every missing or unresolvable part.
    """
    require_contributor(model, actor)
    resolved, faults = registration.registration_faults(
        model.name, version, artifact, lineage_parts, regulated=model.regulated
    )
    if faults:
        with transaction.atomic():
            refusal = {
                "version": version[: registration.VERSION_LENGTH],
                "faults": [fault._asdict() for fault in faults],
            }
            record("model_version.refused", subject=f"model:{model.name}", actor=actor, payload=refusal)
        raise Invalid(faults, code="lineage_incomplete", message="The registration gate refused this model version.")
    with transaction.atomic():
        registered = _store_version(model, version, artifact, lineage_parts, actor, no_features=not resolved)
        store_snapshot(registered, resolved, actor)
        store_evaluations(registered, lineage_parts["evaluations"], actor)
        payload: dict[str, Any] = {
            "artifact": dict(artifact),
            "lineage": dict(lineage_parts),
            "feature_snapshot": {entry.feature.name: entry.name for entry in resolved},
        }
        record("model_version.registered", subject=subject_of(registered), actor=actor, payload=payload)
        apply_registration_policies(registered, actor)
    return registered


def add_evaluations(version: ModelVersion, results: Sequence[Mapping[str, Any]], *, actor: Actor) -> list[Evaluation]:
    """Add results to a version; existing ones stay. Policies use the newest result of each metric and slice."""
    require_contributor(version.model, actor)
    if faults := [Fault(*part) for part in lineage.evaluation_faults(results)]:
        raise Invalid(faults)
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        added = store_evaluations(version, results, actor)
        payload = {"evaluations": [dict(result) for result in results]}
        record("model_version.evaluated", subject=subject_of(version), actor=actor, payload=payload)
        apply_registration_policies(version, actor)
    return added


def _store_version(
    model: RegisteredModel,
    version: str,
    artifact: Mapping[str, Any],
    parts: Mapping[str, Any],
    actor: Actor,
    *,
    no_features: bool,
) -> ModelVersion:
    return ModelVersion.objects.create(
        model=model,
        version=version,
        artifact_uri=artifact["uri"],
        artifact_digest=artifact["digest"].removeprefix("sha256:"),
        code_commit=parts["code_commit"],
        pipeline_commit=parts.get("pipeline_commit") or "",
        data_snapshot=data_snapshot_of(parts["data_snapshot"]),
        container_digest=parts["container_digest"],
        hyperparameters=parts["hyperparameters"],
        uses_no_features=no_features,
        registered_by=actor.name,
        registered_at=timezone.now(),
    )


def store_evaluations(version: ModelVersion, results: Sequence[Mapping[str, Any]], actor: Actor) -> list[Evaluation]:
    """Write results of a version, inside the transaction of the caller."""
    now = timezone.now()
    return Evaluation.objects.bulk_create(
        Evaluation(
            model_version=version,
            metric=result["metric"],
            value=result["value"],
            slice=result.get("slice") or "",
            recorded_by=actor.name,
            recorded_at=now,
        )
        for result in results
    )


def data_snapshot_of(digest: str) -> DatasetSnapshot:
    """The snapshot with this digest; of several data sets with this content, that of the first."""
    return DatasetSnapshot.objects.filter(digest=digest.removeprefix("sha256:")).order_by("pk")[0]
