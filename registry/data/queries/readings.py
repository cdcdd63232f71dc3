"""How the files of a data set are read: what people state about it, what was found, and what is wrong with either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.errors import Fault
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Data, Unreadable
from registry.compute.engines.value_kinds import Kind, of_arrow
from registry.compute.name_lists import named
from registry.compute.reading.described import Described
from registry.compute.reading.description import CSV_ALONE, Reading, Wrong, parse
from registry.compute.reading.event_time import why_cells_are_no_times, why_no_time
from registry.data.queries.source_faults import column_faults
from registry.models import Dataset

FIELD = "read"
BY_COLUMN = ("kinds", "null_words_by_column")


class Stated(NamedTuple):
    """What people state about how files are read, and the faults of it."""

    reading: Reading
    faults: tuple[Fault, ...]


class Held(NamedTuple):
    """Data held to its description: what was decided and found, None for a table; and the faults."""

    described: Described | None
    faults: tuple[Fault, ...]


def stated(kind: str, content: Mapping[str, Any], connection: str = "") -> Stated:
    """What is stated, and what is wrong with it whatever the files are."""
    reading, wrong = parse(content)
    if reading != Reading() and kind not in (Dataset.Kind.PARQUET, Dataset.Kind.CSV):
        wrong.append(
            Wrong("", "A table states the types of its columns itself. Leave read empty, or use a view that casts.")
        )
    elif reading != Reading() and connection:
        sentence = (
            "Files at a connection state the types of their columns themselves. Leave read empty, or write them anew."
        )
        wrong.append(Wrong("", sentence))
    if kind == Dataset.Kind.PARQUET:
        parts = [part for part in CSV_ALONE if getattr(reading, part) is not None]
        wrong += [Wrong(part, f"Parquet files have no {part.replace('_', ' ')}: leave it out.") for part in parts]
    return Stated(reading, tuple(_fault(*fault) for fault in wrong))


def merged(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """What is stated after a change of it: parts that are left out stay, those that are null are open again; of kinds, each
    column by itself."""
    after = {part: value for part, value in before.items() if part not in change}
    for part, value in change.items():
        if part in BY_COLUMN and isinstance(value, Mapping):
            columns = {**before.get(part, {}), **value}
            after[part] = {column: stated for column, stated in columns.items() if stated is not None}
        elif value is not None:
            after[part] = value
    return after


def held(data: Data, key: Sequence[str], event_time: str) -> Held:
    """Look at the data and hold it to what is stated: every fault, or what was found."""
    try:
        described = data.described(look=True) if isinstance(data, Files) else None
        columns = data.describe()
        faults = [*column_faults(columns, key, event_time)]
        if isinstance(data, Files) and described is not None:
            faults += _kinds_faults(data, columns, described)
        faults += _event_time_faults(data, columns, described, event_time)
    except Unreadable as unreadable:
        return Held(None, (Fault("location", unreadable.reason, str(unreadable)),))
    return Held(described, tuple(faults))


def inspection(described: Described | None) -> dict[str, Any]:
    """What was found, as it is stored and shown."""
    if described is None:
        return {}
    unreadable = {
        name: {"count": cells.cells, "of": cells.of, "examples": [list(example) for example in cells.examples]}
        for name, cells in described.unreadable.items()
    }
    return {
        "rows": described.rows,
        "all_rows": described.is_whole,
        "unreadable": unreadable,
        "notes": [*described.notes],
    }


def _kinds_faults(files: Files, columns: Sequence[Column], described: Described) -> Iterator[Fault]:
    """Stated kinds of columns that the files do not have, or that are not text in Parquet."""
    names = {column.name for column in columns}
    own = {field.name: str(field.type) for field in described.own_schema}
    for part in BY_COLUMN:
        for column, _ in getattr(files.reading, part):
            if column not in names:
                sentence = f"The data has no column {column!r}. It has {named(names, near=column)}."
                yield Fault(f"{FIELD}.{part}.{column}", "unknown_column", sentence)
            elif files.kind == Dataset.Kind.PARQUET and of_arrow(own[column]) not in (Kind.TEXT, Kind.WHOLE):
                sentence = (
                    f"{column} is {own[column]} in the files: only text and whole numbers are read as another kind."
                )
                yield Fault(f"{FIELD}.{part}.{column}", "not_text", sentence)


def _event_time_faults(
    data: Data, columns: Sequence[Column], described: Described | None, name: str
) -> Iterator[Fault]:
    types = {column.name: column.type for column in columns}
    if name not in types:
        return
    if isinstance(data, Files) and described is not None:
        sentence = why_cells_are_no_times(data.location, described, name)
    else:
        sentence = why_no_time(name, types[name])
    if sentence:
        yield Fault("event_time", "not_a_time", sentence)


def _fault(part: str, message: str) -> Fault:
    return Fault(f"{FIELD}.{part}" if part else FIELD, "malformed", message)
