"""Impact: which model versions a feature version, or a proposed definition, affects (F6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from platform_site.errors import Invalid
from platform_site.text.wording import counted
from registry.compute.definition import Definition
from registry.features.queries.definitions import judge_each
from registry.features.queries.features import changes_between
from registry.features.queries.parity_evidence import parity_runs
from registry.features.rules import fingerprint
from registry.features.rules.change import Changes
from registry.features.rules.parity_evidence import Pair
from registry.models import Feature, FeaturePin, FeatureVersion, ModelVersion, SnapshotEntry, Stage


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
    return would_block_each({feature.pk: equivalence})[feature.pk]


def would_block_each(current: Mapping[int, str]) -> dict[int, tuple[ModelVersion, ...]]:
    """The same for several features, each by its key with the equivalence of its current definition; two queries."""
    pinned = FeaturePin.objects.filter(feature=OuterRef("feature"), model_version=OuterRef("snapshot__model_version"))
    entries = SnapshotEntry.objects.filter(feature__in=current, snapshot__model_version__stage=Stage.PRODUCTION)
    rows = entries.exclude(Exists(pinned)).values_list(
        "feature", "feature_version__equivalence", "snapshot__model_version"
    )
    blocked = [(feature, version) for feature, trained, version in rows if trained != current[feature]]
    records = ModelVersion.objects.filter(pk__in={version for _, version in blocked})
    versions = {row.pk: row for row in records.select_related("model__owner_team").order_by("model__name", "version")}
    by_feature: dict[int, set[int]] = {feature: set() for feature in current}
    for feature, version in blocked:
        by_feature[feature].add(version)
    place = {pk: index for index, pk in enumerate(versions)}
    return {
        feature: tuple(versions[pk] for pk in sorted(keys, key=place.__getitem__))
        for feature, keys in by_feature.items()
    }


def blocked_by_current(feature: Feature) -> tuple[ModelVersion, ...]:
    """The production model versions that the gate blocks now: a parity check did not show that what they were trained on
    computes the same as the current version."""
    current = feature.current
    blocked = would_block(feature, current.equivalence) if current else ()
    entries = SnapshotEntry.objects.filter(snapshot__model_version__in=blocked, feature=feature)
    rows = entries.values_list("snapshot__model_version", "feature_version__name", "feature_version__source_table")
    pairs = {pk: Pair(feature.name, trained, current.name, table) for pk, trained, table in rows} if current else {}
    runs = parity_runs(pairs.values())
    return tuple(version for version in blocked if not (run := runs.get(pairs[version.pk])) or not run.is_evidence)


class Proposal(NamedTuple):
    """What registering a definition would do: its version, what changes, and which model versions would be blocked."""

    feature: str
    version: str
    known: bool
    changes: Changes
    would_block: tuple[ModelVersion, ...]

    @property
    def sentence(self) -> str:
        """The impact in one sentence."""
        if self.known:
            return f"This definition is already registered as {self.version}."
        if not self.would_block:
            return "It would block no model in production."
        models, teams = len(self.would_block), len({version.model.owner_team_id for version in self.would_block})
        blocked = f"{counted(models, 'production model')} of {counted(teams, 'team')}"
        return f"It would block {blocked} until they are pinned or retrained."


def of_proposal(name: str, definition: Definition, *, dialect: str = "duckdb") -> Proposal:
    """What registering this definition would do; nothing is stored. Invalid with everything wrong with it."""
    definition = definition.as_stored()
    [judged] = judge_each([(definition, dialect)])
    if judged.faults:
        raise Invalid(judged.faults)
    version = fingerprint.version_name(fingerprint.address(definition))
    feature = Feature.objects.select_related("current").filter(name=name).first()
    proposed = FeatureVersion(**definition.as_dict(), dialect=dialect, engine_logic=judged.runs_as)
    if feature is None:
        return Proposal(name, version, False, changes_between(None, proposed), ())
    known = feature.versions.filter(name=version).exists()
    equivalence = fingerprint.equivalence(proposed.in_engine, proposed.compared_in)
    blocked = () if known else would_block(feature, equivalence)
    return Proposal(name, version, known, changes_between(feature.current, proposed), blocked)
