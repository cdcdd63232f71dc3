"""Blast radius: which model versions a feature version, or a change to it, touches (F6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from platform_site.errors import Invalid
from platform_site.text.wording import counted
from registry.compute.definition import Definition
from registry.features.queries.definitions import definition_faults
from registry.features.rules import fingerprint
from registry.features.rules.change import Changes, changes
from registry.models import (
    Check,
    Feature,
    FeaturePin,
    FeatureVersion,
    ModelVersion,
    RegisteredModel,
    SnapshotEntry,
    SourceTable,
)
from registry.versions.queries.overrides import keys_in_force
from registry.versions.rules.lifecycle import Stage

DATA_ROLES = ("dataset", "reference", "current", "training", "serving")


def trained_on(version: FeatureVersion) -> QuerySet[ModelVersion]:
    """The model versions whose snapshot names this feature version, production first."""
    return (
        ModelVersion.objects.filter(snapshot__entries__feature_version=version)
        .select_related("model__owner_team")
        .order_by("stage", "model__name", "version")
    )


def would_block(feature: Feature, equivalence: str) -> tuple[ModelVersion, ...]:
    """The production model versions that the gate blocks while a definition of that equivalence is current: trained
    on something else, and not pinned."""
    same = feature.versions.filter(equivalence=equivalence)
    return tuple(
        ModelVersion.objects.filter(stage=Stage.PRODUCTION, snapshot__entries__feature=feature)
        .exclude(snapshot__entries__feature_version__in=same)
        .exclude(pins__feature=feature)
        .select_related("model__owner_team")
        .order_by("model__name", "version")
    )


class Proposal(NamedTuple):
    """What registering a definition would do: the version it would be, what changes, whom it would block."""

    feature: str
    version: str
    known: bool
    changes: Changes
    would_block: tuple[ModelVersion, ...]

    @property
    def sentence(self) -> str:
        """The blast radius as people say it."""
        if self.known:
            return f"This very definition is registered already, as {self.version}."
        if not self.would_block:
            return "It would block no model in production."
        models, teams = len(self.would_block), len({one.model.owner_team_id for one in self.would_block})
        told = f"{counted(models, 'production model')} of {counted(teams, 'team')}"
        return f"It would block {told} until they are pinned or trained again."


def of_proposal(name: str, definition: Definition, *, dialect: str = "duckdb") -> Proposal:
    """What registering this definition would do; nothing is stored. Invalid with everything wrong with it."""
    if faults := definition_faults(definition, dialect):
        raise Invalid(faults)
    version = fingerprint.version_name(fingerprint.address(definition))
    feature = Feature.objects.select_related("current").filter(name=name).first()
    if feature is None:
        return Proposal(name, version, False, changes(None, definition, dialect), ())
    base = feature.current.definition if feature.current else None
    known = feature.versions.filter(name=version).exists()
    blocked = () if known else would_block(feature, fingerprint.equivalence(definition, dialect))
    return Proposal(name, version, known, changes(base, definition, dialect), blocked)


def models_concerned(check: Check) -> QuerySet[RegisteredModel]:
    """The models that an alert of this check is about: its own, or those in production or staging that were trained on
    its feature, or on a feature that is computed from its data."""
    if check.model_id:
        return RegisteredModel.objects.filter(pk=check.model_id)
    served = Q(versions__stage__in=[Stage.PRODUCTION, Stage.STAGING])
    about = Q(versions__snapshot__entries__feature=check.feature_id)
    if not check.feature_id:
        names = {check.parameters.get(role) for role in DATA_ROLES}
        tables = SourceTable.objects.filter(dataset__name__in=names - {None, ""}).values("name")
        about = Q(versions__snapshot__entries__feature_version__source_table__in=tables)
    return RegisteredModel.objects.filter(served, about).distinct()


def about_data_of(version: ModelVersion) -> Q:
    """Of runs: those of checks of the version's model, or of data that its features are computed from; one query."""
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    tables = entries.values("feature_version__source_table")
    names = SourceTable.objects.filter(name__in=tables, dataset__isnull=False).values_list("dataset__name", flat=True)
    of_data = {f"check_definition__parameters__{role}__in": list(names) for role in DATA_ROLES}
    return Q(check_definition__model=version.model_id) | Q(*of_data.items(), _connector=Q.OR)


def blocked_in_production() -> list[ModelVersion]:
    """The production model versions that are served another definition than they were trained on and that no override
    covers: three queries.

    Each has ``conflicting``, the names of the features in conflict.
    """
    entries = list(_conflicting_entries())
    versions = {entry.snapshot.model_version_id: entry.snapshot.model_version for entry in entries}
    pins = {(pin.model_version_id, pin.feature_id): pin.feature_version for pin in _pins_of(versions)}
    over = keys_in_force(versions.values())
    for entry in entries:
        version = versions[entry.snapshot.model_version_id]
        served = pins.get((version.pk, entry.feature_id)) or entry.feature.current
        key = f"{entry.feature.name}:{entry.feature_version.name}>{served.name if served else '-'}"
        if key not in over.get(version.pk, ()):
            version.conflicting = [*getattr(version, "conflicting", []), entry.feature.name]
    return [version for version in versions.values() if hasattr(version, "conflicting")]


def _pins_of(versions: Iterable[int]) -> QuerySet[FeaturePin]:
    return FeaturePin.objects.filter(model_version__in=list(versions)).select_related("feature_version")


def _conflicting_entries() -> QuerySet[SnapshotEntry]:
    pinned_to_the_same = FeaturePin.objects.filter(
        model_version=OuterRef("snapshot__model_version"),
        feature=OuterRef("feature"),
        feature_version__equivalence=OuterRef("feature_version__equivalence"),
    )
    pinned = FeaturePin.objects.filter(model_version=OuterRef("snapshot__model_version"), feature=OuterRef("feature"))
    current_is_the_same = Q(feature__current__equivalence=F("feature_version__equivalence")) & ~Exists(pinned)
    return (
        SnapshotEntry.objects.filter(snapshot__model_version__stage=Stage.PRODUCTION)
        .exclude(current_is_the_same)
        .exclude(Exists(pinned_to_the_same))
        .select_related("feature__current", "feature_version", "snapshot__model_version__model__owner_team")
        .order_by("snapshot__model_version__model__name", "snapshot__model_version__version", "feature__name")
    )
