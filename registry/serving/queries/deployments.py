"""Serving revisions and deployments: what serves in each environment, and what served before."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from platform_site.errors import Unknown
from registry.models import Deployment, ModelVersion, RegisteredModel, ServedShare, ServingRevision
from registry.serving.rules.configuration import Configuration

MOST_EARLIER = 200  # revisions offered to go back to
APPROVED = Q(covered_by__isnull=False) | Q(standing_approval__isnull=False)


def revisions() -> QuerySet[ServingRevision]:
    """Every revision with its shares and its approval; two queries."""
    return ServingRevision.objects.select_related(
        "model__owner_team", "covered_by", "standing_approval"
    ).prefetch_related("shares__model_version")


def revisions_of(model: RegisteredModel, environment: str) -> QuerySet[ServingRevision]:
    """The revisions of one model in one environment, the one that serves first."""
    return revisions().filter(model=model, environment=environment).order_by("-number")


class ServingState(NamedTuple):
    """What a change is compared with: the revision that serves, and the last approved one."""

    current: ServingRevision | None
    approved: ServingRevision | None

    @property
    def configuration(self) -> Configuration:
        return self.current.configuration if self.current else Configuration()

    @property
    def number(self) -> int | None:
        """The number of the revision that serves; None before the first."""
        return self.current.number if self.current else None

    @property
    def approved_configuration(self) -> Configuration | None:
        """None if it is the one that serves, or nothing was approved yet."""
        if self.approved is None or self.approved == self.current:
            return None
        return self.approved.configuration


def serving_state(version: ModelVersion, environment: str) -> ServingState:
    """What serves of a version's model in an environment now."""
    revisions = revisions_of(version.model, environment)
    return ServingState(revisions.first(), _last_approved(revisions))


def _last_approved(revisions: QuerySet[ServingRevision]) -> ServingRevision | None:
    """The last revision that somebody approved, by itself or in advance. A rollback to a change too small for an approval counts as the approval
    of that time: otherwise a small change, a rollback and another small change would add up to one nobody reviewed."""
    covered = revisions.filter(APPROVED)
    revision = covered.first()
    while revision is not None and revision.restores is not None:
        restored = revision.restores
        approved = restored.covered_by_id or restored.standing_approval_id
        revision = restored if approved else covered.filter(number__lt=restored.number).first()
    return revision


def rolled_away(model: RegisteredModel) -> dict[tuple[str, int], int]:
    """The revisions that a later rollback went back past, by environment and number, each with the number of the newest such
    rollback's revision; one query."""
    rollbacks = ServingRevision.objects.filter(model=model).exclude(restores=None).order_by("number")
    rows = rollbacks.values_list("environment", "number", "restores__number")
    return {(place, left): number for place, number, restored in rows for left in range(restored + 1, number)}


def revision(model: RegisteredModel, environment: str, number: int) -> ServingRevision:
    """One revision by its number; Unknown when there is none."""
    match = revisions_of(model, environment).filter(number=number).first()
    if match is None:
        raise Unknown(f"There is no revision {number} of {model.name} in {environment}.")
    return match


def serving_at(moment: datetime) -> QuerySet[ServingRevision]:
    """The revision of each model and environment that served at a moment."""
    later = ServingRevision.objects.filter(
        model=OuterRef("model"), environment=OuterRef("environment"), number__gt=OuterRef("number"), made_at__lte=moment
    )
    return revisions().filter(~Exists(later), made_at__lte=moment).order_by("model__name", "environment")


def serving_now() -> QuerySet[ServingRevision]:
    """The revision of each model and environment that serves."""
    later = ServingRevision.objects.filter(
        model=OuterRef("model"), environment=OuterRef("environment"), number__gt=OuterRef("number")
    )
    return revisions().filter(~Exists(later)).order_by("model__name", "environment")


class Place(NamedTuple):
    """One environment of a model: what serves, the revisions to go back to, and the newest deployment."""

    revision: ServingRevision
    earlier: list[ServingRevision]
    newest: Deployment

    @property
    def environment(self) -> str:
        return self.revision.environment


def places(model: RegisteredModel) -> list[Place]:
    """Each configured environment of a model; six queries, however many there are."""
    serving = list(serving_now().filter(model=model))
    earlier = list(revisions().filter(model=model).order_by("-number")[:MOST_EARLIER])
    away = rolled_away(model)
    earlier = [old for old in earlier if (old.environment, old.number) not in away]
    newest = {
        revision.revision_id: revision for revision in Deployment.objects.filter(revision__in=serving, rehearsal=False)
    }
    return [
        Place(revision, [old for old in earlier if _is_before(old, revision)], newest[revision.pk])
        for revision in serving
    ]


def _is_before(old: ServingRevision, serving: ServingRevision) -> bool:
    if old.environment != serving.environment or old.number >= serving.number:
        return False
    return old.configuration.as_dict() != serving.configuration.as_dict()


def where_it_serves(version: ModelVersion) -> QuerySet[ServedShare]:
    """The traffic that a version has now, environment by environment; 0% where it runs as shadow."""
    return (
        ServedShare.objects.filter(model_version=version, revision__in=serving_now().values("pk"))
        .select_related("revision")
        .order_by("revision__environment")
    )


def deployments() -> QuerySet[Deployment]:
    """Every deployment, newest first; four queries with the content of the revisions."""
    return Deployment.objects.select_related(
        "revision__model__owner_team", "revision__covered_by", "revision__standing_approval", "revision__restores", "model_version__model",
        "gate_decision", "rollout",
    ).prefetch_related("revision__shares__model_version")  # fmt: skip


def deployment(pk: int) -> Deployment:
    """One deployment; Unknown when there is none."""
    match = deployments().filter(pk=pk).first()
    if match is None:
        raise Unknown(f"There is no deployment {pk}.")
    return match


def last_rollback(model: RegisteredModel) -> datetime | None:
    """When a rollback of a model was last made or rehearsed; one query."""
    rollbacks = Deployment.objects.filter(revision__model=model, kind=Deployment.Kind.ROLLBACK)
    return rollbacks.order_by("-made_at").values_list("made_at", flat=True).first()
