"""What Feast computes: the query or files of a source, and the Python of on-demand and stream feature views, as text.

>>> spec = {"name": "rates", "features": [], "featureTransformation": {"userDefinedFunction": {"bodyText": "def rates(df): ...", "mode": "pandas"}}}
>>> print(view_code(Reader(), spec, "rates", [], {}))
view = "rates"
mode = "pandas"
def rates(df): ...
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from registry.compute.upstream import Upstream, UpstreamKind, ancestor, fingerprint, from_code, normalised
from registry.imports.rules.document import Reader

OPTIONS = {  # where a source's options are, and the dialect of its query
    "fileOptions": "", "bigqueryOptions": "bigquery", "snowflakeOptions": "snowflake", "redshiftOptions": "redshift",
    "athenaOptions": "athena", "trinoOptions": "trino", "sparkOptions": "spark", "customOptions": "",
}  # fmt: skip
DECIDING = (
    "createdTimestampColumn",
    "datePartitionColumn",
    "fieldMapping",
)  # of a source: which row is read, under which name


def location(reader: Reader, source: Mapping[str, Any], place: str) -> str:
    """Where a source's rows are: a path, a table or a query."""
    for _, options in _options(reader, source, place):
        for name in ("uri", "fileUrl", "table", "tableRef", "path", "query"):
            if isinstance(options.get(name), str):
                return reader.text(options, name, place)[:1_000]
    return ""


def source_upstream(reader: Reader, source: Mapping[str, Any], name: str, ttls: Sequence[str], place: str) -> Upstream:
    """What a source's rows come from: its query where it has one, else its path or table; with how long values are valid."""
    settings = source_settings(reader, source, place) | {"ttl": sorted(set(ttls))}
    text = "\n".join(f"{setting}: {json.dumps(value, sort_keys=True)}" for setting, value in settings.items() if value)
    query, dialect = _query(reader, source, place)
    if query:
        built_on = [ancestor(f"{name} (settings)", text, identity="settings")]
        return from_code(UpstreamKind.FEAST, name, query, dialect=dialect, ancestors=built_on)
    return from_code(UpstreamKind.FEAST, name, text)


def source_settings(reader: Reader, source: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What of a source decides its values beside a query: its place, and what chooses and names rows."""
    where = {
        f"{kind}.{name}": value
        for kind, options in _options(reader, source, place)
        for name, value in options.items()
        if name != "query"
    }
    return where | {name: source[name] for name in DECIDING if source.get(name)}


def view_code(
    reader: Reader, spec: Mapping[str, Any], name: str, keys: Sequence[str], inputs: Mapping[str, Mapping[str, Any]]
) -> str:
    """The text that decides what a view computes: its code, and before it what the code works on, written as code too,
    because comments do not count when definitions are compared."""
    place = f"{name}.spec"
    code, mode = _transformation(reader, spec, place)
    settings = {
        "view": name,
        "mode": reader.text(spec, "mode", place) or mode,
        "entities": list(keys),
        **{
            f"reads[{json.dumps(source)}]": _described(reader, content, place)
            for source, content in sorted(inputs.items())
        },
        "ttl": spec.get("ttl"),
        "aggregations": spec.get("aggregations"),
    }
    lines = [
        f"{setting} = {json.dumps(value, sort_keys=True)}"
        for setting, value in settings.items()
        if value not in (None, "", [])
    ]
    return "\n".join([*lines, *([normalised(code)] if code else [])])


def has_code(spec: Mapping[str, Any]) -> bool:
    """Whether a view computes by code, rather than reading columns as they are."""
    return any(spec.get(name) for name in ("featureTransformation", "userDefinedFunction", "aggregations"))


def _transformation(reader: Reader, spec: Mapping[str, Any], place: str) -> tuple[str, str]:
    """The text of a view's code, and how it is run. `body` holds the text only where `bodyText` is not written."""
    transformation = reader.object(spec, "featureTransformation", place)
    for of in (
        reader.object(transformation, "userDefinedFunction", place),
        reader.object(spec, "userDefinedFunction", place),
    ):
        for name in ("bodyText", "body"):
            if text := reader.code(of, name, place):
                return text, reader.text(of, "mode", place)
    others = {name: value for name, value in transformation.items() if value}
    return json.dumps(others, sort_keys=True, indent=1) if others else "", ""


def _described(reader: Reader, source: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What of a source decides its values, its query by fingerprint, so that formatting changes nothing."""
    query, dialect = _query(reader, source, place)
    settings = source_settings(reader, source, place) | ({"query": fingerprint(query, dialect)} if query else {})
    if fields := reader.object(source, "requestDataOptions", place).get("schema"):
        settings["request"] = fields
    return settings


def _query(reader: Reader, source: Mapping[str, Any], place: str) -> tuple[str, str]:
    for kind, options in _options(reader, source, place):
        if query := reader.code(options, "query", place):
            return query, OPTIONS[kind]
    return "", ""


def _options(reader: Reader, source: Mapping[str, Any], place: str) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, reader.object(source, kind, place)) for kind in OPTIONS if source.get(kind)]
