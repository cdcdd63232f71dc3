"""Files described: their columns, the decided description by which every reader reads them, and what was decision.

Up to `MOST_BYTES` of text are looked at. What is stated is not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.engines.row_source import Unreadable
from registry.compute.reading import csv_text
from registry.compute.reading.cells import ARROW, Converter
from registry.compute.reading.columns_of_files import (
    FileColumns,
    Union,
    name_of,
    parquet_columns,
    partitions_of,
    require_names,
    union,
)
from registry.compute.reading.csv_text import Header
from registry.compute.reading.description import Reading
from registry.compute.reading.detection import cells_of, detect, is_tolerable
from registry.compute.reading.dialect import delimiter_of, encoding_of

MOST_BYTES, LEAST_BYTES = 32 << 20, 64 << 10
MOST_LINES, MOST_NOTES = 5, 20
MOST_ROWS = 1_000_000  # beyond, the line of a cell is not looked for


State = tuple[tuple[int, int], ...]


class Location(NamedTuple):
    """``base``: the file itself, or the folder that names and partitions are relative to."""

    base: Path
    paths: tuple[Path, ...]
    kind: str

    @property
    def state(self) -> State:
        """Sizes and times of change: the same while the files are."""
        return tuple((status.st_size, status.st_mtime_ns) for status in (path.stat() for path in self.paths))


class UnreadableCells(NamedTuple):
    """The cells of a column that do not fit its kind: how many of how many, and where the first of them are."""

    cells: int
    of: int
    examples: tuple[tuple[str, int], ...]  # file and line


class Described(NamedTuple):
    """``headers``: by path, of CSV files; ``rows`` that were looked at, which are all when ``is_whole``; ``own_schema``: the
    types that Parquet files state themselves."""

    reading: Reading
    columns: Union
    headers: Mapping[Path, Header]
    rows: int = 0
    is_whole: bool = True
    unreadable: Mapping[str, UnreadableCells] = {}
    notes: tuple[str, ...] = ()
    own_schema: pa.Schema = pa.schema([])

    @property
    def schema(self) -> pa.Schema:
        """The columns with the types that every reader gets."""
        return self.columns.schema


def describe(location: Location, reading: Reading, *, look: bool = False) -> Described:
    """Decide what is open, and hold the files to what is stated: with ``look`` their rows too, else their headers alone where
    nothing is open. Unreadable with the reason, the file and the line."""
    try:
        state = location.state
        glanced = None if look else _glance(location, reading, state)
        return glanced or _look(location, reading, state)
    except OSError as error:
        sentence = "A file is gone or may not be read. Restore it, or describe the data set anew without it."
        raise Unreadable(sentence, "gone") from error


@lru_cache(maxsize=256)
def _glance(location: Location, reading: Reading, state: State) -> Described | None:
    """By the headers alone; None where rows have to be looked at."""
    if location.kind == "parquet":
        return _of_parquet(location, reading)
    if None in reading:
        return None
    begun = _begin(location, reading)
    if not set(begun.texts) <= dict(reading.kinds).keys():
        return None
    return Described(reading, begun.typed(reading), begun.tops)


@lru_cache(maxsize=64)
def _look(location: Location, reading: Reading, state: State) -> Described:
    if location.kind == "parquet":
        return _of_parquet(location, reading)
    begun = _begin(location, _cut(location, reading))
    sample = _sample(location, begun)
    decision = _decide(sample, begun.texts, begun.reading)
    unreadable = {name: _located(location, decision.reading, cells) for name, cells in decision.unreadable.items()}
    columns, notes = begun.typed(decision.reading), decision.notes[:MOST_NOTES]
    return Described(decision.reading, columns, begun.tops, sample.rows, sample.is_whole, unreadable, notes)


class _Begun(NamedTuple):
    """CSV files of which the headers are read. ``texts``: the columns that files state themselves."""

    reading: Reading
    tops: Mapping[Path, Header]
    columns: Union

    @property
    def texts(self) -> list[str]:
        own = {name for top in self.tops.values() for name in top.names}
        return [name for name in self.columns.schema.names if name in own]

    def typed(self, reading: Reading) -> Union:
        """The columns with the types of their kinds."""
        return self.columns._replace(schema=_typed(self.columns.schema, reading), alike=False)


def _begin(location: Location, reading: Reading) -> _Begun:
    tops = {path: csv_text.read_header(path, name_of(path, location.base), reading) for path in location.paths}
    return _Begun(reading, tops, union([_as_text(path, location.base, top) for path, top in tops.items()]))


def _of_parquet(location: Location, reading: Reading) -> Described:
    named = [(path, name_of(path, location.base)) for path in location.paths]
    columns = union(
        [FileColumns(name, parquet_columns(path, name), partitions_of(path, location.base)) for path, name in named]
    )
    return Described(reading, columns._replace(schema=_typed(columns.schema, reading)), {}, own_schema=columns.schema)


def _cut(location: Location, reading: Reading) -> Reading:
    """What has to be known before a file's header can be read."""
    first = location.paths[0]
    plain = Reading(quote='"', escape="", header=True, time_zone="UTC")
    reading = reading.over(plain if reading.encoding else plain._replace(encoding=encoding_of(first)))
    if reading.delimiter is not None:
        return reading
    text, is_whole = csv_text.head(first, name_of(first, location.base), reading.encoding or csv_text.UTF_8)
    return reading._replace(delimiter=delimiter_of(text, is_whole=is_whole, reading=reading))


