"""The content of an MLflow tracking server as models and their versions.

A version's lineage comes from its run: parameters, metrics and tags. A tag of the version takes precedence over one of
its run. MLflow has no place for some of the parts, so they are read from tags of ours:

>>> sorted(TAGS)[:3]
['artifact.digest', 'lineage.code_commit', 'lineage.container_digest']

Nothing is invented: a part that no tag holds is left out, and the version is observed until it is supplied. What Feast
wrote into the run names the features, without their versions: `feature_refs`, which the registry resolves. An alias is not
a stage: a stage is reached through a gate.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
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
from registry.versions.rules.observed import TAGS

NAME_TAG = "plumbline.name"
FEAST_REFS = "feast.feature_refs"
INFINITY = 1.7976931348623157e308  # what MLflow's SQL store keeps of infinity
COMMIT, IMAGE = "mlflow.source.git.commit", ("mlflow.docker.image.name", "mlflow.docker.image.uri")
DIGEST, CONTAINER = re.compile(r"[0-9a-f]{64}\Z"), re.compile(r"sha256:[0-9a-f]{64}\Z")
NO_FEATURES = "none"
READY = "READY"


def read(
    document: Mapping[str, Any],
    *,
    origin: str,
    names: Mapping[str, str] = MappingProxyType({}),
    known: Mapping[str, str] = MappingProxyType({}),
) -> Extract:
    """What the registry could hold of ``{registered_models, model_versions, runs: {run_id: run}}``; Unreadable with
    every fault.

    ``names`` are the names here that somebody chose for models, by MLflow's names; a tag plumbline.name of the model does
    the same. ``known`` are models that were read before, whose versions alone are in this document.
    """
    reader = Reader()
    models: dict[str, Candidate] = {}
    unmapped: list[Unmapped] = []
    for place, entry in reader.objects(document, "registered_models", ""):
        model = _model(reader, place, entry, names)
        if isinstance(model, Unmapped):
            unmapped.append(model)
        else:
            models[model.external_id] = model
            unmapped += _aliases(reader, place, entry, model.external_id)
    candidates, duplicates = unique_by_name(models.values())
    aliases = _aliases_of(reader, document)
    named = {model.external_id: model.name for model in candidates}
    versions, others = _versions(reader, document, dict(known) | named, aliases)
    reader.finish()
    return Extract(origin, (*candidates, *versions), (*unmapped, *duplicates, *others))


def _model(reader: Reader, place: str, entry: Mapping[str, Any], names: Mapping[str, str]) -> Candidate | Unmapped:
    external, tags = reader.text(entry, "name", place), _pairs(reader, entry, "tags", place)
    chosen = names.get(external) or tags.get(NAME_TAG, "")
    name = canonical(chosen or external)
    if not name or (chosen and name != chosen):
        return _unnamed(external, chosen)
    content = {
        "model_type": tags.get("plumbline.model_type", "")[:64],
        "serving_mode": tags.get("plumbline.serving_mode", "real_time"),
        "description": reader.text(entry, "description", place)[:4_000],
    }
    about = {"created": created} if isinstance(created := entry.get("creation_timestamp"), int) else {}
    return Candidate(RecordKind.MODEL, name, external, content, about)


def _unnamed(external: str, chosen: str) -> Unmapped:
    """A model that cannot be named here, and how to give it a name."""
    sentence = unnamed(RecordKind.MODEL, external).reason
    if chosen:
        sentence = sentence.replace(
            "It gives no valid name.", f"{chosen[:80]!r} was chosen as its name and is not one."
        )
    how = (
        f'Give it one: client.set_registered_model_tag({json.dumps(external, ensure_ascii=False)}, "{NAME_TAG}", "…"),'
    )
    return Unmapped(RecordKind.MODEL, external, f"{sentence} {how} or name it when importing.")


def _aliases_of(reader: Reader, document: Mapping[str, Any]) -> dict[str, set[str]]:
    """The aliases of each version, by MLflow's name of it: listed with the model, the version, or both."""
    aliases: dict[str, set[str]] = {}
    for place, entry in reader.objects(document, "registered_models", ""):
        for where, alias in reader.objects(entry, "aliases", place):
            external = f"{reader.text(entry, 'name', place)}/{_number(alias.get('version'))}"
            aliases.setdefault(external, set()).add(reader.text(alias, "alias", where))
    for place, entry in reader.objects(document, "model_versions", ""):
        external = f"{reader.text(entry, 'name', place)}/{_number(entry.get('version'))}"
        aliases.setdefault(external, set()).update(reader.texts(entry, "aliases", place))
    return aliases


def _aliases(reader: Reader, place: str, entry: Mapping[str, Any], model: str) -> Iterator[Unmapped]:
    for where, alias in reader.objects(entry, "aliases", place):
        name, version = reader.text(alias, "alias", where), _number(alias.get("version"))
        reason = (
            f"It points to version {version}. A stage is reached through a gate, not by an alias: promote that version."
        )
        yield Unmapped("alias", f"{model}@{name}", reason)


