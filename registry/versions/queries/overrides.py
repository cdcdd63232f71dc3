"""Overrides: those that stand, those that wait, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from platform_site.errors import Unknown
from registry.models import Feature, ModelVersion, Override
from registry.versions.rules.overrides import Word


def overrides() -> QuerySet[Override]:
    """Every override, newest first."""
    return Override.objects.select_related("model_version__model__owner_team")


def override(override_id: int) -> Override:
    """One override; Unknown when there is none."""
    found = overrides().filter(pk=override_id).first()
    if found is None:
        raise Unknown(f"There is no override {override_id}.")
    return found


def in_force(*, at: datetime | None = None) -> QuerySet[Override]:
    """Those that are approved and have not ended."""
    return overrides().filter(state=Override.State.APPROVED, expires_at__gt=at or timezone.now())


def waiting() -> QuerySet[Override]:
    """Those that wait for another person and have not ended."""
    return overrides().filter(state=Override.State.REQUESTED, expires_at__gt=timezone.now())


def shown_on(version: ModelVersion) -> QuerySet[Override]:
    """What a model version's page shows: everything ever asked for it, newest first."""
    return overrides().filter(model_version=version)


def of_feature(feature: Feature) -> list[Override]:
    """Those in force that cover a conflict of this feature."""
    return [one for one in in_force() if any(key.startswith(f"{feature.name}:") for key in one.keys)]


def words(version: ModelVersion) -> list[Word]:
    """The approved overrides of a version as the gates take them; one query."""
    approved = version.overrides.filter(state=Override.State.APPROVED)
    return [Word(one.pk, one.keys, one.expires_at) for one in approved]


def keys_in_force(versions: Iterable[ModelVersion]) -> dict[int, set[str]]:
    """For each version's id, what overrides cover now; one query."""
    covered: dict[int, set[str]] = {}
    for one in in_force().filter(model_version__in=list(versions)):
        covered.setdefault(one.model_version_id, set()).update(one.keys)
    return covered
