"""What data files look like: their columns, rows, digest and first rows. Trusted paths only: the caller resolved them.

A data set is one file or many of one kind. Folders named `month=2024-03` on the way from its base are Hive partitions:
columns of their own. The digest of many files is over their names, relative to the base, and their digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset as arrow


class Files(NamedTuple):
    """``base``: the file itself, or the folder that partitions are read from; ``paths``: the files, in order; ``kind``:
    parquet or csv."""

    base: Path
    paths: tuple[Path, ...]
    kind: str

    @property
    def names(self) -> list[str]:
        """The files as an engine takes them."""
        return [str(path) for path in self.paths]


class Column(NamedTuple):
    """A column's name and its Arrow type."""

    name: str
    type: str


class Seen(NamedTuple):
    """A data set as it is now: SHA-256 in hex, number of rows, columns in order."""

    digest: str
    rows: int
    schema: tuple[Column, ...]


class Unreadable(Exception):
    """The files are not what they are said to be; the message says what was expected."""


def describe(files: Files) -> tuple[Column, ...]:
    """The columns, without reading the rows. Unreadable when the first file is not of that kind."""
    with _opened(files) as opened:
        return tuple(Column(field.name, str(field.type)) for field in opened.schema)


def snapshot(files: Files) -> Seen:
    """Digest, rows and columns; reads every byte once. Unreadable when a file is not of that kind."""
    with _opened(files) as opened:
        return Seen(_digest(files), opened.count_rows(), describe(files))


def first_rows(files: Files, rows: int) -> list[dict[str, Any]]:
    """The first rows as they stand. Unreadable when the files are not of that kind."""
    with _opened(files) as opened:
        return opened.head(rows).to_pylist()


@contextmanager
def _opened(files: Files) -> Iterator[arrow.Dataset]:
    base = files.base if files.base.is_dir() else files.base.parent
    try:
        yield arrow.dataset(files.names, format=files.kind, partitioning="hive", partition_base_dir=str(base))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError) as error:
        raise Unreadable(f"The files cannot be read as {files.kind}, or differ in their columns.") from error


def _digest(files: Files) -> str:
    if files.paths == (files.base,):
        return _file_digest(files.base)
    listed = hashlib.sha256()
    for path in files.paths:
        listed.update(f"{path.relative_to(files.base)} {_file_digest(path)}\n".encode())
    return listed.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
