"""The records of adoption as they are stored, of one organization."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Model, Q, QuerySet

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


def orchestrated_share(organization: Organization | None, since: datetime) -> tuple[int, int]:
    """How many training runs since then an orchestrator reported, and how many there were."""
    runs = TrainingRun.objects.filter(organization=organization, started_at__gte=since)
    counted = runs.aggregate(by_orchestrator=Count("pk", filter=~Q(orchestrator="")), every=Count("pk"))
    return counted["by_orchestrator"], counted["every"]


def has_samples(organization: Organization | None) -> bool:
    """Whether anything of an organization is a sample; one query."""
    first, *others = (
        kind.objects.filter(organization=organization, sample=True).order_by().values("pk") for kind in KINDS
    )
    return bool(first.union(*others, all=True)[:1])
