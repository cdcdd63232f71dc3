"""Time travel: what served at a moment, at which feature versions, let through by whom (G11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from platform_site.audit import queries as audit
from registry.domain.lifecycle import Stage
from registry.models import CurrentVersionChange, ModelVersion, Override, SnapshotEntry, StageChange
from registry.queries.subjects import subject_of

PINNED, LIFTED = "feature_pin.set", "feature_pin.lifted"


class Served(NamedTuple):
    """One feature as a model version was served it: at the pin if there was one, else as trained."""

    feature: str
    trained_on: str
    version: str
    pinned: bool
    current: str | None

    @property
    def moved(self) -> bool:
        """Whether the feature's current version was another one at that moment."""
        return self.current is not None and self.current != self.version


class Standing(NamedTuple):
    """A model version that served at a moment: since when, by whose decision, with which features."""

    version: ModelVersion
    since: datetime
    promoted_by: str
    approved_by: tuple[str, ...]
    gate_decision: int
    features: tuple[Served, ...]


def versions_at(moment: datetime) -> QuerySet[ModelVersion]:
    """The model versions that were in production at a moment, by name; each with ``arrival``, its change of stage."""
    changes = StageChange.objects.filter(model_version=OuterRef("pk"), changed_at__lte=moment)
    newest = changes.order_by("-changed_at", "-pk")
    return (
        ModelVersion.objects.annotate(
            stage_then=Subquery(newest.values("after")[:1]), arrival=Subquery(newest.values("pk")[:1])
        )
        .filter(stage_then=Stage.PRODUCTION)
        .select_related("model__owner_team")
        .order_by("model__name", "version")
    )


def standings(versions: Sequence[ModelVersion], moment: datetime) -> list[Standing]:
    """How each of them stood at that moment; five queries, however many there are."""
    arrivals = {
        change.pk: change
        for change in StageChange.objects.filter(pk__in=[one.arrival for one in versions]).select_related(
            "gate_decision"
        )
    }
    approvers = _approvers(arrivals.values())
    features = _features(versions, moment)
    return [_standing(one, arrivals[one.arrival], approvers, features.get(one.pk, ())) for one in versions]


def _standing(
    version: ModelVersion, arrival: StageChange, approvers: dict[int, str], features: Sequence[Served]
) -> Standing:
    over = arrival.gate_decision.overridden
    approved = dict.fromkeys(approvers[one["override"]] for one in over if one["override"] in approvers)
    return Standing(
        version, arrival.changed_at, arrival.changed_by, tuple(approved), arrival.gate_decision_id, tuple(features)
    )


def _approvers(arrivals: Any) -> dict[int, str]:
    wanted = {one["override"] for change in arrivals for one in change.gate_decision.overridden}
    return dict(Override.objects.filter(pk__in=wanted).values_list("pk", "decided_by"))


def _features(versions: Sequence[ModelVersion], moment: datetime) -> dict[int, list[Served]]:
    entries = list(
        SnapshotEntry.objects.filter(snapshot__model_version__in=versions)
        .select_related("snapshot", "feature", "feature_version")
        .order_by("feature__name")
    )
    pins, current = _pins(versions, moment), _current({entry.feature_id for entry in entries}, moment)
    found: dict[int, list[Served]] = {}
    for entry in entries:
        pk, trained = entry.snapshot.model_version_id, entry.feature_version.name
        pin = pins.get((pk, entry.feature.name))
        served = Served(entry.feature.name, trained, pin or trained, pin is not None, current.get(entry.feature_id))
        found.setdefault(pk, []).append(served)
    return found


def _pins(versions: Sequence[ModelVersion], moment: datetime) -> dict[tuple[int, str], str]:
    """The pins that stood, from the log: what is lifted leaves no row behind."""
    by_subject = {subject_of(version): version.pk for version in versions}
    events = audit.events().filter(subject__in=by_subject, action__in=[PINNED, LIFTED]).order_by("sequence")
    pins: dict[tuple[int, str], str] = {}
    for event in audit.between(events, until=moment):
        told = event.content
        key = (by_subject[event.subject], told["feature"])
        if event.action == PINNED:
            pins[key] = told["version"]
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
    changes = CurrentVersionChange.objects.filter(Q(pk__in=newest)).select_related("after")
    return {change.feature_id: change.after.name for change in changes}
