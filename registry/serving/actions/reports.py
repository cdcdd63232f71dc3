"""Store what the serving side reports, and open an alert where it differs from training (F8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from registry.models import FeatureVersion, ModelVersion, ServingReport
from registry.serving.actions.alerts import follow_report, standing_alerts
from registry.serving.queries.reports import expected_features, revision_without, runs_as_shadow
from registry.serving.rules import histograms
from registry.serving.rules.skew import Reported, Skew, commit_notes, skew
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries.audit_subjects import subject_of


def report_serving(
    version: ModelVersion,
    *,
    environment: str,
    window: tuple[datetime, datetime],
    features: Mapping[str, Mapping[str, str]],
    latency_ms: Mapping[str, float] | None = None,
    error_rate: float | None = None,
    predictions: int | None = None,
    histogram: Mapping[str, Any] | None = None,
    actor: Actor,
) -> ServingReport:
    """Store a report; a difference from what serving must compute opens or updates an alert, a later report of that version
    and environment without it resolves the alert."""
    require_contributor(version.model, actor)
    start, end = _require_window(*window)
    if histogram and (wrong := histograms.faults(histogram, predictions=predictions)):
        raise Invalid(Fault(*fault) for fault in wrong)
    latency = latency_ms or {}
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        standing = standing_alerts(version, environment)
        expected, reported = expected_features(version, environment), _reported(features)
        differences, traffic = skew(expected, reported), _skew_of_traffic(version, environment, start)
        report = ServingReport.objects.create(
            model_version=version,
            environment=environment,
            window_start=start,
            window_end=end,
            features={name: dict(served) for name, served in features.items()},
            latency_p50_ms=latency.get("p50"),
            latency_p95_ms=latency.get("p95"),
            error_rate=error_rate,
            predictions=predictions,
            histogram=dict(histogram) if histogram else None,
            shadow=runs_as_shadow(version, environment),
            skew=[difference.as_dict() for difference in (*differences, *traffic)],
            notes=[note.as_dict() for note in commit_notes(expected, reported)],
            reported_by=actor.name,
            reported_at=timezone.now(),
        )
        payload = {"report": report.pk, "environment": environment, "features": report.features}
        payload |= {"skew": report.skew, "notes": report.notes, "shadow": report.shadow}
        record("serving.reported", subject=subject_of(version), actor=actor, payload=payload)
        follow_report(report, standing, differences, traffic)
    return report


def _require_window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if start < end:
        return start, end
    minutes = f"starts at {start:%Y-%m-%d %H:%M} and ends at {end:%Y-%m-%d %H:%M}"
    raise Invalid([Fault("window", "invalid", f"The window {minutes}. Give [start, end] with start before end.")])


def _reported(features: Mapping[str, Mapping[str, Any]]) -> dict[str, Reported]:
    """What serving reports of each feature, with the fingerprint of each version that is registered."""
    known = FeatureVersion.objects.filter(
        feature__name__in=features, name__in=[served["version"] for served in features.values()]
    ).values_list("feature__name", "name", "equivalence")
    equivalence = {(feature, name): fingerprint for feature, name, fingerprint in known}
    return {
        name: Reported(
            served["version"], equivalence.get((name, served["version"]), ""), served.get("pipeline_commit") or ""
        )
        for name, served in features.items()
    }


def _skew_of_traffic(version: ModelVersion, environment: str, since: datetime) -> list[Skew]:
    """One entry where a version serves that has no traffic in that environment and does not run as shadow there."""
    number = revision_without(version, environment, since=since)
    if number is None:
        return []
    issue = f"serves, but has no traffic in {environment} in revision {number}"
    return [Skew(version.version, None, version.version, issue)]
