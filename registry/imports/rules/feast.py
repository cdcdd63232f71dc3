"""The JSON of `feast registry-dump` as source tables and features.

A source with an event time that a feature view reads is a source table, its entity the view's join keys. A field of a
view is a feature: the column, as it is, of that source. What is computed by Python code has no place here: it cannot
be compared row by row.

>>> view = {"spec": {"name": "trips", "entities": ["driver"], "features": [{"name": "rating", "valueType": "FLOAT"}],
...                  "batchSource": {"name": "trips", "timestampField": "at"}}}
>>> entity = {"spec": {"name": "driver", "joinKey": "driver_id"}}
>>> [(str(one.kind), one.name) for one in read({"project": "rides", "entities": [entity], "featureViews": [view]}).wanted]
[('source_table', 'trips'), ('feature', 'trips__rating')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.imports.rules.document import Reader
from registry.imports.rules.findings import Found, Kind, Unmapped, Wanted, canonical, nameless, one_of_each

TYPES = {
    "FLOAT": "float32", "DOUBLE": "float64", "INT32": "int32", "INT64": "int64", "BOOL": "bool", "STRING": "string",
    "UNIX_TIMESTAMP": "timestamp",
}  # fmt: skip
NO_ENTITY = "__dummy"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
ELSEWHERE = {
    "onDemandFeatureViews": ("on-demand feature view", "Python code computes it at request time: no SQL to compare."),
    "featureServices": ("feature service", "It lists what a model reads; a training snapshot says that of a version."),
    "savedDatasets": ("saved data set", "Describe its files as a data set and take a snapshot."),
}


class View(NamedTuple):
    """A feature view: where it stands in the document, its parts, its source and its join keys."""

    place: str
    name: str
    spec: Mapping[str, Any]
    source: Mapping[str, Any]
    keys: list[str]


def read(document: Mapping[str, Any]) -> Found:
    """What the registry could hold of a Feast registry; Unreadable with every fault of the document."""
    reader = Reader()
    origin = reader.text(document, "project", "")
    keys = _join_keys(reader, document)
    unmapped = list(_elsewhere(reader, document))
    tables: dict[str, Wanted] = {}
    features: list[Wanted] = []
    for view in _views(reader, document, keys):
        table = _table(reader, view)
        if isinstance(table, Unmapped):
            unmapped.append(table)
            continue
        kept = tables.setdefault(table.name, table)
        if kept.content != table.content:
            reason = f"Its source {kept.name} is read with other keys or another time by {kept.about['view']}."
            unmapped.append(Unmapped("feature view", view.name, reason))
            continue
        for found in _features(reader, view, kept.name):
            (unmapped if isinstance(found, Unmapped) else features).append(found)
    reader.finish()
    wanted, doubled = one_of_each([*tables.values(), *features])
    return Found(origin, tuple(wanted), (*unmapped, *doubled))


def _join_keys(reader: Reader, document: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for place, entity in reader.objects(document, "entities", ""):
        spec = reader.object(entity, "spec", place)
        name = reader.text(spec, "name", f"{place}.spec")
        found[name] = reader.text(spec, "joinKey", f"{place}.spec") or name
    return found


def _elsewhere(reader: Reader, document: Mapping[str, Any]) -> Iterator[Unmapped]:
    for name, (kind, reason) in ELSEWHERE.items():
        for place, one in reader.objects(document, name, ""):
            spec = reader.object(one, "spec", place)
            yield Unmapped(kind, reader.text(spec, "name", f"{place}.spec"), reason)


def _views(reader: Reader, document: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[View]:
    for kind in ("featureViews", "streamFeatureViews"):
        for place, one in reader.objects(document, kind, ""):
            spec, place = reader.object(one, "spec", place), f"{place}.spec"
            named = [name for name in reader.texts(spec, "entities", place) if name != NO_ENTITY]
            source = reader.object(spec, "batchSource", place)
            found = [keys.get(name, name) for name in named]
            yield View(place, reader.text(spec, "name", place), spec, source, found)


def _table(reader: Reader, view: View) -> Wanted | Unmapped:
    place, kind = f"{view.place}.batchSource", "feature view"
    external = reader.text(view.source, "name", place) or view.name
    time, name = reader.text(view.source, "timestampField", place), canonical(external)
    if not view.source:
        return Unmapped(kind, view.name, "It has no batch source: nothing can be computed over rows.")
    if not view.keys or not time:
        what = "no entity" if not view.keys else "no timestamp field"
        return Unmapped(kind, view.name, f"It has {what}: a source table says whose row it is, and when.")
    if not name:
        return nameless(Kind.SOURCE_TABLE, external)
    about = {"view": view.name, "description": reader.text(view.source, "description", place)}
    about["location"] = _location(reader, view.source, place)
    content = {"entity_key": view.keys, "event_time": time, "row_key": []}
    return Wanted(Kind.SOURCE_TABLE, name, external, content, about)


def _location(reader: Reader, source: Mapping[str, Any], place: str) -> str:
    for options in ("fileOptions", "bigqueryOptions", "snowflakeOptions", "redshiftOptions", "customOptions"):
        told = reader.object(source, options, place)
        for name in ("uri", "table", "query"):
            if isinstance(told.get(name), str):
                return reader.text(told, name, f"{place}.{options}")[:1_000]
    return ""


def _features(reader: Reader, view: View, table: str) -> Iterator[Wanted | Unmapped]:
    columns = reader.object(view.source, "fieldMapping", f"{view.place}.batchSource")
    columns = {renamed: column for column, renamed in columns.items() if isinstance(renamed, str)}
    for place, field in reader.objects(view.spec, "features", view.place):
        name, kind = reader.text(field, "name", place), reader.text(field, "valueType", place)
        external = f"{view.name}:{name}"
        named = f"{canonical(view.name)}__{canonical(name)}"
        if kind not in TYPES:
            reason = f"Its type is {kind or 'not said'}: features are numbers, texts, booleans and times."
            yield Unmapped(Kind.FEATURE, external, reason)
        elif not canonical(view.name) or not canonical(name) or not canonical(named.replace("__", "_")):
            yield nameless(Kind.FEATURE, external)
        else:
            column = columns.get(name, name)
            definition = {
                "computation_logic": column if PLAIN.match(column) else '"{}"'.format(column.replace('"', '""')),
                "null_handling": "none",
                "data_type": TYPES[kind],
                "source_table": table,
            }
            description = reader.text(field, "description", place) or reader.text(view.spec, "description", view.place)
            yield Wanted(Kind.FEATURE, named, external, definition | {"description": description[:4_000]})
