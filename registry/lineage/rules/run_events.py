"""Our own trainings, gate decisions and deployments as OpenLineage run events.

A model version, a feature and what serves are data sets of our namespace: `models/demand`, `features/orders_7d`,
`serving/demand/production`. Each run has a START and an end with the same id, which is computed from the audit log's
number: an event that is made again is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid5

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS = "https://openlineage.io/spec/facets"
CUSTOM = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunFacet"
RUNS = UUID("6f0d5c52-5b0f-4a51-9a0e-2f9d0f5c1a77")
TRAINED, GATE, APPLIED, ROLLED_BACK = (
    "model_version.registered",
    "gate.decided",
    "deployment.applied",
    "deployment.rolled_back",
)
ACTIONS = (TRAINED, GATE, APPLIED, ROLLED_BACK)
START, COMPLETE, FAIL = "START", "COMPLETE", "FAIL"
LONGEST = 2_000


class Logged(NamedTuple):
    """An event of the audit log."""

    sequence: int
    at: str
    action: str
    subject: str
    actor: str
    payload: Mapping[str, Any]


class Place(NamedTuple):
    """Who speaks: the namespace of our jobs and data sets, and the producer's address."""

    namespace: str
    producer: str


class Source(NamedTuple):
    """A data set that features are computed from, as other tools call it."""

    namespace: str
    name: str


def run_events(logged: Logged, place: Place, sources: Sequence[Source] = ()) -> list[dict[str, Any]]:
    """The start and the end of the run that an event of the audit log describes; none for other events.

    ``sources`` are the data sets behind the features of a training.
    """
    model, _, version = logged.subject.partition(":")[2].partition("/")
    if logged.action not in ACTIONS or not version:
        return []
    made = _training if logged.action == TRAINED else _gate if logged.action == GATE else _deployment
    run = made(logged, place, model, version)
    if logged.action == TRAINED:
        run["inputs"] += [{"namespace": source.namespace, "name": source.name} for source in sources]
    return [_event(logged, place, START, run), _event(logged, place, run["end"], run)]


def _event(logged: Logged, place: Place, event_type: str, run: Mapping[str, Any]) -> dict[str, Any]:
    run_facets = run["facets"] if event_type != START else {}
    return {
        "eventType": event_type,
        "eventTime": logged.at,
        "run": {"runId": str(uuid5(RUNS, f"{place.namespace}/{logged.sequence}")), "facets": run_facets},
        "job": {"namespace": place.namespace, "name": run["job"], "facets": {"jobType": _job_type(place, run["kind"])}},
        "inputs": run["inputs"],
        "outputs": run["outputs"],
        "producer": place.producer,
        "schemaURL": SCHEMA,
    }


def _training(logged: Logged, place: Place, model: str, version: str) -> dict[str, Any]:
    lineage = logged.payload.get("lineage") or {}
    features = logged.payload.get("feature_snapshot") or {}
    digest = str(lineage.get("data_snapshot") or "")
    inputs = [_data(place, f"features/{name}", _version(place, at)) for name, at in sorted(features.items())]
    inputs += [_data(place, f"data-snapshots/{digest[:12]}", _version(place, digest))] if digest else []
    known = ("code_commit", "pipeline_commit", "container_digest", "hyperparameters", "evaluations")
    facet = _custom(place) | {name: lineage[name] for name in known if lineage.get(name)}
    artifact = logged.payload.get("artifact") or {}
    return {
        "job": f"train.{model}",
        "kind": "TRAINING",
        "end": COMPLETE,
        "inputs": inputs,
        "outputs": [_data(place, f"models/{model}", _version(place, version))],
        "facets": {
            "plumbline_training": facet | {"artifact_digest": str(artifact.get("digest") or ""), "by": logged.actor}
        },
    }


def _gate(logged: Logged, place: Place, model: str, version: str) -> dict[str, Any]:
    decision = str(logged.payload.get("decision") or "")
    blocked = decision != "PROCEED"
    reasons = [str(reason) for reason in logged.payload.get("reasons") or ()]
    message = " ".join(reasons)[:LONGEST] or decision
    facets = {
        "plumbline_gate": _custom(place)
        | {"decision": decision, "gate": logged.payload.get("gate"), "reasons": reasons[:50]}
    }
    if blocked:
        error = {
            "_producer": place.producer,
            "_schemaURL": f"{FACETS}/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet",
        }
        facets["errorMessage"] = error | {"message": message, "programmingLanguage": "none"}
    return {
        "job": f"gate.{model}",
        "kind": "GATE",
        "end": FAIL if blocked else COMPLETE,
        "inputs": [_data(place, f"models/{model}", _version(place, version))],
        "outputs": [],
        "facets": facets,
    }


def _deployment(logged: Logged, place: Place, model: str, version: str) -> dict[str, Any]:
    environment = str(logged.payload.get("environment") or "")
    content = logged.payload.get("content") or {}
    weights = content.get("weights") or {version: 100}
    revision = str(logged.payload.get("revision") or "")
    facet = _custom(place) | {"weights": weights, "revision": revision, "by": logged.actor}
    facet |= {"rolled_back": logged.action == ROLLED_BACK, "gate_decision": logged.payload.get("gate_decision")}
    served = [_data(place, f"models/{model}", _version(place, ", ".join(sorted(weights))))]
    return {
        "job": f"deploy.{model}.{environment}",
        "kind": "DEPLOYMENT",
        "end": COMPLETE,
        "inputs": served,
        "outputs": [_data(place, f"serving/{model}/{environment}", _version(place, revision))],
        "facets": {"plumbline_deployment": facet},
    }


def _data(place: Place, name: str, facets: Mapping[str, Any]) -> dict[str, Any]:
    return {"namespace": place.namespace, "name": name, "facets": dict(facets)}


def _version(place: Place, version: str) -> dict[str, Any]:
    if not version:
        return {}
    schema = f"{FACETS}/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet"
    return {"version": {"_producer": place.producer, "_schemaURL": schema, "datasetVersion": version}}


def _job_type(place: Place, kind: str) -> dict[str, Any]:
    schema = f"{FACETS}/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
    return {
        "_producer": place.producer,
        "_schemaURL": schema,
        "processingType": "BATCH",
        "integration": "PLUMBLINE",
        "jobType": kind,
    }


def _custom(place: Place) -> dict[str, Any]:
    return {"_producer": place.producer, "_schemaURL": CUSTOM}
