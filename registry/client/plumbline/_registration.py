"""Register a model version with all that the registration gate wants: what the caller names, and what can be read here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Union

from . import _surroundings as surroundings
from ._server import WRONG_USE, PlumblineError, Server, path_of

if TYPE_CHECKING:
    from ._surroundings import TrainingRun

    Features = Union[str, Mapping[str, str], Iterable[Any]]
    Evaluations = Union[Mapping[str, float], Iterable[Mapping[str, Any]]]

DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
READING_S = 600.0  # the server reads every byte of a data set for its snapshot
LATEST = "latest"
LONGEST_TEXT = 500
# How a part that is missing is supplied from a script.
HOW = {
    "lineage.code_commit": "run inside a git repository, or set PLUMBLINE_CODE_COMMIT",
    "lineage.container_digest": "set PLUMBLINE_IMAGE to the image with its digest, name@sha256:…",
    "lineage.data_snapshot": "data= takes the name of a data set, or the digest of one of its snapshots",
    "lineage.feature_snapshot": 'features= takes a list of names, {"feature": "version"}, or "latest" with estimator=',
    "lineage.evaluations": 'evaluations= takes {"mae": 12.3}',
    "artifact.digest": "artifact= takes the path of the model's file or folder",
}


def register(
    model: str,
    version: str,
    *,
    features: Features | None = LATEST,
    data: str = "",
    artifact: str = "",
    artifact_uri: str = "",
    estimator: Any = None,
    evaluations: Evaluations | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    code_commit: str = "",
    container_digest: str = "",
    pipeline_commit: str = "",
    run_id: str = "",
    server: Server | None = None,
) -> dict[str, Any]:
    """Register a version of a model; the server's answer, with the address of its page as `url`.

    ``features``: names, for their current versions; `{"feature": "version"}`; `"latest"` for the columns that the
    ``estimator`` was fitted on; None for a model that uses no registered features. ``data``: the name of a data set, of
    which a snapshot is taken now, or the digest of a snapshot. ``artifact``: the file or folder of the model.

    Read here where nothing is named: the git commit, the image's digest (PLUMBLINE_IMAGE), the artifact's digest, the
    estimator's parameters, and of an MLflow run (``run_id``, else the active one) its parameters, metrics and tags.
    PlumblineError lists every part that is missing, with how to supply it.
    """
    server = server or Server()
    run = surroundings.mlflow_run(run_id)
    tags = run.tags if run else {}
    lineage = {
        "code_commit": code_commit or _commit(tags, named=bool(run_id)),
        "pipeline_commit": pipeline_commit,
        "container_digest": container_digest or surroundings.container_digest() or _image_of(tags),
        "data_snapshot": _snapshot(server, data),
        "hyperparameters": _hyperparameters(hyperparameters, estimator, run),
        "evaluations": _evaluations(evaluations if evaluations is not None or not run else run.metrics),
    }
    lineage.update(_features(features, estimator))
    body = {
        "version": version,
        "artifact": _artifact(artifact, artifact_uri, run),
        "lineage": {part: value for part, value in lineage.items() if value not in ("", None)},
    }
    try:
        answer = server.post(path_of("models", model, "versions"), body)
    except PlumblineError as refusal:
        raise _explained(refusal) from None
    page = f"{server.address}/registry/" + path_of("models", model, version)
    return dict(answer, url=page, mlflow_run=run.run_id if run else None)


def _features(features: Features | None, estimator: Any) -> dict[str, Any]:
    if features is None:
        return {"feature_snapshot": {}, "uses_no_features": True}
    if isinstance(features, str):
        if features != LATEST:
            raise ValueError(f"features={features!r} is neither {LATEST!r} nor a list of names nor a mapping.")
        columns = getattr(estimator, "feature_names_in_", None)
        if columns is None:
            return {}
        return {"feature_snapshot": {LATEST: [str(name) for name in columns]}}
    if isinstance(features, Mapping):
        snapshot: dict[str, Any] = {name: version for name, version in features.items() if version != LATEST}
        latest = [name for name, version in features.items() if version == LATEST]
        return {"feature_snapshot": dict(snapshot, **({LATEST: latest} if latest else {}))}
    listed = list(features)
    exact = {item.feature: item.version for item in listed if hasattr(item, "version")}
    latest = [str(item) for item in listed if not hasattr(item, "version")]
    return {"feature_snapshot": dict(exact, **({LATEST: latest} if latest else {}))}


def _commit(tags: Mapping[str, str], *, named: bool) -> str:
    """The commit here; of a run that was named, which may be an earlier one, that of the run."""
    recorded = tags.get("mlflow.source.git.commit", "")
    return (recorded if named else "") or surroundings.code_commit() or recorded


def _snapshot(server: Server, data: str) -> str:
    if not data or DIGEST.fullmatch(data):
        return data
    return str(server.call("POST", path_of("datasets", data, "snapshots"), timeout_s=READING_S)[1]["digest"])


def _artifact(path: str, uri: str, run: TrainingRun | None) -> dict[str, str]:
    if not path:
        return {"uri": uri} if uri else {}
    read = surroundings.artifact_of(path)
    if uri or run:
        read["uri"] = uri or surroundings.artifact_address(run, path)  # type: ignore[arg-type]
    return read


def _image_of(tags: Mapping[str, str]) -> str:
    match = surroundings.IMAGE_DIGEST.search(tags.get("mlflow.docker.image.name", ""))
    return match[0] if match else ""


def _hyperparameters(stated: Mapping[str, Any] | None, estimator: Any, run: TrainingRun | None) -> dict[str, Any]:
    if stated is None and run and run.parameters:
        stated = run.parameters
    if stated is None and hasattr(estimator, "get_params"):
        stated = estimator.get_params()
    return {str(name): _plain(value) for name, value in (stated or {}).items()}


def _evaluations(results: Evaluations | None) -> list[dict[str, Any]] | None:
    if results is None:
        return None
    rows: list[Mapping[str, Any]] = (
        [{"metric": name, "value": value} for name, value in results.items()]
        if isinstance(results, Mapping)
        else list(results)
    )
    wrong = [row["metric"] for row in rows if not math.isfinite(row["value"])]
    if wrong:
        raise PlumblineError(WRONG_USE, f"No finite number: {', '.join(wrong)}. Leave out what was not measured.")
    return [dict(row, value=float(row["value"])) for row in rows]


def _plain(value: Any) -> Any:
    """A hyperparameter as JSON: numbers, texts and lists as they are, anything else by its name."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:  # a number of NumPy
        return _plain(value.item())
    return (getattr(value, "__name__", "") or repr(value))[:LONGEST_TEXT]


def _explained(refusal: PlumblineError) -> PlumblineError:
    """The refusal with how a script supplies each part, beside the server's words."""
    faults = [
        dict(fault._asdict(), message=f"{fault.message} From a script: {HOW[fault.field]}.")
        if fault.field in HOW
        else fault._asdict()
        for fault in refusal.faults
    ]
    return PlumblineError(refusal.exit_code, refusal.sentence, refusal.status, dict(refusal.answer, errors=faults))
