"""What dbt computes a table with: the SQL of its model, and of everything that it is built on.

Compiled SQL is read where a manifest holds it, for it shows what variables and macros came to. Of an incremental model,
and of SQL that holds a time of the run, it differs from run to run; there the SQL as written counts, with the macros that
it uses.

>>> nodes = {"model.shop.orders": {"resource_type": "model", "original_file_path": "models/orders.sql",
...                                "compiled_code": "select 1 as x", "depends_on": {"nodes": ["source.shop.raw.clicks"]}}}
>>> lineage = Lineage(Reader(), {"metadata": {"adapter_type": "duckdb"}, "nodes": nodes})
>>> upstream = lineage.upstream("model.shop.orders")
>>> upstream.name, upstream.is_parsed, [ancestor.name for ancestor in upstream.ancestors]
('models/orders.sql', True, ['source raw.clicks'])
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from registry.compute.upstream import (
    JINJA,
    PYTHON,
    SQL_DIALECTS,
    Ancestor,
    Upstream,
    UpstreamKind,
    ancestor,
    from_code,
    from_digest,
)
from registry.imports.rules.document import Reader

HAS_JINJA = re.compile(r"\{[{%#]")
VARIES = re.compile(r"\b(?:is_incremental|run_started_at|invocation_id|modules\.datetime)\b")
BUILT_IN = frozenset({
    "dbt", "dbt_athena", "dbt_bigquery", "dbt_clickhouse", "dbt_databricks", "dbt_duckdb", "dbt_fabric", "dbt_postgres",
    "dbt_redshift", "dbt_snowflake", "dbt_spark", "dbt_sqlserver", "dbt_trino",
})  # fmt: skip
SETTINGS = {  # what decides values beside the SQL, by kind of node
    "incremental": ("incremental_strategy", "unique_key", "merge_update_columns", "merge_exclude_columns", "on_schema_change"),
    "snapshot": ("strategy", "unique_key", "updated_at", "check_cols", "hard_deletes", "invalidate_hard_deletes"),
}  # fmt: skip
DIALECTS = {"sqlserver": "tsql", "fabric": "tsql"}


class Code(NamedTuple):
    """The code of one node: text and dialect; whether it is what dbt compiled, or SQL as written in place of it."""

    text: str
    dialect: str
    is_compiled: bool = False
    is_uncompiled: bool = False


class Lineage:
    """The nodes of a manifest, and what each is computed with."""

    def __init__(self, reader: Reader, document: Mapping[str, Any]) -> None:
        self._reader, self._document = reader, document
        self._ancestors: dict[str, list[Ancestor]] = {}

    def upstream(self, unique_id: str) -> Upstream | None:
        """What computes a table; None for a source, which dbt does not compute, and for a node without code.

        None too where only a part of the lineage was compiled, as after `dbt run --select`: from one such manifest to the
        next the same code would be another text.
        """
        node = self._nodes.get(unique_id, {})
        if node.get("resource_type") == "seed":
            [own] = self._of_node(unique_id)
            return from_digest(UpstreamKind.DBT, own.name, own.digest)
        code = self._code(unique_id)
        if not code.text or self._is_partly_compiled(unique_id):
            return None
        settings = self._settings_and_macros(unique_id)
        built_on = (entry for other in self._all_before(unique_id) for entry in self._of_node(other))
        dialect = JINJA if self.uncompiled(unique_id) else code.dialect
        return from_code(
            UpstreamKind.DBT, self._path(unique_id), code.text, dialect=dialect, ancestors=[*settings, *built_on]
        )

    def uncompiled(self, unique_id: str) -> list[str]:
        """The files of a table's lineage whose compiled SQL the manifest lacks although it matters."""
        return sorted(self._path(name) for name in self._lineage(unique_id) if self._code(name).is_uncompiled)

    def _is_partly_compiled(self, unique_id: str) -> bool:
        codes = [self._code(name) for name in self._lineage(unique_id)]
        return any(code.is_uncompiled for code in codes) and any(code.is_compiled for code in codes)

    def _lineage(self, unique_id: str) -> list[str]:
        return [name for name in (unique_id, *self._all_before(unique_id)) if name in self._nodes]

    @cached_property
    def _nodes(self) -> dict[str, dict[str, Any]]:
        return {
            unique_id: node
            for section in ("nodes", "sources")
            for unique_id, node in self._reader.named(self._document, section, "")
        }

    @cached_property
    def _macros(self) -> dict[str, dict[str, Any]]:
        return dict(self._reader.named(self._document, "macros", ""))

    @cached_property
    def _dialect(self) -> str:
        adapter = self._reader.text(self._reader.object(self._document, "metadata", ""), "adapter_type", "metadata")
        dialect = DIALECTS.get(adapter, adapter)
        return dialect if dialect in SQL_DIALECTS else ""

    def _all_before(self, unique_id: str) -> list[str]:
        """Every node that a node is built on, directly or not."""
        seen: dict[str, None] = {}
        waiting = self._before(unique_id)
        while waiting:
            name = waiting.pop()
            if name not in seen and name != unique_id:
                seen[name] = None
                waiting += self._before(name)
        return list(seen)

    def _before(self, unique_id: str, kind: str = "nodes") -> list[str]:
        place = f"nodes.{unique_id}"
        of = self._nodes.get(unique_id, {}) if kind == "nodes" else {**self._macros, **self._nodes}.get(unique_id, {})
        return list(self._reader.texts(self._reader.object(of, "depends_on", place), kind, place))

    def _of_node(self, unique_id: str) -> list[Ancestor]:
        """A node as an ancestor of others, with its settings and macros."""
        if unique_id not in self._ancestors:
            self._ancestors[unique_id] = list(self._as_ancestors(unique_id))
        return self._ancestors[unique_id]

    def _as_ancestors(self, unique_id: str) -> Iterator[Ancestor]:
        node, place = self._nodes.get(unique_id, {}), f"nodes.{unique_id}"
        kind, _, rest = unique_id.partition(".")
        checksum = self._reader.object(node, "checksum", place)
        if kind == "source":
            yield ancestor(f"source {rest.partition('.')[2]}", "", identity=unique_id)
        elif kind == "seed" and checksum.get("name") == "path":
            too_large = f"{self._path(unique_id)} (too large for dbt's checksum: its changes are not seen)"
            yield ancestor(too_large, "", identity=unique_id)
        elif kind == "seed":
            digest = self._reader.text(checksum, "checksum", place)
            yield ancestor(self._path(unique_id), digest, identity=unique_id)._replace(text="")
        else:
            code = self._code(unique_id)
            yield ancestor(self._path(unique_id), code.text, dialect=code.dialect, identity=unique_id)
            yield from self._settings_and_macros(unique_id)

    def _path(self, unique_id: str) -> str:
        """A node's file, with its package where that is not the project itself."""
        node, place = self._nodes.get(unique_id, {}), f"nodes.{unique_id}"
        path, package = (self._reader.text(node, name, place) for name in ("original_file_path", "package_name"))
        project = self._reader.text(self._reader.object(self._document, "metadata", ""), "project_name", "metadata")
        return f"{package}/{path}" if path and package not in ("", project) else path or unique_id

    def _code(self, unique_id: str) -> Code:
        node, place = self._nodes.get(unique_id, {}), f"nodes.{unique_id}"
        raw, compiled = (self._reader.code(node, name, place) for name in ("raw_code", "compiled_code"))
        if self._reader.text(node, "language", place) == PYTHON:
            return Code(raw or compiled, PYTHON)
        if self._varies(node, raw, place):
            return Code(raw, JINJA)
        if compiled or not HAS_JINJA.search(raw):
            return Code(
                compiled or raw, self._dialect, is_compiled=compiled != "" and HAS_JINJA.search(raw) is not None
            )
        return Code(raw, JINJA, is_uncompiled=True)

    def _varies(self, node: Mapping[str, Any], raw: str, place: str) -> bool:
        """Whether compiled SQL differs from run to run though nobody changed anything."""
        incremental = self._reader.object(node, "config", place).get("materialized") == "incremental"
        return bool(raw) and (incremental or bool(VARIES.search(raw)))

    def _settings_and_macros(self, unique_id: str) -> list[Ancestor]:
        node, place = self._nodes.get(unique_id, {}), f"nodes.{unique_id}"
        path, config = self._path(unique_id), self._reader.object(node, "config", place)
        names = SETTINGS.get(str(config.get("materialized")), ()) + SETTINGS.get(str(node.get("resource_type")), ())
        settings = {name: config[name] for name in names if config.get(name) is not None}
        settings |= {name: config[name] for name in ("pre-hook", "post-hook") if config.get(name)}
        text = "\n".join(f"{name}: {json.dumps(value, sort_keys=True)}" for name, value in settings.items())
        own = [ancestor(f"{path} (settings)", text, identity=f"settings of {unique_id}")] if text else []
        return own + (list(self._used_macros(unique_id)) if self._code(unique_id).dialect == JINJA else [])

    def _used_macros(self, unique_id: str) -> Iterator[Ancestor]:
        """The macros that code as written uses, directly or not, but for dbt's own."""
        seen: set[str] = set()
        waiting = self._before(unique_id, "macros")
        while waiting:
            name = waiting.pop()
            macro, place = self._macros.get(name, {}), f"macros.{name}"
            if name in seen or self._reader.text(macro, "package_name", place) in BUILT_IN:
                continue
            seen.add(name)
            waiting += self._before(name, "macros")
            yield ancestor(
                f"macro {name.removeprefix('macro.')}", self._reader.code(macro, "macro_sql", place), identity=name
            )
