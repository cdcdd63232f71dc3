"""What goes into the regulator pack of a model version, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from platform_site.audit import queries as audit
from platform_site.audit.chain import Event, Head
from registry.models import Alert, CheckRun, Deployment, FeatureVersion, ModelVersion, ServedShare, ServingReport
from registry.regulation.queries import decisions, pack_features
from registry.regulation.queries.model_cards import card_of
from registry.versions.queries.audit_subjects import subject_of


def contents(version: ModelVersion, head: Head) -> dict[str, Any]:
    """Each file of the pack by name: JSON values, or the audit events as a list for JSON lines.

    Everything that the log tells up to ``head`` is in it. What happens meanwhile may be in it too, without its event.
    """
    versions = pack_features.versions_of_features(version)
    alerts = list(
        version.model.alerts.select_related(
            "check_definition__feature", "run__check_definition", "serving_report__model_version"
        ).order_by("pk")
    )
    card = card_of(version)
    source_tables = pack_features.source_tables(versions)
    subjects = _subjects(version, versions, alerts, [dataset["dataset"] for dataset in source_tables["datasets"]])
    return {
        "lineage.json": _lineage(version),
        "snapshot.json": pack_features.snapshot(version),
        "current_versions.json": pack_features.current_versions(versions),
        "source_tables.json": source_tables,
        "evaluations.json": list(
            version.evaluations.order_by("pk").values("metric", "slice", "value", "recorded_by", "recorded_at")
        ),
        "gate_decisions.json": [
            {"id": decision.pk, "gate": decision.gate, "by": decision.decided_by, "at": decision.decided_at}
            | decision.as_dict()
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
                "fast_lane",
                "reason", "requested_by", "requested_at", "state", "decided_by", "decided_at", "decision_reason",
            )
        ),
        "approval_requests.json": list(
            version.approval_requests.order_by("pk").values(
                "id", "kind", "gate_decision_id", "content", "digest", "reason", "requested_by", "requested_at", "state",
                "decided_by", "decided_at", "decision_reason",
            )
        ),
        "standing_approvals.json": list(
            version.model.standing_approvals.order_by("pk").values(
                "id", "environment", "limits", "most_points", "same_recipe", "policies", "baseline", "digest", "reason",
                "requested_by", "requested_at", "until", "state", "decided_by", "decided_at", "decided_through",
                "decision_reason", "ended_by", "ended_at", "end_reason",
            )
        ),
        "serving_history.json": _history(version),
        "alerts.json": [_alert(alert) for alert in alerts],
        "model_card.json": card.as_dict(),
        "model_card.md": card.markdown,
        "decisions.json": decisions.for_the_pack(version),
        "audit_events.jsonl": [event._asdict() for event in _events(subjects, head)],
    }  # fmt: skip


def _subjects(
    version: ModelVersion, versions: Iterable[FeatureVersion], alerts: Iterable[Alert], datasets: Iterable[str]
) -> set[str]:
    """Whatever the log may speak of: the version, its model, its alerts with their checks and runs, its features with
    every version, their source tables and data sets."""
    subjects = {subject_of(version), f"model:{version.model.name}", *(f"dataset:{name}" for name in datasets)}
    for definition in versions:
        subjects |= {f"feature:{definition.feature.name}", f"feature_version:{definition}"}
        subjects.add(f"source_table:{definition.source_table}")
    for alert in alerts:
        subjects.add(f"alert:{alert.pk}")
        if alert.run:
            subjects |= {f"check:{alert.run.check_definition.name}", f"check_run:{alert.run.pk}"}
    return subjects


def _events(subjects: Collection[str], head: Head) -> list[Event]:
    rows = audit.events().filter(subject__in=subjects, sequence__lte=head.sequence).order_by("sequence")
    return [Event._make(row) for row in rows.values_list(*Event._fields)]


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
        "data_snapshot": data
        and {
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


def _history(version: ModelVersion) -> dict[str, Any]:
    changes = version.stage_changes.order_by("pk").values(
        "before", "after", "changed_by", "changed_at", "gate_decision_id"
    )
    reports = version.serving_reports.order_by("pk").values(
        "environment", "window_start", "window_end", "features", "skew", "notes", "latency_p50_ms", "latency_p95_ms",
        "error_rate", "predictions", "histogram", "shadow", "reported_by",
    )  # fmt: skip
    shares = version.shares.select_related("revision__covered_by", "revision__standing_approval").order_by(
        "revision_id"
    )
    deployments = version.deployments.select_related("revision").order_by("pk")
    pins = version.pins.order_by("pk").values(
        "feature__name", "feature_version__name", "reason", "pinned_by", "pinned_at"
    )
    return {
        "stages": list(changes),
        "pins": list(pins),
        "revisions": [_share(share) for share in shares],
        "deployments": [_deployment(deployment) for deployment in deployments],
        "serving_reports": list(reports),
        "rollouts": list(
            version.rollouts.order_by("pk").values(
                "id", "environment", "steps", "position", "state", "stopped_because", "change_request_id", "begun_by",
                "begun_at", "ended_at",
            )
        ),
    }  # fmt: skip


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "finding": alert.finding,
        "title": alert.title,
        "state": alert.state,
        "blocking": alert.blocking,
        "environment": alert.environment,
        "opened_at": alert.opened_at,
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_until": alert.acknowledged_until,
        "resolved_at": alert.resolved_at,
        "resolved_because": alert.resolved_because,
        "run": _run(alert.run) if alert.run else None,
        "serving_report": _report(alert.serving_report) if alert.serving_report else None,
    }


def _run(run: CheckRun) -> dict[str, Any]:
    check = run.check_definition
    return {
        "id": run.pk,
        "check": check.name,
        "kind": check.kind,
        "parameters": check.parameters,
        "outcome": run.outcome,
        "summary": run.summary,
        "rows": run.rows,
        "data": run.data,
        "finished_at": run.finished_at,
    }


def _report(report: ServingReport) -> dict[str, Any]:
    return {
        "version": report.model_version.version,
        "environment": report.environment,
        "window_start": report.window_start,
        "window_end": report.window_end,
        "skew": report.skew,
    }


def _share(share: ServedShare) -> dict[str, Any]:
    revision = share.revision
    return {
        "environment": revision.environment,
        "revision": revision.number,
        "traffic_percent": share.percent,
        "shadow": share.is_shadow,
        "pins": share.pins,
        "thresholds": revision.thresholds,
        "since": revision.made_at,
        "change_request": revision.covered_by_id,
        "standing_approval": revision.standing_approval_id,
        "fast_lane": revision.fast_lane,
        "approved_by": revision.approved_by,
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
