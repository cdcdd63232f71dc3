"""What an observed model version lacks to be whole (G1b): each part, how to supply it, and the line that does.

>>> missing = missing_parts([("lineage.container_digest", "container_digest is missing: give it.")], "Churn Model/2")
>>> missing[0].part, missing[0].line
('container_digest', 'client.set_model_version_tag("Churn Model", "2", "plumbline.container_digest", "sha256:…")')
>>> sentence(missing)
'1 part is missing: container_digest'
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.text.wording import counted
from registry.versions.rules import lineage

TAGS = {
    "lineage.code_commit": "plumbline.code_commit",
    "lineage.data_snapshot": "plumbline.data_snapshot",
    "lineage.feature_snapshot": "plumbline.features",
    "lineage.container_digest": "plumbline.container_digest",
    "lineage.pipeline_commit": "plumbline.pipeline_commit",
    "artifact.digest": "plumbline.artifact_digest",
}
PARTS = (
    "artifact", "code_commit", "data_snapshot", "feature_snapshot", "container_digest", "hyperparameters", "evaluations",
)  # fmt: skip
VALUES = {
    "artifact": "…64 hex digits of sha256sum…",
    "code_commit": "…git rev-parse HEAD…",
    "data_snapshot": "…digest of the snapshot…",
    "feature_snapshot": '{"feature": "version"}',
    "container_digest": "sha256:…",
}
MOST_NAMED = 20
LOGGED = {
    "hyperparameters": 'mlflow.log_params({"max_depth": 8})',
    "evaluations": 'mlflow.log_metric("mape", 0.118)',
}


class MissingPart(NamedTuple):
    """One part that is missing or cannot be resolved: how to supply it, and a line of MLflow's client that does."""

    part: str
    how: str
    line: str = ""


def missing_parts(faults: Iterable[tuple[str, str]], external_id: str = "") -> tuple[MissingPart, ...]:
    """The parts that faults of a registration name, by field and message, each once, in the order of `PARTS`.

    ``external_id`` is what MLflow calls the version, model/number; without it lines have placeholders.
    """
    messages: dict[str, list[str]] = {}
    for field, message in faults:
        messages.setdefault(part_of(field), []).append(message)
    order = [*PARTS, *sorted(set(messages) - set(PARTS))]
    return tuple(
        MissingPart(part, " ".join(messages[part]), supplying_line(part, external_id))
        for part in order
        if part in messages
    )


def part_of(field: str) -> str:
    """The part that a field of a registration belongs to.

    >>> part_of("artifact.digest"), part_of("lineage.feature_snapshot.orders"), part_of("lineage.uses_no_features")
    ('artifact', 'feature_snapshot', 'feature_snapshot')
    """
    words = [word for word in field.split(".") if word != "lineage"]
    return "feature_snapshot" if words[0] == "uses_no_features" else words[0]


def supplying_line(part: str, external_id: str = "") -> str:
    """The line of MLflow's client that supplies a part of a version; empty where there is none."""
    if part in LOGGED:
        return LOGGED[part]
    if part not in VALUES:
        return ""
    model, _, number = (external_id or "MODEL/VERSION").rpartition("/")
    tag = next(name for field, name in TAGS.items() if part_of(field) == part)
    words = [json.dumps(word, ensure_ascii=False) for word in (model, number, tag, VALUES[part])]
    return f"client.set_model_version_tag({', '.join(words)})"


HOW = {part: how for part, (_, how) in lineage.PARTS.items()} | {
    "artifact": "give the artifact's address and its SHA-256, 64 hex digits (`sha256sum FILE`).",
}


class PartCoverage(NamedTuple):
    """In how many versions a part is missing, how to supply it, the line that does, and the first versions without it."""

    part: str
    missing: int
    how: str
    line: str
    versions: tuple[tuple[str, str], ...]


def coverage(by_version: Mapping[tuple[str, str], Sequence[MissingPart]]) -> tuple[PartCoverage, ...]:
    """In how many of the observed versions each part is missing, the most often missing part first.

    >>> part = MissingPart("code_commit", "…")
    >>> [(row.part, row.missing) for row in coverage({("churn", "1"): [part], ("churn", "2"): []})][:2]
    [('code_commit', 1), ('artifact', 0)]
    """
    without: dict[str, list[tuple[str, str]]] = {part: [] for part in PARTS}
    for version, missing in by_version.items():
        for entry in missing:
            without.setdefault(entry.part, []).append(version)
    rows = [
        PartCoverage(part, len(versions), HOW.get(part, ""), supplying_line(part), tuple(versions[:MOST_NAMED]))
        for part, versions in without.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.missing))


def sentence(missing: Sequence[MissingPart]) -> str:
    """How many parts are missing, and which."""
    if not missing:
        return "Every part is there: send its parts again to register it"
    verb = "is" if len(missing) == 1 else "are"
    return f"{counted(len(missing), 'part')} {verb} missing: {', '.join(entry.part for entry in missing)}"


def merged(stored: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a version with those read now before those known earlier; what is not known now stays.

    >>> merged({"artifact": {"uri": "s3://a"}, "lineage": {"code_commit": "f"}}, {"lineage": {"hyperparameters": {}}})
    {'artifact': {'uri': 's3://a'}, 'lineage': {'code_commit': 'f', 'hyperparameters': {}}}
    """
    sides = {name: (stored.get(name) or {}, read.get(name) or {}) for name in ("artifact", "lineage")}
    return {
        name: dict(before) | {part: value for part, value in now.items() if value is not None and value != ""}
        for name, (before, now) in sides.items()
    }
