"""Observed versions for tests: what MLflow knows of `demand`."""

from __future__ import annotations

from typing import Any

from registry.models import ModelVersion, RegisteredModel
from registry.versions.actions.observed import Seen, observe_version
from tests.registry.conftest import ARTIFACT, lineage

ORIGIN = "https://mlflow.example"


def seen(version: str, *aliases: str) -> Seen:
    return Seen("mlflow", ORIGIN, f"Demand/{version}", aliases)


def observed(
    model: RegisteredModel, orders: Any, actor: Any, version: str = "7", *aliases: str, **changed
) -> ModelVersion:
    """A version of which everything is known but what is None among the changes; the artifact's digest by default."""
    parts = {"artifact_digest": None, "container_digest": None} | changed
    digest = parts.pop("artifact_digest")
    known = {name: value for name, value in (lineage(orders) | parts).items() if value is not None}
    artifact = ARTIFACT | {"digest": digest}
    return observe_version(
        model, version, artifact=artifact, lineage_parts=known, seen=seen(version, *aliases), actor=actor
    )
