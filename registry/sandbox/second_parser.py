"""What the engine's own parser makes of an expression.

sqlglot mends bad SQL in silence; the engine would then run something else than was looked at. So the original text
must parse here too, and its tree must be made of what is on the list.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import duckdb

from registry.sandbox.faults import Fault
from registry.sandbox.grammar import FUNCTIONS

CLASSES = frozenset(
    {
        "FUNCTION", "WINDOW", "COLUMN_REF", "CONSTANT", "CAST", "OPERATOR", "COMPARISON", "CONJUNCTION", "CASE",
        "BETWEEN", "STAR", "TYPE",
    }
)  # fmt: skip
# Operators and casts that DuckDB spells as functions in its tree.
SPELLED = frozenset(
    {
        "+", "-", "*", "/", "//", "%", "**", "^", "||", "~~", "!~~", "~~*", "!~~*", "to_years", "to_months", "to_days",
        "to_hours", "to_minutes", "to_seconds", "to_weeks", "to_quarters", "to_milliseconds", "like_escape",
        "not_like_escape", "datepart", "datetrunc", "xor", "lcase", "ucase", "len", "to_decades",
    }
)  # fmt: skip
_local = threading.local()


def faults(expression: str) -> list[Fault]:
    """Everything that the engine's parser refuses, or finds beyond the list."""
    (answer,) = _connection().execute("SELECT json_serialize_sql(?)", [f"SELECT ({expression}\n) AS value"]).fetchone()
    parsed = json.loads(answer)
    if parsed.get("error"):
        return [Fault("syntax", "The data engine cannot parse this: write one SQL expression.")]
    statements = parsed["statements"]
    if len(statements) != 1 or not _is_one_expression(statements[0]["node"]):
        return [Fault("statement", "Write one expression, without SELECT, FROM or a second statement.")]
    return list(dict.fromkeys(_walk(statements[0]["node"]["select_list"][0])))


def _connection() -> duckdb.DuckDBPyConnection:
    """One connection a thread, with nothing in it and no way out: it parses and never runs what it parsed."""
    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect(
            ":memory:", config={"enable_external_access": "false", "threads": "1", "lock_configuration": "true"}
        )
    return _local.connection


def _is_one_expression(node: dict[str, Any]) -> bool:
    empty = (node.get("from_table") or {}).get("type") == "EMPTY"
    bare = not any(node.get(part) for part in ("where_clause", "group_expressions", "having", "qualify", "sample"))
    plain = node.get("type") == "SELECT_NODE" and not node.get("modifiers") and not _common_tables(node)
    return plain and empty and bare and len(node["select_list"]) == 1


def _common_tables(node: dict[str, Any]) -> bool:
    return bool((node.get("cte_map") or {}).get("map"))


def _walk(node: Any) -> Iterator[Fault]:
    if isinstance(node, list):
        for inner in node:
            yield from _walk(inner)
    elif isinstance(node, dict):
        kind = node.get("class")
        if isinstance(kind, str) and kind not in CLASSES:
            yield Fault("not_allowed", f"{kind.replace('_', ' ').lower()} is not part of feature logic.")
        elif kind in ("FUNCTION", "WINDOW"):
            yield from _named(node)
        for inner in node.values():
            yield from _walk(inner)


def _named(node: dict[str, Any]) -> Iterator[Fault]:
    name = str(node.get("function_name", "")).lower()
    if node.get("schema") or node.get("catalog") or len(node.get("qualified_name", {}).get("path", ())) > 1:
        yield Fault("function", f"Call {name} without a schema before it.")
    if name in SPELLED:
        return
    if name not in FUNCTIONS:
        yield Fault("function", f"{name} is not among the functions that feature logic may call.")
        return
    fewest, most = FUNCTIONS[name]
    given = len(node.get("arguments", node.get("children", ())))
    if not fewest <= given <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        yield Fault("arity", f"{name} takes {wanted} arguments, not {given}.")
