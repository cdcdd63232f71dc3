"""Decide which windows of feature logic are simple enough for the sandbox to compute itself, over rows it sorts once.

The result is a plan in JSON types, or None when one window is not simple: then the engine computes them all.

A window is simple if it is a mean, sum, count, minimum, maximum, LAG, LEAD, first value or row number; its partition is
exactly the entity; its order is the event time and then the row key; its frame counts rows and ends at the current row
or before it, or is the whole entity; its argument is a numeric column, or COALESCE of one and 0; and it has no other
clauses. The rest of the logic stays SQL, over a table that has a column for each window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlglot import exp

from registry.compute.definition import NullHandling
from registry.compute.engines.value_kinds import NUMBERS as ANY_NUMBERS
from registry.compute.engines.value_kinds import Kind

LONGEST_FRAME = 64  # rows back, which are added up one by one
COMPUTED = "computed_rows"
MOST_WINDOWS = 16  # each takes a column of memory
FUNCTIONS: dict[type, str] = {
    exp.Avg: "avg", exp.Sum: "sum", exp.Count: "count", exp.Min: "min", exp.Max: "max",
    exp.RowNumber: "row_number", exp.Lag: "lag", exp.Lead: "lag", exp.FirstValue: "first_value",
}  # fmt: skip
AGGREGATES = frozenset({"avg", "sum", "count", "min", "max"})
NUMBERS = ANY_NUMBERS - {Kind.DECIMAL}


class NotSimple(Exception):
    """The engine has to compute this window."""


class Rule(NamedTuple):
    """The null rule of one definition.

    ``prepared``: the plain column of each prepared one. ``dropped_by``: the columns whose nulls drop a row. ``flag``: the
    column that says which rows are left."""

    name: str
    prepared: Mapping[str, str]
    dropped_by: tuple[str, ...] = ()
    flag: str = ""

    def with_zeros(self) -> Rule:
        """The same rule with a zero in place of what is still null after it."""
        if self.name == NullHandling.DROP:
            return self
        carried = self.name == NullHandling.FORWARD_FILL
        return self._replace(name="forward_and_zero_fill" if carried else NullHandling.ZERO_FILL)

    def column(self, name: str) -> str:
        """The plain column of a window's argument. NotSimple when the null rule does not apply to it."""
        if name in self.prepared or name in self.dropped_by:
            return self.prepared.get(name, name)
        raise NotSimple


class Frame(NamedTuple):
    """How many rows before the current one it begins and ends; None: at the entity's first or last row."""

    first: int | None
    last: int | None


ENTITY = Frame(None, None)


class Windows:
    """The windows of both definitions, each once. ``entity`` and ``order``: columns by their names inside the statement;
    ``kinds``: the kinds of columns, where known."""

    def __init__(self, entity: Sequence[str], order: Sequence[str], kinds: Mapping[str, Kind]) -> None:
        self.entity, self.order, self.kinds = list(entity), list(dict.fromkeys(order)), kinds
        self.windows: dict[str, dict[str, Any]] = {}
        self.ties: list[dict[str, Any]] = []
        self.rules: dict[str, Rule] = {}

    def without(self, tree: exp.Expr, rule: Rule) -> exp.Expr:
        """The tree with columns in place of its windows. NotSimple when one is not simple."""
        self.rules[rule.flag] = rule
        outside = exp.paren(tree.copy())
        for window in list(outside.find_all(exp.Window)):
            window.replace(self._value(self._planned(window, rule)))
        for column in list(outside.find_all(exp.Column)):
            if column.name in rule.prepared:
                column.replace(self._prepared(rule.prepared[column.name], rule))
        bare: exp.Expr = outside.this
        return bare

    def plan(self, values: exp.Select) -> dict[str, Any] | None:
        """The plan in JSON types; None without a window. ``values``: the SELECT over the windows' columns."""
        if not self.windows:
            return None
        left = {name: list(rule.dropped_by) for name, rule in self.rules.items() if name}
        named = {column.name for column in values.find_all(exp.Column)}
        return {
            "entity": self.entity,
            "order": self.order,
            "named": any(self.kinds.get(name) not in (Kind.WHOLE, Kind.DATE, Kind.TIME) for name in self.entity),
            "windows": self.windows,
            "ties": self.ties,
            "arguments": self._arguments(),
            "kept": left,
            "passed": sorted(named - set(self.windows) - set(left) - {"ambiguous"}),
            "select": values.from_(exp.to_table(COMPUTED)).sql("duckdb"),
            "bare": _bare(values),
        }

    def _arguments(self) -> dict[str, bool]:
        """The columns that the windows need; True if their values are needed, False if only where they are null."""
        needed: dict[str, bool] = {}
        for window in self.windows.values():
            if window["column"]:
                needed[window["column"]] = needed.get(window["column"], False) or window["function"] != "count"
        return needed | {name: needed.get(name, False) for rule in self.rules.values() for name in rule.dropped_by}

    def _value(self, window: dict[str, Any]) -> exp.Column:
        """The column of a window; equal windows share one."""
        name = next((name for name, other in self.windows.items() if other == window), f"w{len(self.windows)}")
        self.windows[name] = window
        if len(self.windows) > MOST_WINDOWS:
            raise NotSimple
        return exp.column(name)

    def _prepared(self, column: str, rule: Rule) -> exp.Expr:
        """A column after its null rule, outside of any window."""
        if rule.name == NullHandling.FORWARD_FILL:
            return self._value(self._of("lag", column, rule, Frame(0, 0)))
        plain = exp.column(column)
        filled = exp.Coalesce(this=plain, expressions=[exp.Literal.number(0)])
        return filled if rule.name == NullHandling.ZERO_FILL else plain

    def _planned(self, window: exp.Window, rule: Rule) -> dict[str, Any]:
        """The window's entry in the plan. NotSimple."""
        _require_only_arguments(window, "this", "partition_by", "order", "spec", "over")
        apart = [_name(arg) for arg in window.args.get("partition_by") or []]
        if sorted(apart) != sorted([*self.entity, *([rule.flag] if rule.flag else [])]):
            raise NotSimple
        order = window.args.get("order")
        by = (
            [_name(expression.this) for expression in order.expressions if not expression.args.get("desc")]
            if order
            else []
        )
        if by != self.order[: len(order.expressions) if order else 0]:
            raise NotSimple
        function, column, rule = self._function(window.this, rule)
        frame = _frame(window, function, ordered=bool(by))
        if frame != ENTITY or function not in AGGREGATES:
            tie = {"columns": len(by), "dropped_by": list(rule.dropped_by)}
            self.ties += [tie] if tie not in self.ties else []
        return self._of(function, column, rule, frame)

    def _function(self, called: exp.Expr, rule: Rule) -> tuple[str, str, Rule]:
        """The function, its column (empty when it counts rows), and the null rule that applies to it."""
        function = FUNCTIONS.get(type(called))
        if function is None:
            raise NotSimple
        _require_only_arguments(called, "this", "offset", "big_int")
        if function == "row_number" or (function == "count" and isinstance(called.this, exp.Star)):
            return function, "", rule
        plain = _without_a_zero(called.this)
        column = rule.column(_name(plain))
        if (function != "count" or plain is not called.this) and self.kinds.get(column, Kind.DOUBLE) not in NUMBERS:
            raise NotSimple
        return function, column, rule if plain is called.this else rule.with_zeros()

    def _of(self, function: str, column: str, rule: Rule, frame: Frame) -> dict[str, Any]:
        dropped_by = list(rule.dropped_by)
        return {"function": function, "column": column, "rule": rule.name, "dropped_by": dropped_by, **frame._asdict()}


