"""The JSON of `feast registry-dump` as source tables and features.

A source with an event time that a feature view reads becomes a source table; the view's join keys are its entity. A field
of a view becomes a feature: the source's column as it is. Where a view computes by Python, that code is the definition.

>>> view = {"spec": {"name": "trips", "entities": ["driver"], "features": [{"name": "rating", "valueType": "FLOAT"}],
...                  "batchSource": {"name": "trips", "timestampField": "at"}}}
>>> entity = {"spec": {"name": "driver", "joinKey": "driver_id"}}
>>> [(str(candidate.kind), candidate.name) for candidate in read({"project": "rides", "entities": [entity], "featureViews": [view]}).candidates]
[('source_table', 'trips'), ('feature', 'trips__rating')]
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlglot import exp

from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.compute.upstream import PYTHON
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
from registry.imports.rules.feast_code import has_code, location, source_upstream, view_code

TYPES = {
    "FLOAT": "float32", "DOUBLE": "float64", "INT32": "int32", "INT64": "int64", "BOOL": "bool", "STRING": "string",
    "UNIX_TIMESTAMP": "timestamp",
}  # fmt: skip
NO_ENTITY = "__dummy"
NOT_MAPPED = {
    "labelViews": ("label view", "Labels are what a model learns, not what it is served; nothing of it is imported."),
    "featureServices": (
        "feature service",
        "It lists what a model reads; here a training snapshot does, for each version.",
    ),
    "savedDatasets": ("saved data set", "Add its files as a data set and take a snapshot."),
    "permissions": ("permission", "Who may do what is set by roles and teams here."),
    "validationReferences": ("validation reference", "Define a drift check with a baseline instead."),
}
READ = ("entities", "featureViews", "streamFeatureViews", "onDemandFeatureViews")
DESCRIBES_FEAST = (
    "dataSources",
    "infra",
    "infraObjects",
    "projects",
    "projectMetadata",
)  # what views read is read with them


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
    views = list(_views(reader, document, _join_keys(reader, document)))
    ttls = _ttls(reader, views)
    unmapped = [*_not_mapped(reader, document), *_unknown(document)]
    tables: dict[str, Candidate] = {}
    of_view: dict[str, str] = {}
    results: list[Candidate | Unmapped] = []
    for view in views:
        table = _table(reader, view, ttls)
        if isinstance(table, Unmapped):
            unmapped.append(table)
            continue
        first = tables.setdefault(table.name, table)
        if first.content != table.content:
            reason = f"View {first.about['view']} reads the same source {first.name} with other join keys or another event time."
            unmapped.append(Unmapped("feature view", view.name, reason))
            continue
        of_view[view.name] = first.name
        results += _features(reader, view, first.name)
    results += _on_demand(reader, document, {view.name: view for view in views}, of_view)
    reader.finish()
    features = [result for result in results if isinstance(result, Candidate)]
    unmapped += [result for result in results if isinstance(result, Unmapped)]
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
            named = reader.text(spec, "name", f"{place}.spec") or reader.text(entry, "name", place)
            yield Unmapped(kind, named or f"{name} without a name", reason)


def _unknown(document: Mapping[str, Any]) -> Iterator[Unmapped]:
    """Lists that this version of Feast's registry is not known to have."""
    for name, entries in document.items():
        if isinstance(entries, list) and entries and name not in {*READ, *DESCRIBES_FEAST, *NOT_MAPPED}:
            yield Unmapped(
                "list",
                f"{len(entries)} × {name[:200]}",
                "This list of Feast's registry is not known; nothing of it is imported.",
            )


