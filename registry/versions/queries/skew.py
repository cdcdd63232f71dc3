"""The skew of a model version that closes its gate: what the newest report of each environment says of its definitions."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Max, Q

from registry.features.queries.gate_settings import gate_settings
from registry.models import ModelVersion, ServingReport
from registry.versions.rules.gates import skew_cause
from registry.versions.rules.overrides import Cause


def skew_causes(version: ModelVersion) -> list[Cause]:
    """One cause for each feature that serving computes by another definition; at most three queries, one without reports.

    A later report of the same environment without it ends it. None where the platform's settings leave the gate open.
    """
    causes = [cause for report in _newest_reports(version) for cause in _causes_of(report)]
    return causes if causes and gate_settings().skew_closes_gate else []


def _newest_reports(version: ModelVersion) -> list[ServingReport]:
    """The report with the latest window of each environment."""
    reports = ServingReport.objects.filter(model_version=version)
    windows = list(reports.order_by().values_list("environment").annotate(newest=Max("window_end")))
    if not windows:
        return []
    newest = reduce(or_, (Q(environment=environment, window_end=end) for environment, end in windows))
    return list(
        {report.environment: report for report in reports.filter(newest).order_by("environment", "pk")}.values()
    )


def _causes_of(report: ServingReport) -> list[Cause]:
    return [
        skew_cause(report.environment, entry["feature"], entry["expected"], entry["reported"], until=report.window_end)
        for entry in report.skew
        if entry["expected"] and entry["reported"] and entry["expected"] != entry["reported"]
    ]
