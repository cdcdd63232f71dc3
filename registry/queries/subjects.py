"""How the audit log names the registry's records."""

from __future__ import annotations

from registry.models import ModelVersion


def subject_of(version: ModelVersion) -> str:
    """A model version: ``model_version:name/version``."""
    return f"model_version:{version.model.name}/{version.version}"
