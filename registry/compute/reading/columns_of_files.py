"""Which columns the files of a data set have: the union over all of them, with the files that lack some.

Folders named `month=2024-03` below the base are partitions, each of which is a column of every file below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.row_source import Unreadable
from registry.compute.name_lists import named

NOTHING = "__HIVE_DEFAULT_PARTITION__"
INTEGER, DATE = re.compile(r"-?\d{1,9}"), re.compile(r"\d{4}-\d{2}-\d{2}")


class FileColumns(NamedTuple):
    """A file's name below the base, its own columns in order, and its partition values as text."""

    name: str
    schema: pa.Schema
    partitions: Mapping[str, str | None]


class Union(NamedTuple):
    """``schema``: every column, those of files before those of partitions. ``lacking``: by file the columns that it lacks.
    ``alike``: whether every file has all of them, of one type."""

    schema: pa.Schema
    lacking: dict[str, tuple[str, ...]]
    alike: bool


def name_of(path: Path, base: Path) -> str:
    """How messages name a file: by its path below the base."""
    return str(path.relative_to(base)) if path != base and path.is_relative_to(base) else path.name


def partitions_of(path: Path, base: Path) -> dict[str, str | None]:
    """The partition values that a file's folders state."""
    below = path.parent.relative_to(base if base != path else path.parent).parts
    pairs = (folder.partition("=") for folder in below if "=" in folder)
    return {unquote(key): None if value == NOTHING else unquote(value) for key, _, value in pairs}


def parquet_columns(path: Path, name: str) -> pa.Schema:
    """The columns that a Parquet file's footer states. Unreadable."""
    status = path.stat()
    return _parquet_columns(path, name, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=20_000)
def _parquet_columns(path: Path, name: str, size: int, mtime_ns: int) -> pa.Schema:
    if not size:
        raise Unreadable(f"{name} is empty: 0 bytes. Write it again, or remove it.", "empty_file")
    try:
        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        sentence = f"{name} cannot be read as parquet: it is not a Parquet file, or its end is missing."
        raise Unreadable(f"{sentence} Replace it with a complete file, or remove it.", "not_parquet") from error
    require_names(name, schema.names)
    return schema.remove_metadata()


def require_names(name: str, names: Sequence[str]) -> None:
    """Unreadable when a file has no columns, or one name twice."""
    if not names:
        raise Unreadable(f"{name} has no columns. Write it again with its columns, or remove it.", "no_columns")
    repeated = (
        next((column for column in names if names.count(column) > 1), None) if len(set(names)) < len(names) else None
    )
    if repeated is not None:
        places = " and ".join(str(place) for place, column in enumerate(names, start=1) if column == repeated)
        raise Unreadable(
            f"{name}: column {repeated} is there twice (as columns {places}). Rename one of them.", "repeated_column"
        )


def union(files: Sequence[FileColumns]) -> Union:
    """The columns of all files together. Unreadable when types do not go together, or a file shares no column."""
    first = files[0]
    types = {field.name: (field.type, first.name) for field in first.schema}
    alike = True
    for file in files[1:]:
        if file.schema.equals(first.schema):
            continue
        if not set(file.schema.names) & types.keys():
            columns = f"it has {named(file.schema.names)}; {first.name} has {named(list(types))}"
            sentence = f"{file.name} shares no column with the files before it: {columns}."
            raise Unreadable(f"{sentence} Put it into a data set of its own.", "differing_columns")
        alike = False
        for field in file.schema:
            types[field.name] = _together(field, file.name, types.get(field.name))
    partitions = _partitions(files, types)
    fields = [pa.field(name, kind) for name, (kind, _) in types.items()] + [
        pa.field(*pair) for pair in partitions.items()
    ]
    lacking = {
        file.name: missing
        for file in files
        if (missing := tuple(name for name in types if name not in file.schema.names))
    }
    return Union(pa.schema(fields), lacking, alike)


def _together(field: pa.Field, name: str, before: tuple[pa.DataType, str] | None) -> tuple[pa.DataType, str]:
    if before is None or before[0] == field.type:
        return field.type, before[1] if before else name
    try:
        both = pa.unify_schemas(
            [pa.schema([(field.name, before[0])]), pa.schema([field.with_nullable(True).remove_metadata()])],
            promote_options="permissive",
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        sentence = f"Column {field.name} is {before[0]} in {before[1]} and {field.type} in {name}."
        raise Unreadable(f"{sentence} Write both with one type, or add two data sets.", "differing_columns") from error
    return both.field(0).type, before[1]


def _partitions(files: Sequence[FileColumns], own: Mapping[str, object]) -> dict[str, pa.DataType]:
    names = dict.fromkeys(name for file in files for name in file.partitions if name not in own)
    return {name: _type_of([file.partitions.get(name) for file in files]) for name in names}


def _type_of(values: Sequence[str | None]) -> pa.DataType:
    texts = [value for value in values if value is not None]
    if texts and all(INTEGER.fullmatch(text) for text in texts):
        return pa.int32()
    return pa.date32() if texts and all(DATE.fullmatch(text) for text in texts) else pa.string()
