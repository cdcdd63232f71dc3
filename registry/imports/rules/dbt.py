"""dbt's `manifest.json`, version 12, as source tables and schema checks.

A model, seed, snapshot or source is a source table where it says whose rows it holds and when they happened: by
`meta.plumbline`, by a semantic model, by its primary key, by `event_time` or `loaded_at_field`. What its contract and its
tests promise of single columns is a schema check. Its SQL is kept as a description; it is not run.

>>> node = {"resource_type": "model", "name": "orders", "unique_id": "model.shop.orders",
...         "meta": {"plumbline": {"entity_key": "customer_id", "event_time": "ordered_at"}}}
>>> read({"metadata": {"dbt_schema_version": VERSION, "project_name": "shop"}, "nodes": {"model.shop.orders": node}}).wanted[0].content
{'entity_key': ['customer_id'], 'event_time': 'ordered_at', 'row_key': []}
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.imports.rules.document import Reader
from registry.imports.rules.findings import Fault, Found, Kind, Unmapped, Wanted, canonical, nameless, one_of_each

VERSION = "https://schemas.getdbt.com/dbt/manifest/v12.json"
TABLES = ("model", "seed", "snapshot", "source")
KNOWN_TESTS = ("not_null", "unique", "accepted_values")
ELSEWHERE = {
    "metrics": ("metric", "It aggregates over groups; a feature is one value for each row."),
    "exposures": ("exposure", "It says who reads a table; models and their training snapshots say that here."),
    "saved_queries": ("saved query", "It is a question to metrics, not a feature."),
}
HOW_ENTITY = "No entity key: set meta.plumbline.entity_key, a primary key, or a semantic model with a primary entity."
HOW_TIME = "No event time: set meta.plumbline.event_time, config.event_time, or a source's loaded_at_field."


class Promise(NamedTuple):
    """What is promised of one column."""

    not_null: bool = False
    unique: bool = False
    allowed: tuple[str, ...] | None = None

    def and_(self, other: Promise) -> Promise:
        return Promise(self.not_null or other.not_null, self.unique or other.unique, self.allowed or other.allowed)


class Semantic(NamedTuple):
    """What a semantic model says of its table."""

    entity: list[str]
    event_time: str


Promises = dict[str, dict[str, Promise]]


def read(document: Mapping[str, Any]) -> Found:
    """What the registry could hold of a dbt project; Unreadable with every fault of the document."""
    reader = Reader()
    metadata = reader.object(document, "metadata", "")
    version = reader.text(metadata, "dbt_schema_version", "metadata")
    if version != VERSION:
        told = f"metadata.dbt_schema_version is {version[:100]!r}: version 12 is read, which dbt 1.8 and newer write."
        reader.faults.append(Fault("metadata.dbt_schema_version", "unknown", told))
    promises, other_tests = _promises(reader, document)
    semantics = dict(_semantics(reader, document))
    wanted: list[Wanted] = []
    unmapped = [*_elsewhere(reader, document), *other_tests]
    for unique_id, node in (*reader.named(document, "nodes", ""), *reader.named(document, "sources", "")):
        if node.get("resource_type") in TABLES:
            for one in _table(reader, unique_id, node, promises[unique_id], semantics.get(unique_id)):
                (unmapped if isinstance(one, Unmapped) else wanted).append(one)
    reader.finish()
    kept, doubled = one_of_each(wanted)
    return Found(reader.text(metadata, "project_name", "metadata"), tuple(kept), (*unmapped, *doubled))


def _elsewhere(reader: Reader, document: Mapping[str, Any]) -> Iterator[Unmapped]:
    for name, (kind, reason) in ELSEWHERE.items():
        for unique_id, _ in reader.named(document, name, ""):
            yield Unmapped(kind, unique_id, reason)


def _promises(reader: Reader, document: Mapping[str, Any]) -> tuple[Promises, list[Unmapped]]:
    """By table and column what tests promise, and what the other tests are, by kind."""
    found: Promises = defaultdict(dict)
    others: Counter[str] = Counter()
    for unique_id, node in reader.named(document, "nodes", ""):
        if node.get("resource_type") != "test":
            continue
        place = f"nodes.{unique_id}"
        told = reader.object(node, "test_metadata", place)
        table, column = reader.text(node, "attached_node", place), reader.text(node, "column_name", place)
        name, narrowed = reader.text(told, "name", place), reader.object(node, "config", place).get("where")
        if name not in KNOWN_TESTS or told.get("namespace") or narrowed or not table or not column:
            others["narrowed by where" if narrowed else name or "in SQL"] += 1
            continue
        values = reader.object(told, "kwargs", place).get("values")
        allowed = tuple(map(str, values)) if name == "accepted_values" and isinstance(values, list) else None
        promise = Promise(name == "not_null", name == "unique", allowed)
        found[table][column] = found[table].get(column, Promise()).and_(promise)
    reason = "A schema check holds single columns against not_null, unique and accepted_values, over all rows."
    return found, [Unmapped("test", f"{count} × {name}", reason) for name, count in sorted(others.items())]


def _semantics(reader: Reader, document: Mapping[str, Any]) -> Iterator[tuple[str, Semantic]]:
    for unique_id, one in reader.named(document, "semantic_models", ""):
        place = f"semantic_models.{unique_id}"
        entities = [entity for _, entity in reader.objects(one, "entities", place)]
        columns = [_expression(reader, entity, place) for entity in entities if entity.get("type") == "primary"]
        named = reader.text(reader.object(one, "defaults", place), "agg_time_dimension", place)
        times = {
            reader.text(dimension, "name", place): _expression(reader, dimension, place)
            for _, dimension in reader.objects(one, "dimensions", place)
        }
        for table in reader.texts(reader.object(one, "depends_on", place), "nodes", place):
            yield table, Semantic(columns[:1], times.get(named, ""))


def _expression(reader: Reader, of: Mapping[str, Any], place: str) -> str:
    return reader.text(of, "expr", place) or reader.text(of, "name", place)


def _table(
    reader: Reader, unique_id: str, node: Mapping[str, Any], tested: dict[str, Promise], semantic: Semantic | None
) -> Iterator[Wanted | Unmapped]:
    place = f"nodes.{unique_id}"
    own, config = _own(reader, node, place), reader.object(node, "config", place)
    promises = {name: one.and_(tested.get(name, Promise())) for name, one in _contract(reader, node, place)}
    promises = {**tested, **promises}
    key = _primary_key(reader, node, place, promises)
    entity = reader.texts(own, "entity_key", f"{place}.meta.plumbline") or (semantic.entity if semantic else []) or key
    time = reader.text(own, "event_time", f"{place}.meta.plumbline") or reader.text(config, "event_time", place)
    time = time or (semantic.event_time if semantic else "") or reader.text(node, "loaded_at_field", place)
    name = _name(reader, node, place)
    lacks = " ".join(filter(None, ("" if entity else HOW_ENTITY, "" if time else HOW_TIME)))
    if not name:
        yield nameless(Kind.SOURCE_TABLE, unique_id)
    elif lacks:
        yield Unmapped(Kind.SOURCE_TABLE, unique_id, lacks)
    else:
        row_key = reader.texts(own, "row_key", f"{place}.meta.plumbline") or key
        content = {"entity_key": entity, "event_time": time, "row_key": row_key}
        yield Wanted(Kind.SOURCE_TABLE, name, unique_id, content, _about(reader, node, place))
        if columns := [_expectation(column, one) for column, one in sorted(promises.items()) if one != Promise()]:
            yield _check(name, unique_id, columns)


def _own(reader: Reader, node: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Our own words about a table: `meta.plumbline`, where dbt keeps `meta` beside the node or in its config."""
    for of, where in ((node, place), (reader.object(node, "config", place), f"{place}.config")):
        if own := reader.object(reader.object(of, "meta", where), "plumbline", f"{where}.meta"):
            return own
    return {}