def _versions(
    reader: Reader, document: Mapping[str, Any], names: Mapping[str, str], aliases: Mapping[str, set[str]]
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
            content["aliases"] = sorted(aliases.get(external, ()))
            left_out = _left_out(reader, run)
            unmapped += [Unmapped("metric", f"{external}: {metric}", reason) for metric, reason in left_out]
            content["notes"] = [f"Metric {metric} is left out. {reason}" for metric, reason in left_out]
            content["notes"] += [note] if (note := reader.text(entry, "artifact_note", place)) else []
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
        "hyperparameters": _params(reader, data, where) if run else None,
        "evaluations": _metrics(reader, data, where) or None,
        **_features(tags.get(TAGS["lineage.feature_snapshot"])),
    }
    digest = tags.get(TAGS["artifact.digest"]) or _artifact_digest(reader, entry, place)
    artifact = {"uri": reader.text(entry, "source", place), "digest": digest}
    content: dict[str, Any] = {"artifact": artifact}
    content["lineage"] = {part: value for part, value in lineage.items() if value is not None}
    if "feature_snapshot" not in lineage and (refs := _feast_refs(tags, data, reader, where)):
        content["feature_refs"] = refs
        content["trained_at"] = _trained_at(run, entry)
    return content


def _params(reader: Reader, data: Mapping[str, Any], where: str) -> dict[str, str]:
    """The parameters of a run, without those that Feast writes about its retrieval."""
    return {
        name: value for name, value in _pairs(reader, data, "params", where).items() if not name.startswith("feast.")
    }


def _feast_refs(tags: Mapping[str, str], data: Mapping[str, Any], reader: Reader, where: str) -> list[str]:
    """The features that Feast wrote into the run, view:field; newer versions write a tag, older ones a parameter.

    A list that was cut names no snapshot: it is left out.
    """
    text = tags.get(FEAST_REFS) or _pairs(reader, data, "params", where).get(FEAST_REFS, "")
    refs = [ref.strip() for ref in text.strip("[]").replace('"', "").split(",") if ref.strip()]
    return [] if text.endswith("...") or not all(":" in ref for ref in refs) else list(dict.fromkeys(refs))


def _trained_at(run: Mapping[str, Any], entry: Mapping[str, Any]) -> int | None:
    """When the run began, in milliseconds since 1970; else when the version was made."""
    info = run.get("info")
    moments = [info.get("start_time") if isinstance(info, Mapping) else None, entry.get("creation_timestamp")]
    return next((moment for moment in map(_milliseconds, moments) if moment), None)


def _milliseconds(value: Any) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 14 else None


def _artifact_digest(reader: Reader, entry: Mapping[str, Any], place: str) -> str | None:
    """The digest of MLflow's own record of the model, where a tag or a parameter of it is a SHA-256; else the one that was
    computed of the files behind the artifact proxy."""
    logged = reader.object(entry, "logged_model", place)
    data = reader.object(logged, "data", place)
    pairs = _pairs(reader, logged, "tags", place) | _pairs(reader, data, "params", place)
    pairs |= _pairs(reader, data, "tags", place) | _pairs(reader, reader.object(logged, "info", place), "tags", place)
    named = (value for name, value in pairs.items() if "digest" in name or "sha256" in name)
    stated = next((value for value in named if DIGEST.match(value.removeprefix("sha256:"))), None)
    return stated or reader.text(entry, "artifact_digest", place) or None


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
        value, name = metric.get("value"), reader.text(metric, "key", place)
        if not _why_no_result(value) and not name.startswith("feast."):
            values[name] = value
    return [{"metric": name, "value": value} for name, value in values.items()]


def _left_out(reader: Reader, run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The metrics of a run that are not results, each with the reason."""
    listed = reader.objects(reader.object(run, "data", "runs"), "metrics", "runs")
    reasons = {reader.text(metric, "key", place): _why_no_result(metric.get("value")) for place, metric in listed}
    return [(name, reason) for name, reason in reasons.items() if reason]


def _why_no_result(value: Any) -> str:
    """Why a metric's value cannot be an evaluation result; empty where it can.

    >>> _why_no_result(0.5), _why_no_result(1.7976931348623157e308)[:22], _why_no_result("NaN")[:20]
    ('', 'Its value is infinity:', 'Its value is NaN: a ')
    """
    if isinstance(value, str) and value.lower().strip("+-") in ("nan", "infinity", "inf"):
        return f"Its value is {value[:20]}: a result is a finite number."
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "Its value is not a number."
    if math.isfinite(value) and abs(value) < INFINITY:
        return ""
    if math.isnan(value):
        return "Its value is NaN: a result is a finite number."
    return "Its value is infinity: MLflow keeps that as the largest number there is. A result is a finite number."


def _pairs(reader: Reader, of: Mapping[str, Any], name: str, place: str) -> dict[str, str]:
    entries = reader.objects(of, name, place)
    return {reader.text(entry, "key", where): reader.text(entry, "value", where) for where, entry in entries}


def _number(value: Any) -> str:
    return str(value)[:64] if isinstance(value, str | int) and not isinstance(value, bool) else ""