def _as_text(path: Path, base: Path, top: Header) -> FileColumns:
    name = name_of(path, base)
    require_names(name, top.names)
    return FileColumns(name, pa.schema([(column, pa.string()) for column in top.names]), partitions_of(path, base))


def _typed(schema: pa.Schema, reading: Reading) -> pa.Schema:
    kinds = dict(reading.kinds)
    return pa.schema([field.with_type(ARROW[kinds[field.name]]) if field.name in kinds else field for field in schema])


class _Sample(NamedTuple):
    """The rows that were looked at, as text with every column; ``first`` is the number of a batch's first row in its file."""

    batches: Sequence[tuple[Path, int, pa.RecordBatch]]
    is_whole: bool

    @property
    def rows(self) -> int:
        return sum(batch.num_rows for _, _, batch in self.batches)

    def column(self, name: str) -> pa.ChunkedArray:
        return pa.chunked_array([batch[name] for _, _, batch in self.batches], pa.string())


def _sample(location: Location, begun: _Begun) -> _Sample:
    share = max(MOST_BYTES // len(location.paths), LEAST_BYTES)
    names, block = begun.texts, min(csv_text.BLOCK, share)
    batches, is_whole = [], True
    for path, top in begun.tops.items():
        size = first = 0
        for batch in csv_text.batches(path, name_of(path, location.base), begun.reading, top, block=block):
            batches.append((path, first, with_columns(batch, names)))
            first, size = first + batch.num_rows, size + batch.nbytes
            if size >= share:
                is_whole = False
                break
    return _Sample(batches, is_whole)


def with_columns(batch: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    """The columns of these names; those that a file lacks are null."""
    own = set(batch.schema.names)
    columns = [batch[name] if name in own else pa.nulls(batch.num_rows, pa.string()) for name in names]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


class _Misfits(NamedTuple):
    """Unreadable cells of one column: how many of how many, some of their texts, and the file and row of the first."""

    cells: int
    of: int
    texts: tuple[str, ...]
    rows: tuple[tuple[Path, int], ...]


class _Decision(NamedTuple):
    reading: Reading
    unreadable: Mapping[str, _Misfits]
    notes: tuple[str, ...]


def _decide(sample: _Sample, names: Sequence[str], reading: Reading) -> _Decision:
    stated = dict(reading.kinds)
    decided, notes = detect({name: cells_of(sample.column(name)) for name in names}, reading)
    misfits = _convert(
        sample, {name: kind for name, kind in decided.kinds if name in names and kind != "text"}, decided
    )
    as_text = [
        name
        for name, cells in misfits.items()
        if name not in stated and not is_tolerable(cells.texts, cells.cells, cells.of, looks_alike=True)
    ]
    decided = Reading(kinds=tuple((name, "text") for name in as_text)).over(decided)
    unreadable = {name: cells for name, cells in misfits.items() if name not in as_text}
    return _Decision(decided, unreadable, tuple(notes))


def _convert(sample: _Sample, kinds: Mapping[str, str], reading: Reading) -> dict[str, _Misfits]:
    convert, misfits = Converter(kinds, reading), dict[str, _Misfits]()
    filled = dict.fromkeys(kinds, 0)
    for path, first, batch in sample.batches:
        typed = convert(batch)
        for name in kinds:
            filled[name] += batch.num_rows - typed.rows[name].null_count
        for name, mask in typed.unreadable.items():
            before = misfits.get(name, _Misfits(0, 0, (), ()))
            texts = {*before.texts, *batch[name].filter(pa.array(mask)).slice(0, 100).to_pylist()}
            rows = [*before.rows, *((path, first + int(row)) for row in np.flatnonzero(mask)[:MOST_LINES])]
            misfits[name] = _Misfits(before.cells + int(mask.sum()), 0, tuple(sorted(texts)), tuple(rows[:MOST_LINES]))
    return {name: cells._replace(of=filled[name] + cells.cells) for name, cells in misfits.items()}


def _located(location: Location, reading: Reading, cells: _Misfits) -> UnreadableCells:
    examples: list[tuple[str, int]] = []
    for path in dict.fromkeys(path for path, _ in cells.rows):
        rows = {row for other, row in cells.rows if other == path and row < MOST_ROWS}
        name = name_of(path, location.base)
        examples += [(name, line) for line in csv_text.lines_of(path, reading, rows)]
    return UnreadableCells(cells.cells, cells.of, tuple(examples))