def _name(reader: Reader, node: Mapping[str, Any], place: str) -> str:
    name, source = reader.text(node, "name", place), reader.text(node, "source_name", place)
    return canonical(f"{source}_{name}" if source else name)


def _contract(reader: Reader, node: Mapping[str, Any], place: str) -> Iterator[tuple[str, Promise]]:
    """What an enforced contract promises of each column."""
    enforced = reader.object(reader.object(node, "config", place), "contract", place).get("enforced") is True
    for name, column in reader.named(node, "columns", place):
        here = f"{place}.columns.{name}"
        kinds = {reader.text(one, "type", where) for where, one in reader.objects(column, "constraints", here)}
        primary = "primary_key" in kinds
        promise = Promise("not_null" in kinds or primary, "unique" in kinds or primary) if enforced else Promise()
        yield reader.text(column, "name", here) or name, promise


def _primary_key(reader: Reader, node: Mapping[str, Any], place: str, promises: Mapping[str, Promise]) -> list[str]:
    for where, one in reader.objects(node, "constraints", place):
        if one.get("type") == "primary_key" and (columns := reader.texts(one, "columns", where)):
            return columns
    if columns := reader.texts(node, "primary_key", place):
        return columns
    return [column for column, one in promises.items() if one.not_null and one.unique][:1]


def _about(reader: Reader, node: Mapping[str, Any], place: str) -> dict[str, Any]:
    columns = [
        {
            "name": reader.text(column, "name", place) or name,
            "type": reader.text(column, "data_type", place),
            "description": reader.text(column, "description", place)[:500],
        }
        for name, column in reader.named(node, "columns", place)
    ]
    told = {"description": reader.text(node, "description", place)[:4_000], "columns": columns[:1_000]}
    told["sql"] = reader.text(node, "compiled_code", place) or reader.text(node, "raw_code", place)
    told["location"] = reader.text(node, "relation_name", place)[:1_000]
    told["path"] = reader.text(node, "original_file_path", place)[:1_000]
    return told


def _expectation(column: str, one: Promise) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column, "nullable": not one.not_null, "unique": one.unique}
    return told | ({"allowed": list(one.allowed)} if one.allowed is not None else {}) | {"because": "dbt promises it."}


def _check(table: str, unique_id: str, columns: list[dict[str, Any]]) -> Wanted:
    """A check never changes what it looks at: another promise is another check, so its name holds a digest."""
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()[:8]
    return Wanted(Kind.CHECK, f"dbt-{table}-{digest}", unique_id, {"table": table, "columns": columns})
