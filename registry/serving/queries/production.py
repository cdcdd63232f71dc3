"""What served at a moment in the past, with which feature versions, and who approved it (G11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, OuterRef, QuerySet, Subquery

from platform_site.audit import queries as audit
from registry.models import (
    CurrentVersionChange,
    Deployment,
    ModelVersion,
    Override,
    ServedShare,
    SnapshotEntry,
    StageChange,
)
from registry.serving.queries.deployments import serving_at
from registry.versions.queries.audit_subjects import subject_of

PINNED, LIFTED = "feature_pin.set", "feature_pin.lifted"
PRODUCTION = "production"  # shown before other environments
MOST_FEATURES = 10  # of a version on a page, beside those that moved or are pinned


class ServedFeature(NamedTuple):
    """A feature as a model version computed it: at the pin if there was one, else as trained."""

    feature: str
    trained_on: str
    version: str
    pinned: bool
    current: str | None

    @property
    def moved(self) -> bool:
        """Whether the feature had another current version at that moment."""
        return self.current is not None and self.current != self.version


class Serving(NamedTuple):
    """A model version in one environment: with which revision, how much of the traffic, approved by whom."""

    environment: str
    revision: int
    percent: int
    thresholds: Mapping[str, float]
    pins: Mapping[str, str]
    since: datetime
    change_request: int | None
    approved_by: str
    standing_approval: int | None = None

    @property
    def shadow(self) -> bool:
        """Whether it ran as shadow: it computed, and no user got its answers."""
        return not self.percent


class ServedVersion(NamedTuple):
    """A model version that served at a moment: since when, promoted by whom, with which features.

    ``deployments`` says where; there is at least one, for a stage alone serves nothing.
    """

    version: ModelVersion
    since: datetime
    promoted_by: str
    approved_by: tuple[str, ...]
    gate_decision: int
    features: tuple[ServedFeature, ...]
    deployments: tuple[Serving, ...]

    @property
    def shown_features(self) -> list[ServedFeature]:
        """Every feature that moved or was pinned; of those that served as trained the first, ten together."""
        notable = [feature for feature in self.features if feature.moved or feature.pinned]
        others = [feature for feature in self.features if not (feature.moved or feature.pinned)]
        return [*notable, *others[: max(MOST_FEATURES - len(notable), 0)]]

    @property
    def more_features(self) -> int:
        """How many others served as trained."""
        return len(self.features) - len(self.shown_features)

    @property
    def environment(self) -> str:
        """Where it served; the first of several, production before others."""
        return self.deployments[0].environment

    @property
    def shadow(self) -> bool:
        """Whether it only ran as shadow: it served no user."""
        return bool(self.deployments) and all(deployment.shadow for deployment in self.deployments)


def versions_at(moment: datetime) -> QuerySet[ModelVersion]:
    """The model versions that served at a moment or ran as shadow, by name; each with ``arrival``, its last change of
    stage.

    What a deployment said decides; the stage `production` alone does not.
    """
    changes = StageChange.objects.filter(model_version=OuterRef("pk"), changed_at__lte=moment)
    newest = changes.order_by("-changed_at", "-pk")
    shares = ServedShare.objects.filter(revision__in=serving_at(moment).values("pk"))
    return (
        ModelVersion.objects.annotate(arrival=Subquery(newest.values("pk")[:1]))
        .filter(pk__in=shares.values("model_version"))
        .select_related("model__owner_team")
        .order_by("model__name", "version")
    )


def served_versions(versions: Sequence[Any], moment: datetime) -> list[ServedVersion]:
    """How each version of `versions_at` served at that moment; seven queries, however many there are."""
    arrivals = {
        change.pk: change
        for change in StageChange.objects.filter(pk__in=[version.arrival for version in versions]).select_related(
            "gate_decision"
        )
    }
    approvers = _approvers(arrivals.values())
    deployed = _deployed(versions, moment)
    features = _features(versions, moment, {pk: where[0].pins for pk, where in deployed.items()})
    begun = _begun(versions, moment)
    return [
        _served_version(
            version, arrivals[version.arrival], approvers, features.get(version.pk, ()), deployed[version.pk], begun
        )
        for version in versions
    ]


def _begun(versions: Sequence[ModelVersion], moment: datetime) -> dict[tuple[int, str], datetime]:
    """When each version last began to serve in each environment."""
    arrived = Deployment.objects.filter(model_version__in=versions, arrives=True, made_at__lte=moment).order_by(
        "made_at"
    )
    rows = arrived.values_list("model_version", "revision__environment", "made_at")
    return {(version, environment): made_at for version, environment, made_at in rows}


def _served_version(
    version: ModelVersion,
    arrival: StageChange,
    approvers: dict[int, str],
    features: Sequence[ServedFeature],
    deployments: Sequence[Serving],
    begun: Mapping[tuple[int, str], datetime],
) -> ServedVersion:
    over = arrival.gate_decision.overridden
    approved = dict.fromkeys(approvers[override["override"]] for override in over if override["override"] in approvers)
    since = [begun.get((version.pk, serving.environment), serving.since) for serving in deployments]
    return ServedVersion(
        version,
        since[0],
        arrival.changed_by,
        tuple(approved),
        arrival.gate_decision_id,
        tuple(features),
        tuple(deployments),
    )


def _deployed(versions: Sequence[ModelVersion], moment: datetime) -> dict[int, list[Serving]]:
    """Where each version had traffic, production first."""
    shares = ServedShare.objects.filter(model_version__in=versions, revision__in=serving_at(moment).values("pk"))
    by_version: dict[int, list[Serving]] = {}
    related = ("revision__covered_by", "revision__standing_approval")
    for share in shares.select_related(*related).order_by("revision__environment"):
        by_version.setdefault(share.model_version_id, []).append(_serving(share))
    return {
        pk: sorted(where, key=lambda serving: serving.environment != PRODUCTION) for pk, where in by_version.items()
    }


def _serving(share: ServedShare) -> Serving:
    revision = share.revision
    return Serving(
        revision.environment,
        revision.number,
        share.percent,
        revision.thresholds,
        share.pins,
        revision.made_at,
        revision.covered_by_id,
        revision.approved_by or "",
        revision.standing_approval_id,
    )


def _approvers(arrivals: Any) -> dict[int, str]:
    wanted = {override["override"] for change in arrivals for override in change.gate_decision.overridden}
    return dict(Override.objects.filter(pk__in=wanted).values_list("pk", "decided_by"))


def _features(
    versions: Sequence[ModelVersion], moment: datetime, deployed: Mapping[int, Mapping[str, str]]
) -> dict[int, list[ServedFeature]]:
    entries = SnapshotEntry.objects.filter(snapshot__model_version__in=versions).order_by("feature__name")
    rows = list(entries.values_list("snapshot__model_version", "feature", "feature__name", "feature_version__name"))
    pins, current = _pins(versions, moment), _current({feature for _, feature, *_ in rows}, moment)
    by_version: dict[int, list[ServedFeature]] = {}
    for pk, feature, name, trained in rows:
        pin = deployed.get(pk, {}).get(name) or pins.get((pk, name))
        served = ServedFeature(name, trained, pin or trained, pin is not None, current.get(feature))
        by_version.setdefault(pk, []).append(served)
    return by_version


def _pins(versions: Sequence[ModelVersion], moment: datetime) -> dict[tuple[int, str], str]:
    """The pins at that moment, from the audit log: a removed pin leaves no row."""
    by_subject = {subject_of(version): version.pk for version in versions}
    events = audit.events().filter(subject__in=by_subject, action__in=[PINNED, LIFTED]).order_by("sequence")
    pins: dict[tuple[int, str], str] = {}
    for event in audit.between(events, until=moment):
        content = event.content
        key = (by_subject[event.subject], content["feature"])
        if event.action == PINNED:
            pins[key] = content["version"]
        else:
            pins.pop(key, None)
    return pins


def _current(features: set[int], moment: datetime) -> dict[int, str]:
    newest = (
        CurrentVersionChange.objects.filter(feature__in=features, changed_at__lte=moment)
        .values("feature")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    changes = CurrentVersionChange.objects.filter(pk__in=newest).order_by()
    return dict(changes.values_list("feature", "after__name"))
