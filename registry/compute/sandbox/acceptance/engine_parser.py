"""Check an expression with the engine's own parser, before any other parser reads it.

This parser is quick on any text, where each nested `TIMESTAMP(TIMESTAMP(…` doubles sqlglot's time: twenty take minutes.
And sqlglot silently repairs wrong SQL, so the engine would run something other than what was checked. So the text has to
parse here, and every node of its tree has to be on the list. One walk finds every fault with its position.

>>> [(fault.code, fault.position) for fault in faults("abs(x) + getenv('HOME') + other.y", columns=["x"])]
[('function', 9), ('qualified', 26)]
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

import duckdb

from registry.compute.name_lists import case_twins, named
from registry.compute.sandbox.acceptance.grammar import (
    AGGREGATES,
    CLOCK_AND_CHANCE,
    FUNCTIONS,
    LEVELS,
    TYPE_NAMES,
    WINDOWED,
    WITHIN_GROUP,
)
from registry.compute.sandbox.acceptance.growth import MOST, growth
from registry.compute.sandbox.acceptance.guards import PATH, constant, guard_fault
from registry.compute.sandbox.acceptance.suggestions import not_again, unknown_function
from registry.compute.sandbox.faults import Fault

CLASSES = frozenset(
    {
        "FUNCTION", "WINDOW", "COLUMN_REF", "CONSTANT", "CAST", "OPERATOR", "COMPARISON", "CONJUNCTION", "CASE",
        "BETWEEN", "STAR", "TYPE",
    }
)  # fmt: skip
OPERATOR_TYPES = frozenset(
    {
        "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "OPERATOR_NULLIF",
        "COMPARE_IN", "COMPARE_NOT_IN", "ARRAY_EXTRACT",
    }
)  # fmt: skip
# Operators and intervals that DuckDB spells as functions in its tree.
SPELLED = frozenset(
    {
        "+", "-", "*", "/", "//", "%", "**", "^", "||", "~~", "!~~", "~~*", "!~~*", "to_years", "to_months", "to_days",
        "to_hours", "to_minutes", "to_seconds", "to_weeks", "to_quarters", "to_milliseconds", "->>", "like_escape",
        "not_like_escape",
    }
)  # fmt: skip
SYNTAX = "The data engine cannot parse this. Write one SQL expression."
SUBQUERY = (
    "Write one expression over the source table's columns, without SELECT or FROM. A join belongs into the table."
)
STATEMENT = "Write one expression, without SELECT, FROM or a second statement."
TOO_DEEP = Fault("too_deep", f"The logic is nested more than {LEVELS} levels deep. Split it into several features.")
TOO_LONG = Fault(
    "bound",
    f"The text of one row could become more than {MOST:,} times as long as the longest cell. Nest fewer calls that lengthen text.",
)
ARROW = "Write json_extract_string(column, '$.path') or column->>'$.path' with the whole path in one text."
# In a window the engine's parser leaves the standard's names as they are; accept renames them.
SAME_IN_WINDOWS = {"percentile_cont": "quantile_cont", "percentile_disc": "quantile_disc"}
BEFORE, AFTER = "SELECT (", "\n) AS value"
_local = threading.local()


def faults(expression: str, columns: Collection[str] | None) -> list[Fault]:
    """What the engine's parser refuses, and everything in its tree that is not on the list.

    ``columns`` is None if they are not known.
    """
    tree = parse(expression)
    if isinstance(tree, Fault):
        return [tree]
    listed = list(dict.fromkeys(_Walk(expression, columns).faults(tree)))
    return listed if listed or growth(tree).factor <= MOST else [TOO_LONG]


@lru_cache(maxsize=1_024)
def parse(expression: str) -> dict[str, Any] | Fault:
    """The engine's own tree of one expression, or why it reads no such thing in the text. Nothing is run.

    Callers share the tree and leave it as it is."""
    (answer,) = _connection().execute("SELECT json_serialize_sql(?)", [BEFORE + expression + AFTER]).fetchone() or ("",)
    try:
        parsed = json.loads(answer)
    except RecursionError:
        return TOO_DEEP
    except ValueError:  # the engine's answer to a binary literal with letters in it is empty
        return Fault("syntax", SYNTAX)
    if parsed.get("error"):
        return _parse_fault(parsed)
    statements = parsed["statements"]
    if len(statements) != 1 or not _is_one_expression(statements[0]["node"]):
        return Fault("statement", STATEMENT)
    tree: dict[str, Any] = statements[0]["node"]["select_list"][0]
    return tree


def _connection() -> duckdb.DuckDBPyConnection:
    """One empty connection per thread, without external access. It only parses; it never runs an expression."""
    if not hasattr(_local, "connection"):
        config: dict[str, str | bool | int | float | list[str]] = {
            "enable_external_access": "false",
            "threads": "1",
            "max_expression_depth": str(LEVELS),
            "lock_configuration": "true",
        }
        _local.connection = duckdb.connect(":memory:", config=config)
    connection: duckdb.DuckDBPyConnection = _local.connection
    return connection


def _parse_fault(parsed: dict[str, Any]) -> Fault:
    if "expression depth" in parsed.get("error_message", ""):
        return TOO_DEEP
    place = parsed.get("position", "")
    return Fault("syntax", SYNTAX, max(0, int(place) - len(BEFORE)) if place.isdigit() else None)


def _is_one_expression(node: dict[str, Any]) -> bool:
    empty = (node.get("from_table") or {}).get("type") == "EMPTY"
    bare = not any(node.get(part) for part in ("where_clause", "group_expressions", "having", "qualify", "sample"))
    plain = node.get("type") == "SELECT_NODE" and not node.get("modifiers") and not node["cte_map"]["map"]
    return plain and empty and bare and len(node["select_list"]) == 1


class _Walk:
    """One walk over the engine's tree of ``text``."""

    def __init__(self, text: str, columns: Collection[str] | None) -> None:
        self.text = text
        self.columns = columns
        self.known = None if columns is None else {name.lower() for name in columns}
        self.twins = {name.lower(): sentence for name, sentence in case_twins(columns or ()).items()}

    def faults(self, tree: dict[str, Any]) -> Iterator[Fault]:
        waiting: list[tuple[Any, str]] = [(tree, "")]  # a part of the tree, and the aggregate or window around it
        while waiting:
            part, aggregate = waiting.pop()
            if isinstance(part, dict):
                part_faults = list(self._at(part, aggregate))
                yield from part_faults
                if any(fault.code in ("not_allowed", "type") for fault in part_faults):
                    continue
                aggregate = _aggregate_of(part) or aggregate
                part = list(part.values())
            waiting += [(inner, aggregate) for inner in reversed(part) if isinstance(inner, dict | list)]

    def _at(self, node: dict[str, Any], aggregate: str) -> Iterator[Fault]:
        kind = node.get("class")
        if kind is None or kind == "CONSTANT":
            return
        if kind == "LAMBDA":
            yield from self._arrow(node)
        elif kind == "SUBQUERY":
            yield self._fault("not_allowed", SUBQUERY, node)
        elif kind not in CLASSES or (kind == "OPERATOR" and node["type"] not in OPERATOR_TYPES):
            what = (kind if kind not in CLASSES else node["type"]).replace("_", " ").lower()
            yield self._fault("not_allowed", f"{what.capitalize()} is not part of feature logic.", node)
        elif kind == "STAR":
            yield self._fault("star", "A star is allowed in count(*) only.", node)
        elif kind == "COLUMN_REF":
            yield from self._column(node)
        elif kind == "TYPE":
            yield from self._type(node)
        elif kind in ("FUNCTION", "WINDOW"):
            yield from self._call(node, aggregate)

    def _arrow(self, node: dict[str, Any]) -> Iterator[Fault]:
        """To the engine `column -> 'path'` is a function of one argument; with a path in quotes it reads JSON."""
        path = constant(node.get("expr") or {})
        reads_json = (node.get("lhs") or {}).get("class") == "COLUMN_REF" and path and path.kind == "STRING"
        if not (reads_json and path and PATH.match(path.text)):
            yield self._fault("not_allowed", f"A lambda is not part of feature logic. {ARROW}", node)

    def _column(self, node: dict[str, Any]) -> Iterator[Fault]:
        *before, name = node["column_names"]
        if before:
            whole = ".".join([*before, name])
            yield self._fault(
                "qualified", f"Write {name} instead of {whole}: the logic reads the source table only.", node
            )
        elif name.lower() in self.twins:
            yield self._fault("ambiguous_column", self.twins[name.lower()], node)
        elif self.known is None or name.lower() not in self.known:
            if name.lower() in CLOCK_AND_CHANCE:
                yield self._fault("function", not_again(name), node)
            elif self.known is not None:
                having = named(self.columns or (), near=name)
                yield self._fault(
                    "unknown_column", f"The source table has no column {name}. Its columns: {having}.", node
                )

    def _type(self, node: dict[str, Any]) -> Iterator[Fault]:
        plain = all(child.get("class") == "CONSTANT" for child in node.get("children") or ())
        if node["type_name"].upper() not in TYPE_NAMES or len(node["qualified_name"]["path"]) > 1 or not plain:
            sentence = f"{node['type_name']} is not a type that feature logic may use."
            yield self._fault("type", sentence, node)

    def _call(self, node: dict[str, Any], aggregate: str) -> Iterator[Fault]:
        name, arguments = node["function_name"].lower(), node.get("arguments") or []
        if len(node["qualified_name"]["path"]) > 1 or any(argument.get("name") for argument in arguments):
            yield self._fault("function", f"Call {name} without a schema before it, and without named arguments.", node)
        if name not in FUNCTIONS and name not in SPELLED and name not in SAME_IN_WINDOWS:
            several = name == "row"  # what `a, b` becomes in the parentheses of the SELECT
            sentence = STATEMENT if several else unknown_function(name)
            yield self._fault("statement" if several else "function", sentence, node)
            return
        yield from self._group(node, name)
        yield from self._use(node, name, aggregate)
        constants = [constant(argument["expression"]) for argument in arguments]
        if sentence := guard_fault(name, [*([None] if _within_group(node) else []), *constants]):
            yield self._fault("bound", sentence, node)

    def _group(self, node: dict[str, Any], name: str) -> Iterator[Fault]:
        """The number of arguments; a column in `WITHIN GROUP (ORDER BY …)` is one of them."""
        name = SAME_IN_WINDOWS.get(name, name)
        orders = _within_group(node)
        if len(orders) > 1 or any(order["type"] == "DESCENDING" for order in orders):
            yield self._fault("not_allowed", f"WITHIN GROUP of {name} takes one column in ascending order.", node)
        elif name in FUNCTIONS:
            yield from self._arity(node, name, len(node.get("arguments") or []) + len(orders))

    def _arity(self, node: dict[str, Any], name: str, count: int) -> Iterator[Fault]:
        fewest, most = FUNCTIONS[name]
        if not fewest <= count <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            yield self._fault("arity", f"{name} takes {wanted} arguments, not {count}.", node)

    def _use(self, node: dict[str, Any], name: str, aggregate: str) -> Iterator[Fault]:
        """Whether such a function is allowed here: with or without OVER, and not inside another aggregate."""
        over = node["class"] == "WINDOW"
        if over and SAME_IN_WINDOWS.get(name, name) not in AGGREGATES and name not in WINDOWED:
            yield self._fault("window", f"{name} is computed for each row. Remove OVER.", node)
        if not over and name in WINDOWED:
            yield self._fault("window", f"{name} needs a window. Write {name}(…) OVER (ORDER BY …).", node)
        if aggregate and _aggregate_of(node):
            sentence = f"{name} is inside of {aggregate}. Make the inner one a separate feature."
            yield self._fault("nested", sentence, node)
        if _orders(node) and not _within_group(node):
            yield self._fault("not_allowed", f"An ORDER BY inside of {name}(…) is not part of feature logic.", node)
        if over and node.get("exclude_clause") != "NO_OTHER":
            yield self._fault("not_allowed", "EXCLUDE in a window is not part of feature logic.", node)

    def _fault(self, code: str, message: str, node: dict[str, Any]) -> Fault:
        place = node.get("query_location", -1) - len(BEFORE)
        encoded = self.text.encode()
        if not 0 <= place < len(encoded):  # the engine gives no position for what it added itself
            return Fault(code, message)
        return Fault(code, message, len(encoded[:place].decode(errors="ignore")))


def _aggregate_of(node: dict[str, Any]) -> str:
    name = str(node.get("function_name", "")).lower()
    return name if node.get("class") == "WINDOW" or (node.get("class") == "FUNCTION" and name in AGGREGATES) else ""


def _orders(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The ORDER BY inside of a call, which is also how `WITHIN GROUP` is read."""
    return [*((node.get("order_bys") or {}).get("orders") or []), *(node.get("arg_orders") or [])]


def _within_group(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The order of a function that takes its column by WITHIN GROUP; empty for any other."""
    name = str(node.get("function_name", "")).lower()
    return _orders(node) if SAME_IN_WINDOWS.get(name, name) in WITHIN_GROUP else []
