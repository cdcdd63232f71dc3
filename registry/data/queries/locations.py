"""Where data may be: inside the configured data roots, after links are resolved, or behind a connection.

A location is a file, a folder (every file of the kind below it), or a path with `*` and `?`. What a location is at a connection,
which an administrator defined, `connections` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from django.conf import settings

from platform_site.errors import Fault, NotReady
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Data, Unreadable
from registry.compute.places.table_formats import Folder
from registry.compute.reading.description import Reading, stored
from registry.data.queries import connections
from registry.models import Dataset

OUTSIDE = "Give a path inside the data roots, without `..`, a scheme or an escape; `*` and `?` match names."
FORBIDDEN = re.compile(r"[\0\\%\[\]]|://|(^|/)\.\.(/|$)|^/|\*\*.*\*\*")
OPEN = Reading()
WILDCARDS = "*?"
MOST_FILES = 10_000
DELTA_LOG = "_delta_log"
DELTA = (
    "{} is a Delta table (it has a _delta_log): its folder also holds files that were deleted or replaced. Write the version "
    "that you mean as Parquet files to a folder of their own, or choose the kind delta."
)


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
    return Fault("location", "not_found", f"There is nothing at {location!r} inside the data roots. {OUTSIDE}")


def find(kind: str, location: str, connection: str, reading: Reading = OPEN) -> Data | Fault:
    """The files, read by this description, or the table that a data set of this kind names; or the fault that says why there
    is none."""
    if kind == Dataset.Kind.TABLE or connection:
        return connections.find(kind, location, connection)
    if kind in connections.FORMATS:
        return _table_in_a_root(location, kind)
    files = resolve(location, kind, settings.DATA_ROOTS)
    return files if isinstance(files, Fault) else files._replace(reading=reading)


def _table_in_a_root(location: str, kind: str) -> Data | Fault:
    place, version = connections.place_and_version(location)
    if not place or FORBIDDEN.search(location) or any(mark in place for mark in WILDCARDS):
        sentence = "Give the folder of a table inside the data roots, without `..`, a scheme, an escape or a pattern."
        return Fault("location", "not_allowed", sentence)
    for root in settings.DATA_ROOTS:
        real_root = Path(root).resolve()
        folder = (real_root / place).resolve()
        if folder.is_dir() and folder.is_relative_to(real_root):
            return connections.table_in(kind, Folder(str(folder), location), version)
    return Fault("location", "not_found", f"There is no folder {place!r} inside the data roots. {OUTSIDE}")


def is_missing(location: str, kind: str) -> bool:
    """Whether there is nothing at a location inside the data roots of this host."""
    data = find(kind, location, "")
    return isinstance(data, Fault) and data.code in ("not_found", "empty")


def of(dataset: Dataset) -> Data:
    """Where the rows of a data set are, checked again at each use; NotReady when they are gone."""
    data = find(dataset.kind, dataset.location, dataset.connection, stored(dataset.reading))
    if not isinstance(data, Fault):
        return data
    problem = data.message
    if data.code in ("not_found", "empty"):
        problem = f"There is nothing at {dataset.location!r} any more. Put the files back, or add a data set for their new place."
    raise NotReady("dataset_gone", f"Data set {dataset.name}: {problem}")


@contextmanager
def readable() -> Iterator[None]:
    """Turn a failure to read rows into a refusal: NotReady."""
    try:
        yield
    except (Unreadable, EngineFailed) as failure:
        raise NotReady("dataset_unreadable", str(failure)) from failure


def _split(location: str) -> tuple[str, str]:
    """The part of a location before the first name with a wildcard in it, and the rest."""
    names = Path(location).parts
    plain = [*takewhile(lambda name: not any(mark in name for mark in WILDCARDS), names)]
    return "/".join(plain), "/".join(names[len(plain) :])


def _files(root: Path, base: Path, pattern: str, kind: str) -> Files | Fault:
    if delta := next((folder for folder in _folders(base, pattern) if (folder / DELTA_LOG).is_dir()), None):
        return Fault("location", "delta_table", DELTA.format(delta.relative_to(root)))
    paths = sorted(_matching(base, pattern, kind))
    if not paths:
        wanted = "file" if pattern else f".{kind} file"
        return Fault(
            "location", "empty", f"There is no {wanted} at this location whose name does not begin with _ or a dot."
        )
    if len(paths) > MOST_FILES:
        return Fault(
            "location", "too_many", f"There are {len(paths):,} files at this location; at most {MOST_FILES:,} are read."
        )
    if not all(path.resolve().is_relative_to(root) for path in paths):
        return Fault("location", "not_allowed", "A file at this location is a link to outside the data roots.")
    return Files(base, tuple(paths), kind)


def _folders(base: Path, pattern: str) -> Iterator[Path]:
    """The folders in which a table's log would stand: the base, and those of what a pattern matches."""
    yield base
    if pattern:
        yield from {path.parent for path in base.glob(pattern)}
    elif base.is_dir():
        yield from (path.parent for path in base.rglob(DELTA_LOG))


def _matching(base: Path, pattern: str, kind: str) -> Iterator[Path]:
    """The files of a location; in a folder or a pattern names that begin with _ or . are left out, as Spark and Hive do."""
    if not pattern and not base.is_dir():
        return iter([base])
    matching = base.glob(pattern) if pattern else base.rglob(f"*.{kind}")
    return (path for path in matching if path.is_file() and not any(map(_is_hidden, path.relative_to(base).parts)))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "_")) and "=" not in name
