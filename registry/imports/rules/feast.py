"""The JSON of `feast registry-dump` as source tables and features.

A source with an event time that a feature view reads becomes a source table; the view's join keys are its entity. A field
of a view becomes a feature: the source's column as it is. What Python code computes cannot be imported: it cannot be
compared row by row.

>>> view = {"spec": {"name": "trips", "entities": ["driver"], "features": [{"name": "rating", "valueType": "FLOAT"}],
...                  "batchSource": {"name": "trips", "timestampField": "at"}}}
>>> entity = {"spec": {"name": "driver", "joinKey": "driver_id"}}
>>> [(str(candidate.kind), candidate.name) for candidate in read({"project": "rides", "entities": [entity], "featureViews": [view]}).candidates]
[('source_table', 'trips'), ('feature', 'trips__rating')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.imports.rules.candidates import (
    Candidate,
    Extract,
    RecordKind,
    Unmapped,
    canonical,
    unique_by_name,
    unnamed,
)
from registry.imports.rules.document import Reader

TYPES = {
    "FLOAT": "float32", "DOUBLE": "float64", "INT32": "int32", "INT64": "int64", "BOOL": "bool", "STRING": "string",
    "UNIX_TIMESTAMP": "timestamp",
}  # fmt: skip
NO_ENTITY = "__dummy"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
NOT_MAPPED = {
    "onDemandFeatureViews": (
        "on-demand feature view",
        "Python code computes it at request time; there is no SQL to compare.",
    ),
    "featureServices": (
        "feature service",
        "It lists what a model reads; here a training snapshot does, for each version.",
    ),
    "savedDatasets": ("saved data set", "Add its files as a data set and take a snapshot."),
}


class View(NamedTuple):
    """A feature view: its place in the document, its spec, its source and its join keys."""

    place: str
    name: str
    spec: Mapping[str, Any]
    source: Mapping[str, Any]
    keys: list[str]


def read(document: Mapping[str, Any]) -> Extract:
    """What the registry could hold of a Feast registry; Unreadable with every fault of the document."""
    reader = Reader()
    origin = reader.text(document, "project", "")
    keys = _join_keys(reader, document)
    unmapped = list(_not_mapped(reader, document))
    tables: dict[str, Candidate] = {}
    features: list[Candidate] = []
    for view in _views(reader, document, keys):
        table = _table(reader, view)
        if isinstance(table, Unmapped):
            unmapped.append(table)
            continue
        first = tables.setdefault(table.name, table)
        if first.content != table.content:
            reason = f"View {first.about['view']} reads the same source {first.name} with other join keys or another event time."
            unmapped.append(Unmapped("feature view", view.name, reason))
            continue
        for feature in _features(reader, view, first.name):
            if isinstance(feature, Unmapped):
                unmapped.append(feature)
            else:
                features.append(feature)
    reader.finish()
    wanted, duplicates = unique_by_name([*tables.values(), *features])
    return Extract(origin, tuple(wanted), (*unmapped, *duplicates))


def _join_keys(reader: Reader, document: Mapping[str, Any]) -> dict[str, str]:
    join_keys = {}
    for place, entity in reader.objects(document, "entities", ""):
        spec = reader.object(entity, "spec", place)
        name = reader.text(spec, "name", f"{place}.spec")
        join_keys[name] = reader.text(spec, "joinKey", f"{place}.spec") or name
    return join_keys


def _not_mapped(reader: Reader, document: Mapping[str, Any]) -> Iterator[Unmapped]:
    for name, (kind, reason) in NOT_MAPPED.items():
        for place, entry in reader.objects(document, name, ""):
            spec = reader.object(entry, "spec", place)
            yield Unmapped(kind, reader.text(spec, "name", f"{place}.spec"), reason)


def _views(reader: Reader, document: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[View]:
    for kind in ("featureViews", "streamFeatureViews"):
        for place, entry in reader.objects(document, kind, ""):
            spec, place = reader.object(entry, "spec", place), f"{place}.spec"
            named = [name for name in reader.texts(spec, "entities", place) if name != NO_ENTITY]
            source = reader.object(spec, "batchSource", place)
            join_keys = [keys.get(name, name) for name in named]
            yield View(place, reader.text(spec, "name", place), spec, source, join_keys)


def _table(reader: Reader, view: View) -> Candidate | Unmapped:
    place, kind = f"{view.place}.batchSource", "feature view"
    external = reader.text(view.source, "name", place) or view.name
    time, name = reader.text(view.source, "timestampField", place), canonical(external)
    if not view.source:
        return Unmapped(kind, view.name, "It has no batch source, so there are no rows to compute it from.")
    if not view.keys or not time:
        what = "no entity" if not view.keys else "no timestamp field"
        return Unmapped(kind, view.name, f"It has {what}. A source table needs an entity and an event time.")
    if not name:
        return unnamed(RecordKind.SOURCE_TABLE, external)
    about = {"view": view.name, "description": reader.text(view.source, "description", place)}
    about["location"] = _location(reader, view.source, place)
    content = {"entity_key": view.keys, "event_time": time, "row_key": []}
    return Candidate(RecordKind.SOURCE_TABLE, name, external, content, about)


def _location(reader: Reader, source: Mapping[str, Any], place: str) -> str:
    for options in ("fileOptions", "bigqueryOptions", "snowflakeOptions", "redshiftOptions", "customOptions"):
        details = reader.object(source, options, place)
        for name in ("uri", "table", "query"):
            if isinstance(details.get(name), str):
                return reader.text(details, name, f"{place}.{options}")[:1_000]
    return ""


def _features(reader: Reader, view: View, table: str) -> Iterator[Candidate | Unmapped]:
    columns = reader.object(view.source, "fieldMapping", f"{view.place}.batchSource")
    columns = {renamed: column for column, renamed in columns.items() if isinstance(renamed, str)}
    for place, field in reader.objects(view.spec, "features", view.place):
        name, kind = reader.text(field, "name", place), reader.text(field, "valueType", place)
        external = f"{view.name}:{name}"
        named = f"{canonical(view.name)}__{canonical(name)}"
        if kind not in TYPES:
            reason = f"Its type is {kind or 'missing'}. A feature has one of {', '.join(TYPES)}."
            yield Unmapped(RecordKind.FEATURE, external, reason)
        elif not canonical(view.name) or not canonical(name) or not canonical(named.replace("__", "_")):
            yield unnamed(RecordKind.FEATURE, external)
        else:
            column = columns.get(name, name)
            definition = {
                "computation_logic": column if PLAIN.match(column) else '"{}"'.format(column.replace('"', '""')),
                "null_handling": "none",
                "data_type": TYPES[kind],
                "source_table": table,
            }
            description = reader.text(field, "description", place) or reader.text(view.spec, "description", view.place)
            yield Candidate(RecordKind.FEATURE, named, external, definition | {"description": description[:4_000]})
