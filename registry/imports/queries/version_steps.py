"""The steps of model versions: which are whole and are registered, which are observed, and what each of those lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from platform_site.access import Actor, can_contribute
from registry.imports.queries.steps import Effect, Step, step_of
from registry.imports.rules.candidates import Candidate, canonical
from registry.models import CurrentVersionChange, Import, ModelVersion, Observation, RegisteredModel
from registry.versions.queries import registration
from registry.versions.rules.observed import merged, missing_parts, sentence

FIRST_KNOWN = (
    "The registry knows {feature} only since after the training: its first version is taken as the one trained on."
)


class Parts(NamedTuple):
    """The parts of a version as a registration takes them, and what was assumed."""

    artifact: dict[str, Any]
    lineage: dict[str, Any]
    notes: tuple[str, ...] = ()


def parts_of(candidate: Candidate) -> Parts:
    """The parts of one version; the features that Feast named at the versions in force when it was trained."""
    return parts_of_each([candidate])[0]


def parts_of_each(candidates: Iterable[Candidate]) -> list[Parts]:
    """The same of many; one query where Feast named features."""
    rows = list(candidates)
    names = {_feature(ref) for candidate in rows for ref in candidate.content.get("feature_refs", ())}
    history = _history(names) if names else {}
    return [_parts(candidate, history) for candidate in rows]


def _parts(candidate: Candidate, history: Mapping[str, list[tuple[datetime, str]]]) -> Parts:
    content = candidate.content
    lineage, notes = dict(content["lineage"]), []
    if refs := content.get("feature_refs"):
        at = _moment(content.get("trained_at"))
        snapshot = {}
        for name in map(_feature, refs):
            version, known_then = _in_force(history.get(name, []), at)
            snapshot[name] = version
            if version and not known_then:
                notes.append(FIRST_KNOWN.format(feature=name))
        lineage["feature_snapshot"] = snapshot
    return Parts(dict(content["artifact"]), lineage, tuple(notes))


def _feature(ref: str) -> str:
    """The name that the import of Feast gives a feature of a view.

    >>> _feature("driver_hourly_stats:conv_rate")
    'driver_hourly_stats__conv_rate'
    """
    view, _, field = ref.partition(":")
    return f"{canonical(view.partition('@')[0])}__{canonical(field)}"


def _history(names: Iterable[str]) -> dict[str, list[tuple[datetime, str]]]:
    """Which version of each feature came into force when, the first one first."""
    changes = CurrentVersionChange.objects.filter(feature__name__in=names).order_by("changed_at", "pk")
    history: dict[str, list[tuple[datetime, str]]] = {}
    for name, at, version in changes.values_list("feature__name", "changed_at", "after__name"):
        history.setdefault(name, []).append((at, version))
    return history


def _in_force(history: list[tuple[datetime, str]], at: datetime | None) -> tuple[str, bool]:
    """The version in force at a moment, and whether it was known then; empty where the registry has no such feature."""
    if not history:
        return "", True
    before = [version for since, version in history if at is not None and since <= at]
    return (before[-1], True) if before else (history[0][1], False)


def _moment(milliseconds: Any) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC) if isinstance(milliseconds, int) else None


def planned(candidates: list[Candidate], offered: Import, actor: Actor) -> Iterator[Step]:
    """A step for each version, in a fixed number of queries."""
    models = {candidate.content["model"] for candidate in candidates}
    rows = ModelVersion.objects.filter(model__name__in=models).select_related("model", "data_snapshot")
    existing = {f"{row.model.name}/{row.version}": row for row in rows}
    observations = {
        row.model_version_id: row for row in Observation.objects.filter(model_version__model__name__in=models)
    }
    owners = dict(RegisteredModel.objects.filter(name__in=models).values_list("name", "owner_team__slug"))
    regulated = set(RegisteredModel.objects.filter(name__in=models, regulated=True).values_list("name", flat=True))
    read = parts_of_each(candidates)
    known = registration.references(parts.lineage for parts in read)
    for candidate, parts in zip(candidates, read, strict=True):
        model, version = candidate.content["model"], existing.get(candidate.name)
        owner = owners.get(model)
        if owner and not can_contribute(actor, owner):
            sentence = f"{model} belongs to team {owner}. Only that team can add versions."
            yield step_of(candidate, Effect.CANNOT, sentence)
        elif version and not version.is_observed:
            yield _registered(candidate, version, parts)
        elif not registration.VERSION.fullmatch(candidate.content["version"]):
            yield step_of(candidate, Effect.CANNOT, registration.VERSION_SENTENCE)
        else:
            yield _observed(
                candidate, parts, observations.get(version.pk) if version else None, model in regulated, known
            )


def _observed(
    candidate: Candidate, parts: Parts, before: Observation | None, regulated: bool, known: registration.References
) -> Step:
    """The step of a version that is not registered yet: it is registered once every part is there."""
    stored = before.parts if before else {}
    now = merged(stored, {"artifact": parts.artifact, "lineage": parts.lineage})
    names = known if now["lineage"] == parts.lineage else None  # parts from before may refer to other records
    faults = registration.part_faults(now["artifact"], now["lineage"], regulated=regulated, known=names)[1]
    if not faults:
        return step_of(candidate, Effect.CREATE, "All six lineage parts are there: it is registered.")
    missing = missing_parts([(fault.field, fault.message) for fault in faults], candidate.external_id)
    about = " ".join([f"{sentence(missing)}.", *parts.notes, *candidate.content["notes"]])
    same = before is not None and (stored, before.aliases, before.gone_at) == (now, candidate.content["aliases"], None)
    return step_of(candidate, Effect.ALREADY_THERE if same else Effect.OBSERVE, about, faults)


def _registered(candidate: Candidate, version: ModelVersion, parts: Parts) -> Step:
    other = _other_parts(version, parts)
    if not other:
        return step_of(candidate, Effect.ALREADY_THERE)
    sentence = f"It is registered with a different {', '.join(other)}. A version cannot be changed; register a new one."
    return step_of(candidate, Effect.CANNOT, sentence)


def _other_parts(existing: ModelVersion, parts: Parts) -> list[str]:
    """The parts that differ in the other tool; a part that it does not have does not count as different."""
    lineage, digest = parts.lineage, parts.artifact.get("digest")
    trained_on = existing.data_snapshot.digest if existing.data_snapshot else ""
    pairs = {
        "artifact digest": (existing.artifact_digest, digest and digest.removeprefix("sha256:")),
        "code commit": (existing.code_commit, lineage.get("code_commit")),
        "data snapshot": (trained_on, (lineage.get("data_snapshot") or "").removeprefix("sha256:")),
        "container digest": (existing.container_digest, lineage.get("container_digest")),
        "set of hyperparameters": (existing.hyperparameters, lineage.get("hyperparameters")),
    }
    return [name for name, (ours, theirs) in pairs.items() if theirs and ours != theirs]
