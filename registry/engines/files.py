"""What a data file looks like: its columns, its rows, its digest. Trusted paths only: the caller resolved them.

A folder is read as the Parquet or CSV files in it, sorted by name; its digest is over their relative names and digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

BLOCK = 1 << 20


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
    """The file is not what it is said to be; the message says what was expected."""


def describe(location: str, kind: str) -> tuple[Column, ...]:
    """The columns, without reading the rows. Unreadable when the file is not of that kind."""
    schema = _schema(_files(location, kind)[0], kind)
    return tuple(Column(field.name, str(field.type)) for field in schema)


def snapshot(location: str, kind: str) -> Seen:
    """Digest, rows and columns; reads every byte once. Unreadable when a file is not of that kind."""
    files = _files(location, kind)
    return Seen(_digest(files, Path(location)), sum(_rows(file, kind) for file in files), describe(location, kind))


def paths(location: str, kind: str) -> list[str]:
    """The files to read, in order."""
    return [str(file) for file in _files(location, kind)]


def _files(location: str, kind: str) -> list[Path]:
    path = Path(location)
    files = sorted(path.rglob(f"*.{kind}")) if path.is_dir() else [path]
    if not files:
        raise Unreadable(f"There is no .{kind} file in the folder.")
    return files


def _schema(file: Path, kind: str) -> pa.Schema:
    try:
        if kind == "parquet":
            return parquet.read_schema(file)
        with csv.open_csv(file) as reader:
            return reader.schema
    except (pa.ArrowInvalid, OSError) as error:
        raise Unreadable(f"The file cannot be read as {kind}.") from error


def _rows(file: Path, kind: str) -> int:
    try:
        if kind == "parquet":
            return parquet.read_metadata(file).num_rows
        with csv.open_csv(file) as reader:
            return sum(batch.num_rows for batch in reader)
    except (pa.ArrowInvalid, OSError) as error:
        raise Unreadable(f"The file cannot be read as {kind}.") from error


def _digest(files: Sequence[Path], location: Path) -> str:
    if files == [location]:
        return _file_digest(location)
    listed = hashlib.sha256()
    for file in files:
        listed.update(f"{file.relative_to(location)} {_file_digest(file)}\n".encode())
    return listed.hexdigest()


def _file_digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
