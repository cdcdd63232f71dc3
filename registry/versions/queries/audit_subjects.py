"""How the audit log names model versions."""

from __future__ import annotations

from registry.models import ModelVersion


def subject_of(version: ModelVersion) -> str:
    """A model version: ``model_version:name/version``."""
    return subject(version.model.name, version.version)


def subject(name: str, version: str) -> str:
    """The same from the names alone."""
    return f"model_version:{name}/{version}"
