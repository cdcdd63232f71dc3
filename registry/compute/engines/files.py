"""Columns, number of rows, digest and first rows of data files. Trusted paths only: the caller resolved them.

A data set is one file, or many of one kind. Folders named `month=2024-03` below its base are Hive partitions, each of
which becomes a column. Every reader gets the rows that `reading` describes. The digest of many files is over their names,
relative to the base, and their digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.row_source import Column, Snapshot, Unreadable, columns_of
from registry.compute.reading import csv_text
from registry.compute.reading.columns_of_files import name_of
from registry.compute.reading.described import Described, Location, describe
from registry.compute.reading.description import Reading
from registry.compute.reading.rows import Copied, copy, may_stay, typed_batches

FIRST_BLOCK = 1 << 18  # of a file whose first rows are shown


class Files(NamedTuple):
    """``base``: the file itself, or the folder that partitions are read from; ``paths``: the files, in order; ``kind``:
    parquet or csv. ``reading``: how they are read; what it leaves open is decided at first use. ``unreadable``: the rows of a
    copy that have unreadable cells."""

    base: Path
    paths: tuple[Path, ...]
    kind: str
    reading: Reading = Reading()
    unreadable: Path | None = None

    @classmethod
    def of_copy(cls, copied: Copied) -> Files:
        """A copy as a source of rows."""
        return cls(copied.rows, (copied.rows,), "parquet", unreadable=copied.unreadable)

    @property
    def names(self) -> list[str]:
        """The paths as text, as an engine takes them."""
        return [str(path) for path in self.paths]

    def described(self, *, look: bool = False) -> Described:
        """The decided description, with what was found; with ``look`` the rows are held to it as well. Unreadable."""
        return describe(self.location, self.reading, look=look)

    def describe(self) -> tuple[Column, ...]:
        """The columns of all files together. Unreadable when a file is not of that kind."""
        return columns_of(self.arrow_schema())

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        return self.described().schema

    def snapshot(self) -> Snapshot:
        """Digest, number of rows and columns; reads every byte once. Unreadable when a file is not of that kind."""
        described = self.described()
        return Snapshot(self._digest(), self._count(described), self.describe())

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """The first rows. Unreadable when the files are not of that kind."""
        first: list[dict[str, Any]] = []
        for typed in typed_batches(self.location, self.described(), block=FIRST_BLOCK):
            first += typed.rows.slice(0, rows - len(first)).to_pylist()
            if len(first) >= rows:
                break
        return first

    def at_hand(
        self,
        folder: Path,
        where: str = "",
        *,
        columns: Sequence[str] = (),
        most_rows: int = 0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Files:
        """These files themselves where engines read them in place to the same rows, else a copy of all rows in ``folder``.
        Engines apply the condition. Raises Unreadable or Stopped."""
        described = self.described()
        if may_stay(self.location, described):
            return self
        copied = copy(self.location, described, folder, stopped=stopped)
        return Files.of_copy(copied)

    @property
    def location(self) -> Location:
        """Where they are, without how they are read."""
        return Location(self.base, self.paths, self.kind)

    def _count(self, described: Described) -> int:
        if self.kind == "parquet":
            return sum(int(parquet.read_metadata(path).num_rows) for path in self.paths)
        reading, tops = described.reading, described.headers
        return sum(
            batch.num_rows
            for path in self.paths
            for batch in csv_text.batches(path, name_of(path, self.base), reading, tops[path])
        )

    def _digest(self) -> str:
        if self.paths == (self.base,):
            return _file_digest(self.base)
        listed = hashlib.sha256()
        for path in self.paths:
            listed.update(f"{path.relative_to(self.base)} {_file_digest(path)}\n".encode())
        return listed.hexdigest()


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{path.name} is gone or may not be read. Restore it.", "gone") from error
