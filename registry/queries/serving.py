"""What serving must compute, and what it says it does."""

from __future__ import annotations

from django.db.models import QuerySet

from registry.domain.skew import Expected
from registry.models import ModelVersion, ServingReport
from registry.queries.snapshots import serving_features


def expected_features(version: ModelVersion) -> dict[str, Expected]:
    """For each feature of the snapshot the definition that is due (F7)."""
    return {
        one.feature.name: Expected(one.name, one.equivalence, one.pipeline_commit) for one in serving_features(version)
    }


def reports() -> QuerySet[ServingReport]:
    """Every report, the newest window first."""
    return ServingReport.objects.select_related("model_version__model__owner_team")


def reports_of(version: ModelVersion) -> QuerySet[ServingReport]:
    """What serving said of one version."""
    return reports().filter(model_version=version)
