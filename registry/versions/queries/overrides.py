"""Overrides: those in force, those that wait for a decision, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from platform_site.errors import Unknown
from registry.models import Feature, ModelVersion, Override
from registry.versions.rules.overrides import ApprovedOverride


def overrides() -> QuerySet[Override]:
    """Every override, newest first."""
    return Override.objects.select_related("model_version__model__owner_team")


def override(override_id: int) -> Override:
    """One override; Unknown when there is none."""
    row = overrides().filter(pk=override_id).first()
    if row is None:
        raise Unknown(f"There is no override {override_id}.")
    return row


def in_force(*, at: datetime | None = None) -> QuerySet[Override]:
    """The approved overrides that have not expired."""
    return overrides().filter(state=Override.State.APPROVED, expires_at__gt=at or timezone.now())


def waiting() -> QuerySet[Override]:
    """The overrides that wait for a second person and have not expired."""
    return overrides().filter(state=Override.State.REQUESTED, expires_at__gt=timezone.now())


def overrides_of(version: ModelVersion) -> QuerySet[Override]:
    """Every override ever requested for a model version, newest first."""
    return overrides().filter(model_version=version)


def of_feature(feature: Feature) -> list[Override]:
    """The overrides in force that cover a conflict of this feature."""
    return [row for row in in_force() if any(key.startswith(f"{feature.name}:") for key in row.keys)]


def approved_overrides(version: ModelVersion) -> list[ApprovedOverride]:
    """The approved overrides of a version, in the form that the gates take; one query."""
    approved = version.overrides.filter(state=Override.State.APPROVED)
    return [ApprovedOverride(row.pk, row.keys, row.expires_at) for row in approved]


def keys_in_force(versions: Iterable[ModelVersion]) -> dict[int, set[str]]:
    """The keys that overrides cover now, by the version's id; one query."""
    covered: dict[int, set[str]] = {}
    for row in in_force().filter(model_version__in=list(versions)):
        covered.setdefault(row.model_version_id, set()).update(row.keys)
    return covered
