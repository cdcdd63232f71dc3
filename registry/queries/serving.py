"""What serving must compute, and what it says it does."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from registry.domain.skew import Expected
from registry.models import ModelVersion, RegisteredModel, ServingReport
from registry.queries.deployments import line
from registry.queries.snapshots import serving_features


def expected_features(version: ModelVersion, environment: str = "") -> dict[str, Expected]:
    """For each feature of the snapshot the definition that is due (F7), in an environment where one is named."""
    return {
        one.feature.name: Expected(one.name, one.equivalence, one.pipeline_commit)
        for one in serving_features(version, environment)
    }


def revision_without(version: ModelVersion, environment: str, *, since: datetime) -> int | None:
    """The revision that serves in an environment and gives this version no traffic; None when it gives some, when
    nothing is configured there, or when the revision came after the moment."""
    revision = line(version.model, environment).first()
    if revision is None or revision.made_at > since or version.version in revision.configuration.weights:
        return None
    return revision.number


def versions_with_traffic(model: RegisteredModel, environment: str) -> set[int]:
    """The ids of the versions that serve in an environment, as far as that is configured."""
    revision = line(model, environment).first()
    return {share.model_version_id for share in revision.shares.all()} if revision else set()


def reports() -> QuerySet[ServingReport]:
    """Every report, the newest window first."""
    return ServingReport.objects.select_related("model_version__model__owner_team")


def reports_of(version: ModelVersion) -> QuerySet[ServingReport]:
    """What serving said of one version."""
    return reports().filter(model_version=version)
