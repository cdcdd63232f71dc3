"""The content of an MLflow tracking server as models and their versions.

A version's lineage comes from its run: parameters, metrics and tags. A tag of the version takes precedence over one of
its run. MLflow has no place for some of the parts, so they are read from tags of ours:

>>> sorted(TAGS)[:3]
['artifact.digest', 'lineage.code_commit', 'lineage.container_digest']

Nothing is invented: a part that no tag holds is left out, and the registration gate then names it. An alias is not a
stage: a stage is reached through a gate.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from registry.imports.rules.candidates import (
    Candidate,
    Extract,
    RecordKind,
    Unmapped,
    canonical,
    unique_by_name,
    unnamed,
)
from registry.imports.rules.document import Reader

TAGS = {
    "lineage.code_commit": "plumbline.code_commit",
    "lineage.data_snapshot": "plumbline.data_snapshot",
    "lineage.feature_snapshot": "plumbline.features",
    "lineage.container_digest": "plumbline.container_digest",
    "lineage.pipeline_commit": "plumbline.pipeline_commit",
    "artifact.digest": "plumbline.artifact_digest",
}
COMMIT, IMAGE = "mlflow.source.git.commit", ("mlflow.docker.image.name", "mlflow.docker.image.uri")
DIGEST, CONTAINER = re.compile(r"[0-9a-f]{64}\Z"), re.compile(r"sha256:[0-9a-f]{64}\Z")
NO_FEATURES = "none"
READY = "READY"


def read(document: Mapping[str, Any], *, origin: str) -> Extract:
    """What the registry could hold of ``{registered_models, model_versions, runs: {run_id: run}}``; Unreadable with
    every fault."""
    reader = Reader()
    models: dict[str, Candidate] = {}
    unmapped: list[Unmapped] = []
    for place, entry in reader.objects(document, "registered_models", ""):
        model = _model(reader, place, entry)
        if isinstance(model, Unmapped):
            unmapped.append(model)
        else:
            models[model.external_id] = model
            unmapped += _aliases(reader, place, entry, model.external_id)
    candidates, duplicates = unique_by_name(models.values())
    names = {model.external_id: model.name for model in candidates}
    versions, others = _versions(reader, document, names)
    reader.finish()
    return Extract(origin, (*candidates, *versions), (*unmapped, *duplicates, *others))


def _model(reader: Reader, place: str, entry: Mapping[str, Any]) -> Candidate | Unmapped:
    external = reader.text(entry, "name", place)
    name, tags = canonical(external), _pairs(reader, entry, "tags", place)
    if not name:
        return unnamed(RecordKind.MODEL, external)
    content = {
        "model_type": tags.get("plumbline.model_type", "")[:64],
        "serving_mode": tags.get("plumbline.serving_mode", "real_time"),
        "description": reader.text(entry, "description", place)[:4_000],
    }
    return Candidate(RecordKind.MODEL, name, external, content)


def _aliases(reader: Reader, place: str, entry: Mapping[str, Any], model: str) -> Iterator[Unmapped]:
    for where, alias in reader.objects(entry, "aliases", place):
        name, version = reader.text(alias, "alias", where), _number(alias.get("version"))
        reason = (
            f"It points to version {version}. A stage is reached through a gate, not by an alias: promote that version."
        )
        yield Unmapped("alias", f"{model}@{name}", reason)


def _versions(
    reader: Reader, document: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[list[Candidate], list[Unmapped]]:
    runs, wanted, unmapped = reader.object(document, "runs", ""), [], []
    for place, entry in reader.objects(document, "model_versions", ""):
        model, number = reader.text(entry, "name", place), _number(entry.get("version"))
        external = f"{model}/{number}"
        if model not in names:
            unmapped.append(Unmapped(RecordKind.MODEL_VERSION, external, f"Its model {model} is not imported."))
        elif entry.get("status", READY) != READY:
            reason = (
                f"Its status in MLflow is {reader.text(entry, 'status', place)}. Only READY versions are registered."
            )
            unmapped.append(Unmapped(RecordKind.MODEL_VERSION, external, reason))
        else:
            run = reader.object(runs, reader.text(entry, "run_id", place), "runs")
            content = _content(reader, place, entry, run) | {"model": names[model], "version": number}
            wanted.append(Candidate(RecordKind.MODEL_VERSION, f"{names[model]}/{number}", external, content))
    wanted.sort(
        key=lambda candidate: (
            candidate.content["model"],
            len(candidate.content["version"]),
            candidate.content["version"],
        )
    )
    return wanted, unmapped


def _content(reader: Reader, place: str, entry: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    where = f"runs.{entry.get('run_id')}"
    data = reader.object(run, "data", where)
    tags = _pairs(reader, data, "tags", where) | _pairs(reader, entry, "tags", place)
    lineage: dict[str, Any] = {
        "code_commit": tags.get(TAGS["lineage.code_commit"]) or tags.get(COMMIT),
        "pipeline_commit": tags.get(TAGS["lineage.pipeline_commit"]),
        "data_snapshot": tags.get(TAGS["lineage.data_snapshot"]) or _data_digest(reader, run, where),
        "container_digest": tags.get(TAGS["lineage.container_digest"]) or _image_digest(tags),
        "hyperparameters": _pairs(reader, data, "params", where) if run else None,
        "evaluations": _metrics(reader, data, where) or None,
        **_features(tags.get(TAGS["lineage.feature_snapshot"])),
    }
    artifact = {"uri": reader.text(entry, "source", place), "digest": tags.get(TAGS["artifact.digest"])}
    return {"artifact": artifact, "lineage": {part: value for part, value in lineage.items() if value is not None}}


def _features(tag: str | None) -> dict[str, Any]:
    """The tag holds a JSON object, feature to version, or the word `none`.

    >>> _features("none")
    {'feature_snapshot': {}, 'uses_no_features': True}
    >>> _features('{"orders_3d": "37e8f223574c"}')
    {'feature_snapshot': {'orders_3d': '37e8f223574c'}}
    """
    if tag is None:
        return {}
    if tag.strip() == NO_FEATURES:
        return {"feature_snapshot": {}, "uses_no_features": True}
    try:
        named = json.loads(tag)
    except (ValueError, RecursionError):
        return {"feature_snapshot": tag}  # malformed; the registration gate reports it
    return {
        "feature_snapshot": {key: value for key, value in named.items() if key != "latest"}
        if isinstance(named, dict)
        else tag
    }


def _data_digest(reader: Reader, run: Mapping[str, Any], where: str) -> str | None:
    """A logged input whose digest is a SHA-256; MLflow's own digests have eight digits, too few to identify data."""
    inputs = reader.object(run, "inputs", where)
    for place, entry in reader.objects(inputs, "dataset_inputs", f"{where}.inputs"):
        digest = reader.text(reader.object(entry, "dataset", place), "digest", place)
        if DIGEST.match(digest):
            return digest
    return None


def _image_digest(tags: Mapping[str, str]) -> str | None:
    for name in IMAGE:
        digest = tags.get(name, "").rpartition("@")[2]
        if CONTAINER.match(digest):
            return digest
    return None


def _metrics(reader: Reader, data: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    """The newest value of each metric; values that are not finite numbers are left out."""
    values = {}
    for place, metric in reader.objects(data, "metrics", where):
        value = metric.get("value")
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            values[reader.text(metric, "key", place)] = value
    return [{"metric": name, "value": value} for name, value in values.items()]


def _pairs(reader: Reader, of: Mapping[str, Any], name: str, place: str) -> dict[str, str]:
    entries = reader.objects(of, name, place)
    return {reader.text(entry, "key", where): reader.text(entry, "value", where) for where, entry in entries}


def _number(value: Any) -> str:
    return str(value)[:64] if isinstance(value, str | int) and not isinstance(value, bool) else ""