def _views(reader: Reader, document: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[View]:
    for kind in ("featureViews", "streamFeatureViews"):
        for place, entry in reader.objects(document, kind, ""):
            spec, place = reader.object(entry, "spec", place), f"{place}.spec"
            named = [name for name in reader.texts(spec, "entities", place) if name != NO_ENTITY]
            source = reader.object(spec, "batchSource", place)
            join_keys = [keys.get(name, name) for name in named]
            yield View(place, reader.text(spec, "name", place), spec, source, join_keys)


def _source_name(reader: Reader, view: View) -> str:
    """The name of a view's source; dumps of old versions name it by its view."""
    return reader.text(view.source, "name", f"{view.place}.batchSource") or view.name


def _ttls(reader: Reader, views: Iterable[View]) -> dict[str, list[str]]:
    """How long values are valid, by source: for each view that reads it."""
    ttls: dict[str, list[str]] = defaultdict(list)
    for view in views:
        ttls[_source_name(reader, view)].append(reader.text(view.spec, "ttl", view.place))
    return ttls


def _table(reader: Reader, view: View, ttls: Mapping[str, list[str]]) -> Candidate | Unmapped:
    place, kind = f"{view.place}.batchSource", "feature view"
    external = _source_name(reader, view)
    time = reader.text(view.source, "timestampField", place) or reader.text(view.source, "eventTimestampColumn", place)
    name = canonical(external)
    if not view.source:
        return Unmapped(kind, view.name, "It has no batch source, so there are no rows to compute it from.")
    if not view.keys or not time:
        what = "no entity" if not view.keys else "no timestamp field"
        return Unmapped(kind, view.name, f"It has {what}. A source table needs an entity and an event time.")
    if not name:
        return unnamed(RecordKind.SOURCE_TABLE, external)
    about = {"view": view.name, "description": reader.text(view.source, "description", place)}
    about["location"] = location(reader, view.source, place)
    upstream = source_upstream(reader, view.source, external, [ttl for ttl in ttls[external] if ttl], place)
    content = {"entity_key": view.keys, "event_time": time, "row_key": [], "upstream": upstream.as_dict()}
    return Candidate(RecordKind.SOURCE_TABLE, name, external, content, about)


def _features(reader: Reader, view: View, table: str) -> Iterator[Candidate | Unmapped]:
    columns = reader.object(view.source, "fieldMapping", f"{view.place}.batchSource")
    columns = {renamed: column for column, renamed in columns.items() if isinstance(renamed, str)}
    code = view_code(reader, view.spec, view.name, view.keys, {_source_name(reader, view): view.source})
    for place, field in reader.objects(view.spec, "features", view.place):
        name = reader.text(field, "name", place)
        logic = {"computation_logic": _column(columns.get(name, name))}
        if has_code(view.spec):
            logic = {"computation_logic": code, "dialect": PYTHON}
        yield _feature(reader, view.name, view.spec, place, field, logic | {"source_table": table})


def _on_demand(
    reader: Reader, document: Mapping[str, Any], views: Mapping[str, View], tables: Mapping[str, str]
) -> Iterator[Candidate | Unmapped]:
    """The features of on-demand views: their Python is the definition, over the table of the first view that they read."""
    for place, entry in reader.objects(document, "onDemandFeatureViews", ""):
        spec, place = reader.object(entry, "spec", place), f"{place}.spec"
        name, sources = reader.text(spec, "name", place), _sources(reader, spec, place)
        read_views = sorted(view for view in sources if view in tables)
        if not read_views:
            reason = "It reads no feature view that is imported, so there is no source table to compute it from."
            yield Unmapped("on-demand feature view", name, reason)
            continue
        keys = list(dict.fromkeys(key for view in read_views for key in views[view].keys))
        code = view_code(reader, spec, name, keys, sources)
        for where, field in reader.objects(spec, "features", place):
            logic = {"computation_logic": code, "dialect": PYTHON, "source_table": tables[read_views[0]]}
            yield _feature(reader, name, spec, where, field, logic)


def _sources(reader: Reader, spec: Mapping[str, Any], place: str) -> dict[str, Mapping[str, Any]]:
    """What an on-demand view reads, by the name of the view or of the request data: the source behind it."""
    sources: dict[str, Mapping[str, Any]] = {}
    for name, source in reader.named(spec, "sources", place):
        projection = reader.object(source, "featureViewProjection", f"{place}.sources")
        view = reader.object(source, "featureView", f"{place}.sources")
        named = reader.text(projection, "featureViewName", place) or name
        batch = reader.object(projection, "batchSource", place) or reader.object(
            reader.object(view, "spec", place), "batchSource", place
        )
        sources[named] = batch or reader.object(source, "requestDataSource", place)
    return sources


def _feature(
    reader: Reader, view: str, spec: Mapping[str, Any], place: str, field: Mapping[str, Any], logic: Mapping[str, Any]
) -> Candidate | Unmapped:
    """A field of a view as a feature; `logic` holds what computes it."""
    name, kind = reader.text(field, "name", place), reader.text(field, "valueType", place)
    external = f"{view}:{name}"
    named = f"{canonical(view)}__{canonical(name)}"
    if kind not in TYPES:
        reason = f"Its type is {kind or 'missing'}. A feature has one of {', '.join(TYPES)}."
        return Unmapped(RecordKind.FEATURE, external, reason)
    if not canonical(view) or not canonical(name) or not canonical(named.replace("__", "_")):
        return unnamed(RecordKind.FEATURE, external)
    description = reader.text(field, "description", place) or reader.text(spec, "description", place)
    content = {"null_handling": "none", "data_type": TYPES[kind], "description": description[:4_000]} | dict(logic)
    if content.get("dialect") == PYTHON:
        content["computation_logic"] += f"\noutput = {json.dumps(name)}"
    return Candidate(RecordKind.FEATURE, named, external, content)


def _column(name: str) -> str:
    """A column as logic: quoted where its name alone would be read as something else."""
    answer = accept(name, columns=None)
    is_plain = isinstance(answer, Accepted) and isinstance(answer.tree, exp.Column) and answer.tree.sql() == name
    return name if is_plain else '"{}"'.format(name.replace('"', '""'))
