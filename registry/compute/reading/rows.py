"""The rows of described files, with every column of its decided type; and their copy as one Parquet file.

What engines read in place is Parquet whose files are alike. Anything else is read here, once for each run, and copied.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.row_source import Unreadable
from registry.compute.reading import csv_text
from registry.compute.reading.cells import Converter, Mask, Typed, within_the_calendar
from registry.compute.reading.columns_of_files import name_of, partitions_of
from registry.compute.reading.described import Described, Location

UNREADABLE = "unreadable columns"  # of the copy of rows with unreadable cells
BATCH = 1 << 16


class Copied(NamedTuple):
    """``rows``: the Parquet file; ``unreadable``: the rows with unreadable cells, None when there are none."""

    rows: Path
    unreadable: Path | None


def typed_batches(location: Location, described: Described, *, block: int = csv_text.BLOCK) -> Iterator[Typed]:
    """Every row, file by file, with the columns of the schema. Unreadable with file and line where one cannot be read."""
    kinds = dict(described.reading.kinds)
    convert = Converter({name: kinds[name] for name in described.schema.names if name in kinds}, described.reading)
    for path in location.paths:
        partitions = partitions_of(path, location.base)
        for batch in _batches(location, described, path, block):
            yield _conform(convert(batch), partitions, described.schema)


def copy(
    location: Location, described: Described, folder: Path, *, stopped: Callable[[], bool] = lambda: False
) -> Copied:
    """Write all rows as Parquet to ``folder``, in bounded memory. Unreadable; Stopped when ``stopped`` answers True."""

    def batches() -> Iterator[Typed]:
        for typed in typed_batches(location, described):
            if stopped():
                raise Stopped
            yield typed

    return write(batches(), described.schema, folder)


def write(batches: Iterable[Typed], schema: pa.Schema, folder: Path) -> Copied:
    """Write rows as Parquet to ``folder``; those with unreadable cells once more, beside them."""
    number = len(list(folder.iterdir()))
    target, beside = folder / f"{number}.parquet", folder / f"{number}.unreadable.parquet"
    marked = schema.append(pa.field(UNREADABLE, pa.list_(pa.string())))
    with contextlib.ExitStack() as files:
        writer = files.enter_context(parquet.ParquetWriter(target, schema, use_compliant_nested_type=False))
        left_out: parquet.ParquetWriter | None = None
        for typed in batches:
            writer.write_batch(typed.rows)
            if typed.unreadable:
                left_out = left_out or files.enter_context(
                    parquet.ParquetWriter(beside, marked, use_compliant_nested_type=False)
                )
                left_out.write_batch(_marked(typed, marked))
    return Copied(target, beside if left_out is not None else None)


def bounded(rows: pa.RecordBatch) -> Typed:
    """Rows whose dates and times outside of the calendar are unreadable cells."""
    columns = {name: within_the_calendar(rows[name]) for name in rows.schema.names}
    unreadable = {name: beyond for name, (_, beyond) in columns.items() if beyond is not None}
    arrays = [column for column, _ in columns.values()]
    return Typed(pa.RecordBatch.from_arrays(arrays, schema=rows.schema), unreadable)


def may_stay(location: Location, described: Described) -> bool:
    """Whether engines read the files in place to the same rows: Parquet, alike, nothing to convert, no date out of range."""
    return (
        location.kind == "parquet"
        and described.columns.alike
        and not described.reading.kinds
        and not any(map(_leaves_the_calendar, location.paths))
    )


def _batches(location: Location, described: Described, path: Path, block: int) -> Iterator[pa.RecordBatch]:
    name = name_of(path, location.base)
    if location.kind == "csv":
        yield from csv_text.batches(path, name, described.reading, described.headers[path], block=block)
        return
    try:
        with parquet.ParquetFile(path) as opened:
            yield from opened.iter_batches(BATCH)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> Unreadable:
    sentence = f"{name} cannot be read as parquet: a part of it is damaged or gone. Replace it with a complete file."
    return Unreadable(sentence, "not_parquet")


def _conform(typed: Typed, partitions: Mapping[str, str | None], schema: pa.Schema) -> Typed:
    """Every column of the schema, of its type."""
    rows, unreadable, arrays = typed.rows, dict(typed.unreadable), []
    own = set(rows.schema.names)
    for field in schema:
        if field.name in own:
            column, beyond = within_the_calendar(rows[field.name])
            if beyond is not None:
                unreadable[field.name] = beyond | unreadable.get(field.name, np.zeros(len(beyond), bool))
            arrays.append(column if column.type == field.type else _cast(column, field))
        else:
            arrays.append(_repeated(partitions.get(field.name), field.type, rows.num_rows))
    return Typed(pa.RecordBatch.from_arrays(arrays, schema=schema), unreadable)


def _cast(column: pa.Array, field: pa.Field) -> pa.Array:
    """As the type that the files have together. Unreadable where that does not hold a value exactly."""
    try:
        return column.cast(field.type)
    except pa.ArrowInvalid as error:
        sentence = f"Column {field.name} is {column.type} in some files and {field.type} in others, which does not hold"
        raise Unreadable(
            f"{sentence} each of its values exactly. Write all with one type.", "differing_columns"
        ) from error


def _repeated(text: str | None, kind: pa.DataType, rows: int) -> pa.Array:
    """A partition's value in every row; null without one."""
    if text is None:
        return pa.nulls(rows, kind)
    value = int(text) if pa.types.is_integer(kind) else date.fromisoformat(text) if pa.types.is_date(kind) else text
    return pa.repeat(pa.scalar(value, kind), rows)


def _marked(typed: Typed, schema: pa.Schema) -> pa.RecordBatch:
    """The rows that have an unreadable cell, each with the names of its columns."""
    chosen: Mask = np.logical_or.reduce(list(typed.unreadable.values()))
    places = np.flatnonzero(chosen)
    names: Sequence[list[str]] = [[name for name, mask in typed.unreadable.items() if mask[place]] for place in places]
    rows = typed.rows.take(pa.array(places))
    return pa.RecordBatch.from_arrays([*rows.columns, pa.array(names, schema.field(UNREADABLE).type)], schema=schema)


def _leaves_the_calendar(path: Path) -> bool:
    """Whether a Parquet file holds a date before the year 1 or after 9999: by its statistics, or else by its values."""
    try:
        with parquet.ParquetFile(path) as opened:
            metadata = opened.metadata
            return any(
                _may_leave(metadata.row_group(group).column(place))
                and _does_leave(opened, group, metadata.schema.column(place).path)
                for place in _leaves(metadata, opened.schema_arrow)
                for group in range(metadata.num_row_groups)
            )
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path.name) from error


def _leaves(metadata: parquet.FileMetaData, schema: pa.Schema) -> Iterator[int]:
    """The places of the columns of dates and times that can leave the calendar."""
    types = pa.types
    names = {
        field.name
        for field in schema
        if types.is_date(field.type) or (types.is_timestamp(field.type) and field.type.unit != "ns")
    }
    yield from (place for place in range(metadata.num_columns) if metadata.schema.column(place).path in names)


def _may_leave(column: parquet.ColumnChunkMetaData) -> bool:
    statistics = column.statistics
    if statistics is None or not statistics.has_min_max:
        return statistics is None or statistics.null_count != column.num_values
    try:
        return statistics.min is None or statistics.max is None
    except (OverflowError, ValueError):  # no date of Python's
        return True


def _does_leave(opened: parquet.ParquetFile, group: int, name: str) -> bool:
    chunks = opened.read_row_group(group, columns=[name]).column(0).chunks
    return any(within_the_calendar(chunk)[1] is not None for chunk in chunks)
