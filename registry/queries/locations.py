"""Where data may lie: inside the configured data roots, after every link is followed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from platform_site.errors import Fault, NotReady
from registry.models import Dataset

OUTSIDE = "Give a path inside the data roots, without `..`, a scheme or a wildcard."


def resolve(location: str, roots: Sequence[Path]) -> Path | Fault:
    """The real path of a location below one of the roots, or the fault that says why it is none."""
    if not location or "\0" in location or "://" in location or any(mark in location for mark in "*?[\\%"):
        return Fault("location", "not_allowed", OUTSIDE)
    for root in roots:
        real_root = Path(root).resolve()
        path = (real_root / location).resolve()
        if path.is_relative_to(real_root) and path != real_root and path.exists():
            return path
    return Fault("location", "not_found", f"Nothing lies at {location!r} inside the data roots. {OUTSIDE}")


def of(dataset: Dataset) -> Path:
    """The real path of a data set, checked again at each use; NotReady when it is gone."""
    path = resolve(dataset.location, settings.DATA_ROOTS)
    if isinstance(path, Fault):
        raise NotReady("dataset_gone", f"Data set {dataset.name}: {path.message}")
    return path
