"""The six lineage parts that every model version must have (G1), each with how to supply it.

>>> [fault.field for fault in faults({"code_commit": "abc"}, artifact={})][:2]
['artifact.uri', 'artifact.digest']
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from registry.versions.rules.fairness import result_faults

COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\Z")
DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}\Z")
LONGEST_METRIC, LONGEST_SLICE = 120, 200
STEP_UP = re.compile(r"(^|/)\.\.([/;]|$)")
RUN_BY_A_BROWSER = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
DECODINGS = 3
CONTAINER = re.compile(r"sha256:[0-9a-f]{64}\Z")


class PartFault(NamedTuple):
    """A lineage part that is missing or malformed, and how to supply it."""

    field: str
    code: str
    message: str


def faults(lineage: Mapping[str, Any], *, artifact: Mapping[str, Any]) -> tuple[PartFault, ...]:
    """Everything missing or malformed in the shape of a registration; references to records are checked elsewhere."""
    part_faults = [*_artifact_faults(artifact)]
    for part, (well_formed, how) in PARTS.items():
        value = lineage.get(part)
        if value is None or value == "":
            part_faults.append(PartFault(f"lineage.{part}", "missing", f"{part} is missing: {how}"))
        elif not well_formed(value):
            part_faults.append(PartFault(f"lineage.{part}", "malformed", f"{part} is malformed: {how}"))
    if PARTS["evaluations"][0](lineage.get("evaluations")):
        part_faults += _group_faults("lineage.evaluations", lineage["evaluations"])
    commit = lineage.get("pipeline_commit")
    if commit and not _is(COMMIT)(commit):
        part_faults.append(
            PartFault("lineage.pipeline_commit", "malformed", f"pipeline_commit is malformed: {_COMMIT_HOW}")
        )
    return tuple(part_faults)


def evaluation_faults(results: Any) -> tuple[PartFault, ...]:
    """What is wrong with results that are added later."""
    well_formed, how = PARTS["evaluations"]
    if not well_formed(results):
        return (PartFault("evaluations", "malformed", f"evaluations: {how}"),)
    return tuple(_group_faults("evaluations", results))


def _group_faults(field: str, results: Sequence[Mapping[str, Any]]) -> Iterator[PartFault]:
    for index, result in enumerate(results):
        if wrong := result_faults(result["metric"], str(result.get("slice") or ""), result["value"]):
            yield PartFault(f"{field}.{index}.value", "out_of_range", wrong)


def _artifact_faults(artifact: Mapping[str, Any]) -> tuple[PartFault, ...]:
    part_faults = []
    uri, digest = artifact.get("uri"), artifact.get("digest")
    if not isinstance(uri, str) or not uri.strip():
        part_faults.append(
            PartFault("artifact.uri", "missing", "artifact.uri is missing: give the address of the artifact.")
        )
    elif is_ambiguous(uri):
        how = "write it without `..`, backslashes, invisible characters or a scheme that a browser would run."
        part_faults.append(PartFault("artifact.uri", "malformed", f"artifact.uri is ambiguous: {how}"))
    if not _is(DIGEST)(digest):
        how = "give the artifact's SHA-256, 64 hex digits (`sha256sum FILE`)."
        part_faults.append(PartFault("artifact.digest", "missing", f"artifact.digest is missing or malformed: {how}"))
    return tuple(part_faults)


def is_ambiguous(uri: str) -> bool:
    """Whether an address could be mistaken for another one.

    It goes up a folder, hides characters, or has a scheme that browsers run, after however many decodings.

    >>> is_ambiguous("s3://models/demand/1"), is_ambiguous("s3://models/%252e%252e/other")
    (False, True)
    """
    for _ in range(DECODINGS):
        uri = unquote(uri)
    plain = unicodedata.normalize("NFKC", uri)
    climbs = STEP_UP.search(plain) or "\\" in plain
    return bool(climbs or RUN_BY_A_BROWSER.match(plain)) or any(
        unicodedata.category(character) in HIDDEN for character in plain
    )


def _is(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def _evaluations(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_evaluation(result) for result in value)


def _evaluation(result: Any) -> bool:
    if not isinstance(result, Mapping) or not isinstance(result.get("metric"), str) or not result["metric"].strip():
        return False
    if len(result["metric"]) > LONGEST_METRIC or len(str(result.get("slice") or "")) > LONGEST_SLICE:
        return False
    number = result.get("value")
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _features(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    named = {name: version for name, version in value.items() if name != "latest"}
    latest = value.get("latest", [])
    return (
        all(isinstance(version, str) for version in named.values())
        and isinstance(latest, list)
        and all(isinstance(name, str) for name in latest)
    )


_COMMIT_HOW = "give the full git commit, 40 or 64 hex digits (`git rev-parse HEAD`)."
PARTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "code_commit": (_is(COMMIT), _COMMIT_HOW),
    "data_snapshot": (_is(DIGEST), "give the digest of a registered data snapshot (POST datasets/{name}/snapshots/)."),
    "feature_snapshot": (
        _features,
        'map each feature to the version trained on, {"feature": "version"}; {} with uses_no_features for none.',
    ),
    "container_digest": (_is(CONTAINER), "give the image's digest, `sha256:` and 64 hex digits."),
    "hyperparameters": (lambda value: isinstance(value, Mapping), "give a JSON object; {} when there are none."),
    "evaluations": (_evaluations, 'give at least one result, [{"metric": "mae", "value": 12.3}].'),
}
