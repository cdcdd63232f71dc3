"""What goes into the regulator pack of a model version, as plain values."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from platform_site.audit import queries as audit
from platform_site.audit.chain import Event
from registry.models import Deployment, FeatureVersion, ModelVersion, ServedShare, SourceTableVersion
from registry.regulation.queries import decisions
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.snapshots import serving_features, trained_versions


def contents(version: ModelVersion) -> dict[str, Any]:
    """Each file of the pack by name: JSON values, or the audit events as a list for JSON lines."""
    return {
        "lineage.json": _lineage(version),
        "snapshot.json": _snapshot(version),
        "evaluations.json": list(
            version.evaluations.order_by("pk").values("metric", "slice", "value", "recorded_by", "recorded_at")
        ),
        "gate_decisions.json": [
            decision.as_dict() | {"gate": decision.gate, "by": decision.decided_by, "at": decision.decided_at}
            for decision in version.gate_decisions.order_by("pk")
        ],
        "overrides.json": list(
            version.overrides.order_by("pk").values(
                "id", "state", "causes", "reason", "requested_by", "requested_at", "expires_at", "decided_by",
                "decided_at", "decision_reason",
            )
        ),
        "change_requests.json": list(
            version.change_requests.order_by("pk").values(
                "id", "environment", "base__number", "content", "plan", "digest", "parts", "impact", "gate_decision_id",
                "reason", "requested_by", "requested_at", "state", "decided_by", "decided_at", "decision_reason",
            )
        ),
        "serving_history.json": _history(version),
        "decisions.json": decisions.for_the_pack(version),
        "audit_events.jsonl": [event._asdict() for event in events(version)],
    }  # fmt: skip


def events(version: ModelVersion) -> list[Event]:
    """The audit events about a version, its model or the feature versions it was trained on."""
    features = [f"feature_version:{name}" for name in trained_versions(version).values()]
    about = Q(subject__in=[subject_of(version), f"model:{version.model.name}", *features])
    rows = audit.events().filter(about).order_by("sequence").values_list(*Event._fields)
    return [Event._make(row) for row in rows]


def _lineage(version: ModelVersion) -> dict[str, Any]:
    data = version.data_snapshot
    return {
        "model": version.model.name,
        "version": version.version,
        "owner_team": version.model.owner_team.slug,
        "model_type": version.model.model_type,
        "serving_mode": version.model.serving_mode,
        "stage": version.stage,
        "artifact": {"uri": version.artifact_uri, "digest": version.artifact_digest},
        "code_commit": version.code_commit,
        "pipeline_commit": version.pipeline_commit,
        "data_snapshot": {
            "dataset": data.dataset.name,
            "digest": data.digest,
            "rows": data.rows,
            "schema": data.schema,
        },
        "container_digest": version.container_digest,
        "hyperparameters": version.hyperparameters,
        "registered_by": version.registered_by,
        "registered_at": version.registered_at,
    }


def _snapshot(version: ModelVersion) -> dict[str, Any]:
    served = {feature.feature.name: feature for feature in serving_features(version, "production")}
    trained = trained_versions(version)
    return {
        "uses_no_features": version.uses_no_features,
        "features": [
            {"feature": name, "trained": _definition(feature_version), "served": _definition(served[name])}
            for name, feature_version in sorted(trained.items())
        ],
    }


def _definition(version: FeatureVersion) -> dict[str, Any]:
    return version.definition.as_dict() | {
        "version": version.name,
        "digest": version.digest,
        "dialect": version.dialect,
        "runs_as": version.runs_as,
        "pipeline_commit": version.pipeline_commit,
        "pipeline_commits": version.pipeline_commits,
        "source": _source(version.trained_source),
    }


def _source(version: SourceTableVersion | None) -> dict[str, Any] | None:
    """What the feature is computed from: whose rows in which order, where they lie, and the code that computes them."""
    if version is None:
        return None
    return {
        "source_table": version.source_table.name,
        "version": version.name,
        "digest": version.digest,
        "number": version.number,
        "dataset": version.source.dataset,
        "entity_key": version.entity_key,
        "event_time": version.event_time,
        "row_key": version.row_key,
        "dialect": version.dialect,
        "upstream": version.upstream,
    }


def _history(version: ModelVersion) -> dict[str, Any]:
    changes = version.stage_changes.order_by("pk").values(
        "before", "after", "changed_by", "changed_at", "gate_decision_id"
    )
    reports = version.serving_reports.order_by("pk").values(
        "environment", "window_start", "window_end", "features", "skew", "notes", "latency_p50_ms", "latency_p95_ms",
        "error_rate", "predictions", "shadow", "reported_by",
    )  # fmt: skip
    shares = version.shares.select_related("revision__covered_by").order_by("revision_id")
    deployments = version.deployments.select_related("revision").order_by("pk")
    return {
        "stages": list(changes),
        "revisions": [_share(share) for share in shares],
        "deployments": [_deployment(deployment) for deployment in deployments],
        "serving_reports": list(reports),
    }


def _share(share: ServedShare) -> dict[str, Any]:
    revision, approval = share.revision, share.revision.covered_by
    return {
        "environment": revision.environment,
        "revision": revision.number,
        "traffic_percent": share.percent,
        "shadow": share.is_shadow,
        "pins": share.pins,
        "thresholds": revision.thresholds,
        "since": revision.made_at,
        "change_request": revision.covered_by_id,
        "approved_by": approval.decided_by if approval else None,
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "kind": deployment.kind,
        "rehearsal": deployment.rehearsal,
        "environment": deployment.revision.environment,
        "revision": deployment.revision.number,
        "traffic_percent": deployment.traffic_percent,
        "gate_decision": deployment.gate_decision_id,
        "reason": deployment.reason,
        "made_by": deployment.made_by,
        "made_at": deployment.made_at,
    }
