"""dbt's `manifest.json`, version 12, as source tables and schema checks.

A model, seed, snapshot or source becomes a source table when it names its entity and its event time: by `meta.plumbline`,
a semantic model, its primary key, `event_time` or `loaded_at_field`. What its contract and its tests promise of single
columns becomes a schema check. Its SQL and that of its ancestors are its upstream; they are compared and not run.

>>> node = {"resource_type": "model", "name": "orders", "unique_id": "model.shop.orders",
...         "meta": {"plumbline": {"entity_key": "customer_id", "event_time": "ordered_at"}}}
>>> read({"metadata": {"dbt_schema_version": VERSION, "project_name": "shop"}, "nodes": {"model.shop.orders": node}}).candidates[0].content
{'entity_key': ['customer_id'], 'event_time': 'ordered_at', 'row_key': [], 'upstream': None, 'uncompiled': []}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.imports.rules.candidates import (
    Candidate,
    Extract,
    Fault,
    RecordKind,
    Unmapped,
    canonical,
    unique_by_name,
    unnamed,
)
from registry.imports.rules.dbt_promises import TABLES, Promise, by_contract, by_tests
from registry.imports.rules.dbt_upstream import Lineage
from registry.imports.rules.document import Reader

VERSION = "https://schemas.getdbt.com/dbt/manifest/v12.json"
NOT_MAPPED = {
    "metrics": ("metric", "A metric aggregates over groups; a feature has one value for each row."),
    "exposures": ("exposure", "An exposure says who reads a table; here a training snapshot does."),
    "saved_queries": ("saved query", "A saved query reads metrics; it is not a feature."),
}
HOW_ENTITY = (
    "It has no entity key. Set meta.plumbline.entity_key, a primary key, or a semantic model with a primary entity."
)
HOW_TIME = "It has no event time. Set meta.plumbline.event_time, config.event_time, or a source's loaded_at_field."


class SemanticModel(NamedTuple):
    """What a semantic model says of its table."""

    entity: list[str]
    event_time: str


def read(document: Mapping[str, Any]) -> Extract:
    """What the registry could hold of a dbt project; Unreadable with every fault of the document."""
    reader = Reader()
    metadata = reader.object(document, "metadata", "")
    version = reader.text(metadata, "dbt_schema_version", "metadata")
    if version != VERSION:
        problem = (
            f"metadata.dbt_schema_version is {version[:100]!r}. Only version 12 is read; dbt 1.8 and newer write it."
        )
        reader.faults.append(Fault("metadata.dbt_schema_version", "unknown", problem))
    promises, other_tests = by_tests(reader, document)
    semantics, lineage = dict(_semantics(reader, document)), Lineage(reader, document)
    wanted: list[Candidate] = []
    unmapped = [*_not_mapped(reader, document), *other_tests]
    for unique_id, node in (*reader.named(document, "nodes", ""), *reader.named(document, "sources", "")):
        if node.get("resource_type") in TABLES:
            for result in _table(reader, unique_id, node, promises[unique_id], semantics.get(unique_id)):
                if isinstance(result, Unmapped):
                    unmapped.append(result)
                elif result.kind == RecordKind.SOURCE_TABLE:
                    wanted.append(result._replace(content=result.content | _upstream(lineage, unique_id)))
                else:
                    wanted.append(result)
    reader.finish()
    candidates, duplicates = unique_by_name(wanted)
    return Extract(reader.text(metadata, "project_name", "metadata"), tuple(candidates), (*unmapped, *duplicates))


def _not_mapped(reader: Reader, document: Mapping[str, Any]) -> Iterator[Unmapped]:
    for name, (kind, reason) in NOT_MAPPED.items():
        for unique_id, _ in reader.named(document, name, ""):
            yield Unmapped(kind, unique_id, reason)


def _upstream(lineage: Lineage, unique_id: str) -> dict[str, Any]:
    upstream = lineage.upstream(unique_id)
    return {"upstream": upstream and upstream.as_dict(), "uncompiled": lineage.uncompiled(unique_id)}


def _semantics(reader: Reader, document: Mapping[str, Any]) -> Iterator[tuple[str, SemanticModel]]:
    for unique_id, semantic_model in reader.named(document, "semantic_models", ""):
        place = f"semantic_models.{unique_id}"
        entities = [entity for _, entity in reader.objects(semantic_model, "entities", place)]
        columns = [_expression(reader, entity, place) for entity in entities if entity.get("type") == "primary"]
        named = reader.text(reader.object(semantic_model, "defaults", place), "agg_time_dimension", place)
        times = {
            reader.text(dimension, "name", place): _expression(reader, dimension, place)
            for _, dimension in reader.objects(semantic_model, "dimensions", place)
        }
        for table in reader.texts(reader.object(semantic_model, "depends_on", place), "nodes", place):
            yield table, SemanticModel(columns[:1], times.get(named, ""))


def _expression(reader: Reader, of: Mapping[str, Any], place: str) -> str:
    return reader.text(of, "expr", place) or reader.text(of, "name", place)


def _table(
    reader: Reader, unique_id: str, node: Mapping[str, Any], tested: dict[str, Promise], semantic: SemanticModel | None
) -> Iterator[Candidate | Unmapped]:
    place = f"nodes.{unique_id}"
    own, config = _plumbline_meta(reader, node, place), reader.object(node, "config", place)
    promises = {name: promise.merged(tested.get(name, Promise())) for name, promise in by_contract(reader, node, place)}
    promises = {**tested, **promises}
    key = _primary_key(reader, node, place, promises)
    entity = reader.texts(own, "entity_key", f"{place}.meta.plumbline") or (semantic.entity if semantic else []) or key
    time = reader.text(own, "event_time", f"{place}.meta.plumbline") or reader.text(config, "event_time", place)
    time = time or (semantic.event_time if semantic else "") or reader.text(node, "loaded_at_field", place)
    name = _name(reader, node, place)
    lacks = " ".join(filter(None, ("" if entity else HOW_ENTITY, "" if time else HOW_TIME)))
    if not name:
        yield unnamed(RecordKind.SOURCE_TABLE, unique_id)
    elif lacks:
        yield Unmapped(RecordKind.SOURCE_TABLE, unique_id, lacks)
    else:
        row_key = reader.texts(own, "row_key", f"{place}.meta.plumbline") or key
        content = {"entity_key": entity, "event_time": time, "row_key": row_key}
        yield Candidate(RecordKind.SOURCE_TABLE, name, unique_id, content, _about(reader, node, place))
        if columns := [
            _expectation(column, promise) for column, promise in sorted(promises.items()) if promise != Promise()
        ]:
            yield _check(name, unique_id, columns)


def _plumbline_meta(reader: Reader, node: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The table's `meta.plumbline`; dbt keeps `meta` in the node or in its config."""
    for of, where in ((node, place), (reader.object(node, "config", place), f"{place}.config")):
        if own := reader.object(reader.object(of, "meta", where), "plumbline", f"{where}.meta"):
            return own
    return {}


