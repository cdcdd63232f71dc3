"""Columns, number of rows, digest and first rows of data files. Trusted paths only: the caller resolved them.

A data set is one file, or many of one kind. Folders named `month=2024-03` below its base are Hive partitions, each of
which becomes a column. The digest of many files is over their names, relative to the base, and their digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset as arrow

from registry.compute.engines.row_source import Column, Snapshot, Unreadable


class Files(NamedTuple):
    """``base``: the file itself, or the folder that partitions are read from; ``paths``: the files, in order; ``kind``:
    parquet or csv."""

    base: Path
    paths: tuple[Path, ...]
    kind: str

    @property
    def names(self) -> list[str]:
        """The paths as text, as an engine takes them."""
        return [str(path) for path in self.paths]

    def describe(self) -> tuple[Column, ...]:
        """The columns, without reading the rows. Unreadable when the first file is not of that kind."""
        return tuple(Column(field.name, str(field.type)) for field in self.arrow_schema())

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        with self._opened() as opened:
            return opened.schema

    def snapshot(self) -> Snapshot:
        """Digest, number of rows and columns; reads every byte once. Unreadable when a file is not of that kind."""
        with self._opened() as opened:
            return Snapshot(self._digest(), opened.count_rows(), self.describe())

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """The first rows as they stand. Unreadable when the files are not of that kind."""
        with self._opened() as opened:
            first: list[dict[str, Any]] = opened.head(rows).to_pylist()
            return first

    def at_hand(self, folder: Path, where: str = "", **_: Any) -> Files:
        """These files themselves: an engine reads them in place and applies the condition itself."""
        return self

    @contextmanager
    def _opened(self) -> Iterator[arrow.Dataset]:
        base = self.base if self.base.is_dir() else self.base.parent
        try:
            yield arrow.dataset(self.names, format=self.kind, partitioning="hive", partition_base_dir=str(base))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OSError) as error:
            raise Unreadable(f"The files cannot be read as {self.kind}, or differ in their columns.") from error

    def _digest(self) -> str:
        if self.paths == (self.base,):
            return _file_digest(self.base)
        listed = hashlib.sha256()
        for path in self.paths:
            listed.update(f"{path.relative_to(self.base)} {_file_digest(path)}\n".encode())
        return listed.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
