"""Why a model version cannot be registered: every lineage part that is missing, malformed or not found (G1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from platform_site.errors import Fault
from registry.models import DatasetSnapshot, FeatureVersion, ModelVersion
from registry.versions.queries.snapshots import resolve_snapshot
from registry.versions.rules import lineage

VERSION_LENGTH = 64
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
VERSION_SENTENCE = "`version` must have 1 to 64 letters, digits, and . _ + -, and begin with a letter or a digit."
REGULATED = (
    "The model is regulated: name the features that this version was trained on and their versions. Regulated models cannot "
    "set `uses_no_features`."
)
NO_FEATURES = "`feature_snapshot` is empty. Name at least one feature and its version, or set `uses_no_features: true`."


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
    faults = [Fault(*part) for part in lineage.faults(parts, artifact=artifact)]
    if not VERSION.fullmatch(version):
        faults.insert(0, Fault("version", "malformed", VERSION_SENTENCE))
    elif ModelVersion.objects.filter(model__name=model, version__iexact=version).exists():
        faults.insert(
            0, Fault("version", "duplicate", f"{model} {version} is registered already. Choose another version.")
        )
    if parts.get("feature_snapshot") == {} and parts.get("uses_no_features") is not True:
        faults.append(Fault("lineage.feature_snapshot", "empty", REGULATED if regulated else NO_FEATURES))
    elif parts.get("feature_snapshot") == {} and regulated:
        faults.append(Fault("lineage.uses_no_features", "regulated", REGULATED))
    digest = parts.get("data_snapshot")
    if isinstance(digest, str) and lineage.DIGEST.match(digest) and not _has_data_snapshot(digest):
        sentence = f"No data snapshot has the digest {digest}. Take one first (POST datasets/{{name}}/snapshots/)."
        faults.append(Fault("lineage.data_snapshot", "unresolvable", sentence))
    resolved, unresolved = resolve_snapshot(parts.get("feature_snapshot"))
    return resolved, [*faults, *unresolved]


def _has_data_snapshot(digest: str) -> bool:
    return DatasetSnapshot.objects.filter(digest=digest.removeprefix("sha256:")).exists()
