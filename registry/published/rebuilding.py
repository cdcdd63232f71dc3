"""What is on record to rebuild each production model version from, and what is missing."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from registry.models import Evaluation, ModelVersion, RegisteredModel, SnapshotEntry, TrainingSnapshot
from registry.versions.rules.lifecycle import Stage


class Record(NamedTuple):
    """How many of the production versions have every part, and how many lack each part."""

    complete: int
    total: int
    missing: dict[str, int]


class Lacking(NamedTuple):
    """A production version and the parts that it lacks."""

    model: str
    version: str
    parts: list[str]


def _of(records: QuerySet) -> Exists:
    return Exists(records.filter(model_version=OuterRef("pk")))


def _trained_on_features() -> Q:
    entries = SnapshotEntry.objects.filter(snapshot__model_version=OuterRef("pk"))
    return Q(_of(TrainingSnapshot.objects.all())) & (Q(uses_no_features=True) | Q(Exists(entries)))


# What somebody new needs to rebuild a version, by the words that name a missing part.
PARTS = {
    "the code commit": lambda: ~Q(code_commit=""),
    "a data snapshot with rows": lambda: Q(data_snapshot__rows__gt=0),
    "the training snapshot of its features": _trained_on_features,
    "the commit of its feature pipeline": lambda: Q(uses_no_features=True) | ~Q(pipeline_commit=""),
    "the container digest": lambda: Q(container_digest__startswith="sha256:"),
    "an artifact with its digest to compare with": lambda: ~Q(artifact_uri="") & ~Q(artifact_digest=""),
    "an evaluation to reach again": lambda: Q(_of(Evaluation.objects.all())),
}
NAMES = {part: f"has_{place}" for place, part in enumerate(PARTS)}


def record(organization_id: int | None) -> Record:
    """The record of an organization's production versions; one query, however many."""
    having = {f"{name}_count": Count("pk", filter=Q(**{name: True})) for name in NAMES.values()}
    counted = _production(organization_id).aggregate(
        total=Count("pk"), complete=Count("pk", filter=_complete()), **having
    )
    total = counted["total"]
    return Record(counted["complete"], total, {part: total - counted[f"{name}_count"] for part, name in NAMES.items()})


def lacking(organization_id: int | None, limit: int) -> list[Lacking]:
    """The first versions that lack a part, by name; one query."""
    rows = _production(organization_id).exclude(_complete()).order_by("model__name", "version")
    values = rows.values("model__name", "version", *NAMES.values())[:limit]
    return [
        Lacking(row["model__name"], row["version"], [part for part, name in NAMES.items() if not row[name]])
        for row in values
    ]


def serving_modes(organization_id: int | None) -> dict[str, int]:
    """How many models of an organization are in production, by serving mode; only modes in use."""
    served = RegisteredModel.objects.filter(
        owner_team__organization=organization_id, versions__stage=Stage.PRODUCTION
    ).order_by()
    return dict(served.values_list("serving_mode").annotate(models=Count("pk", distinct=True)))


def _production(organization_id: int | None) -> QuerySet[ModelVersion]:
    parts = {name: Case(When(PARTS[part](), then=Value(True)), default=Value(False)) for part, name in NAMES.items()}
    live = ModelVersion.objects.filter(model__owner_team__organization=organization_id, stage=Stage.PRODUCTION)
    return live.annotate(**parts)


def _complete() -> Q:
    return Q(**dict.fromkeys(NAMES.values(), True))
