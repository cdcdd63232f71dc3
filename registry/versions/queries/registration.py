"""Why a model version cannot be registered: every lineage part that is missing, malformed or not found (G1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from platform_site.errors import Fault
from registry.models import DatasetSnapshot, FeatureVersion, ModelVersion, Observation, Stage
from registry.versions.queries.model_versions import Reading, server_readings
from registry.versions.queries.snapshots import KnownFeatures, known_features, resolve_snapshot
from registry.versions.rules import lineage
from registry.versions.rules.observed import MissingPart, PartCoverage, coverage, missing_parts

VERSION_LENGTH = 64
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
VERSION_SENTENCE = "`version` must have 1 to 64 letters, digits, and . _ + -, and begin with a letter or a digit."
REGULATED = (
    "The model is regulated: name the features that this version was trained on and their versions. Regulated models cannot "
    "set `uses_no_features`."
)
NO_FEATURES = "`feature_snapshot` is empty. Name at least one feature and its version, or set `uses_no_features: true`."


class References(NamedTuple):
    """What any number of registrations refer to and the registry has: digests of data snapshots, and features."""

    digests: frozenset[str]
    features: KnownFeatures


def references(every: Iterable[Mapping[str, Any]]) -> References:
    """What the lineage parts of registrations refer to; three queries, however many."""
    rows = list(every)
    digests = {
        digest.removeprefix("sha256:") for parts in rows if isinstance(digest := parts.get("data_snapshot"), str)
    }
    existing = DatasetSnapshot.objects.filter(digest__in=digests).values_list("digest", flat=True)
    return References(frozenset(existing), known_features(parts.get("feature_snapshot") for parts in rows))


def registration_faults(
    model: str,
    version: str,
    artifact: Mapping[str, Any],
    parts: Mapping[str, Any],
    *,
    regulated: bool = False,
) -> tuple[list[FeatureVersion], list[Fault]]:
    """The feature versions that the snapshot names, and every fault; a version is registered when there is none.

    ``regulated``: the model is, so that its versions must name features.
    """
    resolved, faults = part_faults(artifact, parts, regulated=regulated)
    if not VERSION.fullmatch(version):
        faults.insert(0, Fault("version", "malformed", VERSION_SENTENCE))
    elif ModelVersion.objects.filter(model__name=model, version__iexact=version).exists():
        faults.insert(
            0, Fault("version", "duplicate", f"{model} {version} is registered already. Choose another version.")
        )
    return resolved, faults


def part_faults(
    artifact: Mapping[str, Any], parts: Mapping[str, Any], *, regulated: bool = False, known: References | None = None
) -> tuple[list[FeatureVersion], list[Fault]]:
    """The feature versions that the parts name, and what is missing, malformed or not found among the parts.

    ``known`` is what the parts of many versions refer to, read once.
    """
    known = known or references([parts])
    faults = [Fault(*part) for part in lineage.faults(parts, artifact=artifact)]
    if parts.get("feature_snapshot") == {} and parts.get("uses_no_features") is not True:
        faults.append(Fault("lineage.feature_snapshot", "empty", REGULATED if regulated else NO_FEATURES))
    elif parts.get("feature_snapshot") == {} and regulated:
        faults.append(Fault("lineage.uses_no_features", "regulated", REGULATED))
    digest = parts.get("data_snapshot")
    if isinstance(digest, str) and lineage.DIGEST.match(digest) and digest.removeprefix("sha256:") not in known.digests:
        sentence = f"No data snapshot has the digest {digest}. Take one first (POST datasets/{{name}}/snapshots/)."
        faults.append(Fault("lineage.data_snapshot", "unresolvable", sentence))
    resolved, unresolved = resolve_snapshot(parts.get("feature_snapshot"), known.features)
    return resolved, [*faults, *unresolved]


def missing_of(version: ModelVersion) -> tuple[MissingPart, ...] | None:
    """What an observed version lacks to be registered; None of one that is registered. Four queries of an observed one."""
    if not version.is_observed:
        return None
    observation = Observation.objects.filter(model_version=version).select_related("model_version__model").first()
    return missing_by_observation([observation])[observation.pk] if observation else ()


def observation_of(version: ModelVersion) -> Observation | None:
    """What another system knows of a version; None where none does."""
    return Observation.objects.filter(model_version=version).first()


def missing_by_observation(observations: Iterable[Observation]) -> dict[int, tuple[MissingPart, ...]]:
    """What each observed version lacks, by the key of its observation; three queries, however many.

    Each comes with its version and model.
    """
    rows = list(observations)
    known = references(row.parts.get("lineage") or {} for row in rows)
    return {row.pk: _missing(row, known) for row in rows}


def _missing(observation: Observation, known: References) -> tuple[MissingPart, ...]:
    parts = observation.parts
    faults = part_faults(
        parts.get("artifact") or {},
        parts.get("lineage") or {},
        regulated=observation.model_version.model.regulated,
        known=known,
    )[1]
    return missing_parts([(fault.field, fault.message) for fault in faults], observation.external_id)


class Coverage(NamedTuple):
    """How many versions there are, how many of them are observed, which part is missing in how many of those, and when the
    servers that know them were read."""

    versions: int
    observed: int
    parts: tuple[PartCoverage, ...]
    servers: Sequence[Reading]


def observed(owner_team: str = "") -> QuerySet[Observation]:
    """The observations of versions that are observed, newest first, each with its version and model; of one team."""
    rows = Observation.objects.filter(model_version__stage=Stage.OBSERVED, gone_at=None)
    rows = rows.filter(model_version__model__owner_team__slug=owner_team) if owner_team else rows
    return rows.select_related("model_version__model")


def coverage_of(owner_team: str = "") -> Coverage:
    """Which part is missing in how many observed versions, of all teams or of one; six queries."""
    rows = list(observed(owner_team))
    missing = missing_by_observation(rows)
    versions = ModelVersion.objects.exclude(stage=Stage.ARCHIVED)
    versions = versions.filter(model__owner_team__slug=owner_team) if owner_team else versions
    by_version = {(row.model_version.model.name, row.model_version.version): missing[row.pk] for row in rows}
    return Coverage(versions.count(), len(rows), coverage(by_version), server_readings())
