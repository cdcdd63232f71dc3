"""What the registry has to find. Words are looked for in current definitions, a hash among all that there ever were."""

from __future__ import annotations

from django.urls import reverse

from platform_site.roof.search.kinds import Folded, Hit, Kind, shortened
from registry.models import (
    Check,
    CheckRun,
    CurrentLogic,
    Dataset,
    DatasetSnapshot,
    Feature,
    FeatureVersion,
    ModelVersion,
    RegisteredModel,
    SourceTable,
)


def _model(row: RegisteredModel) -> Hit:
    return Hit(
        row.name, shortened(row.description) or f"Owned by {row.owner_team}", reverse("registry:model", args=[row.name])
    )


def _version(row: ModelVersion) -> Hit:
    about = f"{row.get_stage_display()}, artifact {row.artifact_digest[:12]}"
    return Hit(str(row), about, reverse("registry:model_version", args=[row.model.name, row.version]))


def _feature(row: Feature) -> Hit:
    return Hit(
        row.name,
        shortened(row.description) or f"Owned by {row.owner_team}",
        reverse("registry:feature", args=[row.name]),
    )


def _definition(row: FeatureVersion) -> Hit:
    return Hit(str(row), shortened(row.computation_logic), reverse("registry:feature", args=[row.feature.name]))


def _table(row: SourceTable) -> Hit:
    return Hit(row.name, shortened(row.description), reverse("registry:source_table", args=[row.name]))


def _dataset(row: Dataset) -> Hit:
    return Hit(row.name, row.location, reverse("registry:dataset", args=[row.name]))


def _snapshot(row: DatasetSnapshot) -> Hit:
    about = f"Snapshot {row.digest[:12]} of {row.rows:,} rows"
    return Hit(row.dataset.name, about, reverse("registry:dataset", args=[row.dataset.name]))


def _check(row: Check) -> Hit:
    return Hit(row.name, f"A check of {row.get_kind_display().lower()}", reverse("registry:check", args=[row.pk]))


def _run(row: CheckRun) -> Hit:
    about = row.summary or row.error or row.get_state_display()
    return Hit(f"Run {row.pk} of {row.check_definition.name}", shortened(about), reverse("registry:run", args=[row.pk]))


KINDS = (
    Kind(
        "models", "Models", lambda of: RegisteredModel.objects.select_related("owner_team"), _model,
        text=("description", "tags"), names=("name",), exact=("name",),
    ),
    Kind(
        "versions", "Model versions", lambda of: ModelVersion.objects.select_related("model"), _version,
        text=("version",), names=("model__name",), hashes=("artifact_digest", "code_commit"),
    ),
    Kind(
        "features", "Features", lambda of: Feature.objects.select_related("owner_team"), _feature,
        text=("description", "tags"), names=("name",), exact=("name",),
    ),
    Kind(
        "definitions", "Definitions", lambda of: FeatureVersion.objects.select_related("feature"), _definition,
        hashes=("digest",), folded=Folded(CurrentLogic.objects.all, "folded", "version"),
    ),
    Kind(
        "source_tables", "Source tables", lambda of: SourceTable.objects.all(), _table,
        text=("description", "tags"), names=("name",), exact=("name",),
    ),
    Kind("datasets", "Data sets", lambda of: Dataset.objects.all(), _dataset, text=("name", "location"), exact=("name",)),
    Kind("snapshots", "Snapshots of data", lambda of: DatasetSnapshot.objects.select_related("dataset"), _snapshot, hashes=("digest",)),
    Kind("checks", "Checks", lambda of: Check.objects.all(), _check, text=("name",), exact=("name",)),
    Kind(
        "runs", "Check runs", lambda of: CheckRun.objects.select_related("check_definition"), _run,
        text=("summary", "check_definition__name"), numbers=("pk",),
    ),
)  # fmt: skip
