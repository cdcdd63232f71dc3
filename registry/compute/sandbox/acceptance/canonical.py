"""The canonical form of an expression: what the engine reads in it, without how it is spelled.

It is taken from the tree of the engine's own parser, so that what is fingerprinted is what runs. Comments, white space,
quotes around names, parentheses, default orders, frames and arguments, plural units and exact synonyms are spelling;
the case of a column's name is not. Sums are not flattened: `a + (b + c)` rounds otherwise than `(a + b) + c`.

>>> canonical_form("mean( x )") == canonical_form('AVG("x")')
True
>>> canonical_form("x NOT LIKE 'a%'")
['not', ['call', '~~', ['column', 'x'], ['literal', 'STRING', 'a%']]]
>>> canonical_form("AVG((") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from registry.compute.sandbox.acceptance.engine_parser import parse
from registry.compute.sandbox.acceptance.synonyms import (
    FUNCTION_SYNONYMS,
    PART_FUNCTIONS,
    PART_SYNONYMS,
    TYPE_SYNONYMS,
    UNITS,
)
from registry.compute.sandbox.faults import Fault

Form = list[Any]
Node = dict[str, Any]
NULL = ["null"]
NOT_MEANING = ("query_location", "query_location_length", "alias", "is_operator", "has_ignore_nulls")
TAKE_A_PART = frozenset({"date_part", "date_trunc", "date_diff", "date_sub", "date_add"})
ASSOCIATIVE = frozenset({"CONJUNCTION_AND", "CONJUNCTION_OR"})
WITHIN_GROUP = {"quantile_cont": 1, "quantile_disc": 1, "mode": 0}
NEGATED = {"!~~": "~~", "!~~*": "~~*", "!~~~": "~~~"}
INTERVAL_TEXT = re.compile(r"\s*(?:[+-]?\d+\s+[a-zA-Z]+\s*)+")
AMOUNT_AND_UNIT = re.compile(r"([+-]?\d+)\s+([a-zA-Z]+)")
WHOLE = re.compile(r"[+-]?\d{1,9}")


def canonical_form(expression: str) -> Form | None:
    """The form as nested lists that JSON can hold; None where the engine does not read one expression in the text."""
    tree = parse(expression)
    if isinstance(tree, Fault):
        return None
    try:
        return _form(tree)
    except RecursionError:
        return None


def _form(node: Node) -> Form:
    reader = READERS.get(node.get("class", ""), _other)
    return reader(node)


def _forms(nodes: list[Node] | None) -> list[Form]:
    return [_form(node) for node in nodes or []]


def _column(node: Node) -> Form:
    return ["column", *node["column_names"]]


def _literal(node: Node) -> Form:
    kind, text = node["literal"].get("kind"), node["literal"].get("text")
    if kind == "NULL_LITERAL":
        return NULL
    if kind in ("INTEGER", "NUMERIC"):
        text = text.replace("_", "").lower().replace("e+", "e")
    return ["literal", kind, text]


def _type(node: Node) -> Form:
    name = node["type_name"].upper()
    return [TYPE_SYNONYMS.get(name, name), *_forms(node.get("children"))]


def _cast(node: Node) -> Form:
    inner, type_ = _form(node["child"]), _form(node["type_expr"])
    if type_ == ["INTERVAL"] and inner[:2] == ["literal", "STRING"] and (interval := _interval_text(inner[2])):
        return interval
    if type_ == ["DECIMAL"]:
        type_ = ["DECIMAL", ["literal", "INTEGER", "18"], ["literal", "INTEGER", "3"]]
    return ["try_cast" if node.get("try_cast") else "cast", inner, type_]


def _interval_text(text: str) -> Form | None:
    if not INTERVAL_TEXT.fullmatch(text):
        return None
    months = days = microseconds = 0
    for amount, written in AMOUNT_AND_UNIT.findall(text):
        unit = UNITS.get(PART_SYNONYMS.get(written.upper(), written.upper()))
        if unit is None or not WHOLE.fullmatch(amount):
            return None
        months, days = months + int(amount) * unit[0], days + int(amount) * unit[1]
        microseconds += int(amount) * unit[2]
    return ["interval", months, days, microseconds]


def _operator(node: Node) -> Form:
    kind, children = node["type"], _forms(node.get("children"))
    if kind == "OPERATOR_IS_NOT_NULL":
        return ["not", ["OPERATOR_IS_NULL", *children]]
    if kind == "COMPARE_NOT_IN":
        return ["not", ["COMPARE_IN", *children]]
    return ["not" if kind == "OPERATOR_NOT" else kind, *children]


def _comparison(node: Node) -> Form:
    kind, sides = node["type"], [_form(node["left"]), _form(node["right"])]
    return ["not", ["COMPARE_NOT_DISTINCT_FROM", *sides]] if kind == "COMPARE_DISTINCT_FROM" else [kind, *sides]


def _conjunction(node: Node) -> Form:
    kind, children = node["type"], _forms(node.get("children"))
    flat = [part for child in children for part in (child[1:] if child[0] == kind in ASSOCIATIVE else [child])]
    return [kind, *flat]


def _case(node: Node) -> Form:
    checks = [[_form(check["when_expr"]), _form(check["then_expr"])] for check in node["case_checks"]]
    return ["case", checks, _form(node["else_expr"])]


def _between(node: Node) -> Form:
    return ["between", *(_form(node[part]) for part in ("input", "lower", "upper"))]


def _call(node: Node) -> Form:
    name, arguments = _name(node), [_argument(argument) for argument in node.get("arguments") or []]
    rest = _rest(node, "class", "type", "function_name", "arguments", "qualified_name", "order_bys", "filter")
    if orders := (node.get("order_bys") or {}).get("orders"):
        rest["orders"] = _orders(orders)
    if node.get("filter"):
        rest["filter"] = _form(node["filter"])
    name, arguments = _with_the_order_as_argument(name, arguments, rest)
    return _spelled_out(name, arguments, rest)


def _window(node: Node) -> Form:
    name, arguments = _name(node), [_argument(argument) for argument in node.get("arguments") or []]
    handled = ("class", "type", "function_name", "arguments", "qualified_name", "partitions", "orders")
    rest = _rest(node, *handled, "start_expr", "end_expr", "filter_expr")
    if rest.get("exclude_clause") == "NO_OTHER":
        del rest["exclude_clause"]
    parts = {part: _form(node[part]) for part in ("start_expr", "end_expr", "filter_expr") if node.get(part)}
    over = {"partitions": _forms(node.get("partitions")), "orders": _orders(node.get("orders") or [])} | parts
    return ["over", _spelled_out(name, arguments, {}), over | rest]


def _name(node: Node) -> str:
    name = str(node["function_name"]).lower()
    path = (node.get("qualified_name") or {}).get("path") or [name]
    return ".".join(path) if len(path) > 1 else FUNCTION_SYNONYMS.get(name, name)


def _argument(argument: Node) -> Form:
    form = _form(argument["expression"])
    return ["named", argument["name"], form] if argument.get("name") else form


def _orders(orders: list[Node]) -> list[Form]:
    return [
        [
            "ASCENDING" if order["type"] == "ORDER_DEFAULT" else order["type"],
            "NULLS LAST" if order["null_order"] == "ORDER_DEFAULT" else order["null_order"],
            _form(order["expression"]),
        ]
        for order in orders
    ]


def _with_the_order_as_argument(name: str, arguments: list[Form], rest: dict[str, Any]) -> tuple[str, list[Form]]:
    """`quantile_cont(0.5) WITHIN GROUP (ORDER BY x)` is `quantile_cont(x, 0.5)`; `mode() WITHIN GROUP …` likewise."""
    orders = rest.get("orders") or []
    if len(orders) == 1 and WITHIN_GROUP.get(name) == len(arguments) and orders[0][:2] == ["ASCENDING", "NULLS LAST"]:
        del rest["orders"]
        return name, [orders[0][2], *arguments]
    return name, arguments


def _spelled_out(name: str, arguments: list[Form], rest: dict[str, Any]) -> Form:
    """A call without default arguments, with its parts and units in one spelling."""
    if name in NEGATED and not rest:
        return ["not", ["call", NEGATED[name], *arguments]]
    if name == "||" and not rest:
        arguments = [part for form in arguments for part in (form[2:] if form[:2] == ["call", "||"] else [form])]
    if name == "if" and len(arguments) == 3 and not rest:
        return ["case", [arguments[:2]], arguments[2]]
    if name in PART_FUNCTIONS and len(arguments) == 1 and not rest:
        name, arguments = "date_part", [["literal", "STRING", PART_FUNCTIONS[name]], *arguments]
    if name in ("bool_and", "bool_or") and arguments[0][0] == "cast" and arguments[0][2] == ["BOOLEAN"]:
        arguments = [arguments[0][1]]  # it takes truth values only
    if name in ("lag", "lead"):
        arguments = _without_defaults(arguments)
    if name in TAKE_A_PART and arguments and arguments[0][:2] == ["literal", "STRING"]:
        part = arguments[0][2].upper()
        arguments = [["literal", "STRING", PART_SYNONYMS.get(part, part)], *arguments[1:]]
    if (interval := _interval(name, arguments)) and not rest:
        return interval
    return ["call", name, *arguments, *([rest] if rest else [])]


def _without_defaults(arguments: list[Form]) -> list[Form]:
    """`LAG(x, 1, NULL)` is `LAG(x)`."""
    if arguments[2:] == [NULL]:
        arguments = arguments[:2]
    return arguments[:1] if arguments[1:] == [["literal", "INTEGER", "1"]] else arguments


def _interval(name: str, arguments: list[Form]) -> Form | None:
    """`INTERVAL 3 DAYS` is a call of to_days to the engine, with casts around the number."""
    if not name.startswith("to_") or len(arguments) != 1:
        return None
    number = arguments[0]
    while number[0] == "cast" or number[:2] == ["call", "trunc"]:
        number = number[1] if number[0] == "cast" else number[2]
    whole = number[0] == "literal" and number[1] in ("INTEGER", "STRING") and WHOLE.fullmatch(str(number[2]).strip())
    return _interval_text(f"{str(number[2]).strip()} {name.removeprefix('to_')}") if whole else None


def _rest(node: Node, *handled: str) -> dict[str, Any]:
    """Whatever else the engine read, so that nothing it reads is ever left out."""
    others = {name: value for name, value in node.items() if name not in handled and name not in NOT_MEANING}
    return {name: _plain(value) for name, value in others.items() if value not in (None, False, [], "", {})}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _form(value) if "class" in value else _rest(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _other(node: Node) -> Form:
    return [node.get("class"), _rest(node, "class")]


READERS: dict[str, Callable[[Node], Form]] = {
    "COLUMN_REF": _column,
    "CONSTANT": _literal,
    "TYPE": _type,
    "CAST": _cast,
    "OPERATOR": _operator,
    "COMPARISON": _comparison,
    "CONJUNCTION": _conjunction,
    "CASE": _case,
    "BETWEEN": _between,
    "FUNCTION": _call,
    "WINDOW": _window,
}
