"""The records of adoption as they are stored, of one organization."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.errors import Unknown

KINDS = (TrainingRun, ModelProject, UseCase, ShowstopperAnswer, Release)


def entries(kind: type[Model], organization: Organization | None) -> QuerySet[Any]:
    """An organization's records of one kind, in their own order."""
    return kind._default_manager.filter(organization=organization).select_related("organization")


def entry(kind: type[Model], pk: int) -> Any:
    """One record; Unknown when there is none."""
    record = kind._default_manager.filter(pk=pk).select_related("organization").first()
    if record is None:
        raise Unknown(f"There is no {kind._meta.verbose_name} {pk}.")
    return record


def has_samples(organization: Organization | None) -> bool:
    """Whether anything of an organization is a sample; one query."""
    first, *others = (
        kind.objects.filter(organization=organization, sample=True).order_by().values("pk") for kind in KINDS
    )
    return bool(first.union(*others, all=True)[:1])