def _name(reader: Reader, node: Mapping[str, Any], place: str) -> str:
    """A table's name here; a version of a model is a table of its own, as in dbt (`orders_v2`)."""
    name, source = reader.text(node, "name", place), reader.text(node, "source_name", place)
    version = node.get("version")
    return canonical(f"{source}_{name}" if source else name if version is None else f"{name}_v{version}")


def _primary_key(reader: Reader, node: Mapping[str, Any], place: str, promises: Mapping[str, Promise]) -> list[str]:
    for where, constraint in reader.objects(node, "constraints", place):
        if constraint.get("type") == "primary_key" and (columns := reader.texts(constraint, "columns", where)):
            return columns
    if columns := reader.texts(node, "primary_key", place):
        return columns
    return [column for column, constraint in promises.items() if constraint.not_null and constraint.unique][:1]


def _about(reader: Reader, node: Mapping[str, Any], place: str) -> dict[str, Any]:
    columns = [
        {
            "name": reader.text(column, "name", place) or name,
            "type": reader.text(column, "data_type", place),
            "description": reader.text(column, "description", place)[:500],
        }
        for name, column in reader.named(node, "columns", place)
    ]
    about = {"description": reader.text(node, "description", place)[:4_000], "columns": columns[:1_000]}
    about["sql"] = reader.text(node, "compiled_code", place) or reader.text(node, "raw_code", place)
    about["location"] = reader.text(node, "relation_name", place)[:1_000]
    about["path"] = reader.text(node, "original_file_path", place)[:1_000]
    return about


def _expectation(column: str, promise: Promise) -> dict[str, Any]:
    expectation: dict[str, Any] = {"name": column, "nullable": not promise.not_null, "unique": promise.unique}
    return (
        expectation
        | ({"allowed": list(promise.allowed)} if promise.allowed is not None else {})
        | {"because": "dbt promises it."}
    )


def _check(table: str, unique_id: str, columns: list[dict[str, Any]]) -> Candidate:
    """The schema check of a table. What a check compares never changes, so its name holds a digest of the columns."""
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()[:8]
    return Candidate(RecordKind.CHECK, f"dbt-{table}-{digest}", unique_id, {"table": table, "columns": columns})