def _without_a_zero(argument: Any) -> Any:
    """The argument x of `COALESCE(x, 0)`; anything else unchanged."""
    if isinstance(argument, exp.Coalesce) and [expression.sql() for expression in argument.expressions] == ["0"]:
        return argument.this
    return argument


def _bare(values: exp.Select) -> dict[str, str]:
    """The source column of each selected column, or `true` for that constant; empty if any of them is computed."""
    columns = {expression.alias_or_name: _column_in(expression.unalias()) for expression in values.expressions}
    return columns if all(columns.values()) else {}


def _column_in(value: exp.Expr) -> str:
    """The name of the column behind a value, ignoring a cast to float64 and the CASE for dropped rows; else empty."""
    if isinstance(value, exp.Case) and len(value.args["ifs"]) == 1 and not value.args.get("default"):
        value = value.args["ifs"][0].args["true"]
    if isinstance(value, exp.Cast) and value.to.is_type("DOUBLE"):
        value = value.this.unnest()
    if isinstance(value, exp.Boolean) and value.this:
        return "true"
    return value.name if isinstance(value, exp.Column) else ""


def _frame(window: exp.Window, function: str, *, ordered: bool) -> Frame:
    """The window's frame. NotSimple also when it includes tied rows or rows after the current one."""
    spec = window.args.get("spec")
    if function == "lag" and ordered and not spec:
        back = _count(window.this.args.get("offset") or exp.Literal.number(1))
        return Frame(*[-back if isinstance(window.this, exp.Lead) else back] * 2)
    if function == "row_number" and ordered and not spec:
        return ENTITY
    if function == "first_value" and ordered and not spec:
        return Frame(None, 0)
    if function in AGGREGATES and not ordered and not spec:
        return ENTITY
    if spec is None or function not in (*AGGREGATES, "first_value"):
        raise NotSimple
    return _frame_of_rows(spec, function, ordered=ordered)


def _frame_of_rows(spec: exp.WindowSpec, function: str, *, ordered: bool) -> Frame:
    _require_only_arguments(spec, "kind", "start", "start_side", "end", "end_side")
    bounds = spec.args
    if function in AGGREGATES and bounds.get("start") == bounds.get("end") == "UNBOUNDED":
        return ENTITY
    if str(bounds.get("kind")).upper() != "ROWS" or not ordered:
        raise NotSimple
    frame = Frame(
        _back(bounds.get("start"), bounds.get("start_side")), _back(bounds.get("end"), bounds.get("end_side"))
    )
    if frame.last is None or (frame.first is not None and not frame.last <= frame.first <= LONGEST_FRAME):
        raise NotSimple
    if function == "first_value" and frame.last:
        raise NotSimple
    return frame


def _back(bound: Any, side: Any) -> int | None:
    """How many rows before the current one a bound lies; None for an unbounded one."""
    if bound is None or bound == "CURRENT ROW":
        return 0
    if side != "PRECEDING":
        raise NotSimple
    return None if bound == "UNBOUNDED" else _count(bound)


def _count(literal: Any) -> int:
    if isinstance(literal, exp.Literal) and not literal.is_string and literal.name.isdecimal():
        return int(literal.name)
    raise NotSimple


def _name(column: Any) -> str:
    if isinstance(column, exp.Column):
        return str(column.name)
    raise NotSimple


def _require_only_arguments(node: exp.Expr, *known: str) -> None:
    if any(value for name, value in node.args.items() if name not in known):
        raise NotSimple
