"""Where data may lie: inside the configured data roots, after every link is followed.

A location is a file, a folder (then every file of the kind below it), or a path with `*` and `?` in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from django.conf import settings

from platform_site.errors import Fault, NotReady
from registry.engines.files import Files
from registry.models import Dataset

OUTSIDE = "Give a path inside the data roots, without `..`, a scheme or an escape; `*` and `?` match names."
FORBIDDEN = re.compile(r"[\0\\%\[\]]|://|(^|/)\.\.(/|$)|^/|\*\*.*\*\*")
WILDCARDS = "*?"
MOST_FILES = 10_000


def resolve(location: str, kind: str, roots: Sequence[Path]) -> Files | Fault:
    """The real files of a location below one of the roots, or the fault that says why there are none."""
    if not location or FORBIDDEN.search(location):
        return Fault("location", "not_allowed", OUTSIDE)
    plain, pattern = _split(location)
    for root in roots:
        real_root = Path(root).resolve()
        base = (real_root / plain).resolve()
        if (base != real_root or pattern) and base.exists() and base.is_relative_to(real_root):
            return _files(real_root, base, pattern, kind)
    return Fault("location", "not_found", f"Nothing lies at {location!r} inside the data roots. {OUTSIDE}")


def of(dataset: Dataset) -> Files:
    """The real files of a data set, checked again at each use; NotReady when they are gone."""
    files = resolve(dataset.location, dataset.kind, settings.DATA_ROOTS)
    if isinstance(files, Fault):
        raise NotReady("dataset_gone", f"Data set {dataset.name}: {files.message}")
    return files


def _split(location: str) -> tuple[str, str]:
    """The part of a location before the first name with a wildcard in it, and the rest."""
    names = Path(location).parts
    plain = [*takewhile(lambda name: not any(mark in name for mark in WILDCARDS), names)]
    return "/".join(plain), "/".join(names[len(plain) :])


def _files(root: Path, base: Path, pattern: str, kind: str) -> Files | Fault:
    found = sorted(_matching(base, pattern, kind))
    if not found:
        return Fault("location", "empty", f"There is no .{kind} file at this location.")
    if len(found) > MOST_FILES:
        return Fault("location", "too_many", f"{len(found):,} files lie at this location: at most {MOST_FILES:,} may.")
    if not all(path.resolve().is_relative_to(root) for path in found):
        return Fault("location", "not_allowed", "A file at this location leads out of the data roots.")
    return Files(base, tuple(found), kind)


def _matching(base: Path, pattern: str, kind: str) -> Iterator[Path]:
    if pattern:
        return (path for path in base.glob(pattern) if path.is_file())
    return base.rglob(f"*.{kind}") if base.is_dir() else iter([base])
