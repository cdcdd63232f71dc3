"""Whether a record that somebody names exists; each function raises Unknown with a sentence when it does not."""

from __future__ import annotations

from registry.checks.queries import checks
from registry.features.queries import features
from registry.versions.queries import model_versions


def require_feature(name: str, version: str = "") -> None:
    """A feature, and a version of it where one is named."""
    feature = features.feature(name)
    if version:
        features.version(feature, version)


def require_model(name: str) -> None:
    """A model."""
    model_versions.model(name)


def require_model_version(name: str, version: str) -> None:
    """A version of a model."""
    model_versions.version(name, version)


def require_check(check_id: int) -> None:
    """A check."""
    checks.get_check(check_id)


def require_run(run_id: int) -> None:
    """A run of a check."""
    checks.get_run(run_id)
