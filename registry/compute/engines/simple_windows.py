"""Which windows of feature logic are so simple that the sandbox computes them itself, over rows that it orders once.

A plan, as JSON takes it, or none where one of them is not: the engine computes them all then. Simple is a mean, sum,
count, extreme, neighbour, first value or number over exactly the entity, in event-time order and then the row key's,
its frame of rows ending at its row or before it, or being the whole entity; of a column of numbers, or of one with 0
for null, and nothing said besides. What is around the windows stays SQL, over a table that has a column for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlglot import exp

from registry.compute.definition import NullHandling
from registry.compute.engines.value_kinds import NUMBERS as ANY_NUMBERS
from registry.compute.engines.value_kinds import Kind

LONGEST_FRAME = 64  # rows back that are added up one by one
COMPUTED = "computed_rows"
MOST_WINDOWS = 16  # each is a column in memory
FUNCTIONS: dict[type, str] = {
    exp.Avg: "avg", exp.Sum: "sum", exp.Count: "count", exp.Min: "min", exp.Max: "max",
    exp.RowNumber: "row_number", exp.Lag: "lag", exp.Lead: "lag", exp.FirstValue: "first_value",
}  # fmt: skip
AGGREGATES = frozenset({"avg", "sum", "count", "min", "max"})
NUMBERS = ANY_NUMBERS - {Kind.DECIMAL}


class NotSimple(Exception):
    """Something that is the engine's to compute."""


class Rule(NamedTuple):
    """A side's null rule; the columns that it prepares, by what they are called then; those by which it drops rows, and
    the column that tells which it kept."""

    name: str
    prepared: Mapping[str, str]
    dropped_by: tuple[str, ...] = ()
    kept: str = ""

    def with_zeros(self) -> Rule:
        """The same with a zero in place of what is null after it."""
        carried, kept = self.name == NullHandling.FORWARD_FILL, self.name == NullHandling.DROP
        return self if kept else self._replace(name="forward_and_zero_fill" if carried else NullHandling.ZERO_FILL)

    def column(self, name: str) -> str:
        """The column that a window's argument is. NotSimple when the null rule does not see it."""
        if name in self.prepared or name in self.dropped_by:
            return self.prepared.get(name, name)
        raise NotSimple


class Frame(NamedTuple):
    """How many rows back it begins and ends; None: with the entity."""

    first: int | None
    last: int | None


ENTITY = Frame(None, None)


class Windows:
    """Those of both sides, each once whichever side it is of. ``entity`` and ``order``: columns by the names inside;
    ``kinds``: what their types are, where known."""

    def __init__(self, entity: Sequence[str], order: Sequence[str], kinds: Mapping[str, Kind]) -> None:
        self.entity, self.order, self.kinds = list(entity), list(dict.fromkeys(order)), kinds
        self.windows: dict[str, dict[str, Any]] = {}
        self.ties: list[dict[str, Any]] = []
        self.rules: dict[str, Rule] = {}

    def without(self, tree: exp.Expression, rule: Rule) -> exp.Expression:
        """The tree over columns of its windows' values. NotSimple when one of them is."""
        self.rules[rule.kept] = rule
        outside = exp.paren(tree.copy())
        for window in list(outside.find_all(exp.Window)):
            window.replace(self._value(self._told(window, rule)))
        for column in [one for one in outside.find_all(exp.Column) if one.name in rule.prepared]:
            column.replace(self._prepared(rule.prepared[column.name], rule))
        return outside.this

    def plan(self, values: exp.Select) -> dict[str, Any] | None:
        """As JSON takes it; None without a window. ``values``: what is selected over the windows' columns."""
        if not self.windows:
            return None
        kept = {name: list(one.dropped_by) for name, one in self.rules.items() if name}
        named = {column.name for column in values.find_all(exp.Column)}
        return {
            "entity": self.entity,
            "order": self.order,
            "named": any(self.kinds.get(name) not in (Kind.WHOLE, Kind.DATE, Kind.TIME) for name in self.entity),
            "windows": self.windows,
            "ties": self.ties,
            "arguments": self._arguments(),
            "kept": kept,
            "passed": sorted(named - set(self.windows) - set(kept) - {"ambiguous"}),
            "select": values.from_(exp.to_table(COMPUTED)).sql("duckdb"),
            "bare": _bare(values),
        }

    def _arguments(self) -> dict[str, bool]:
        """The columns that are needed in order, and whether their values are, or only where they have one."""
        found: dict[str, bool] = {}
        for window in self.windows.values():
            if window["column"]:
                found[window["column"]] = found.get(window["column"], False) or window["function"] != "count"
        return found | {name: found.get(name, False) for rule in self.rules.values() for name in rule.dropped_by}

    def _value(self, one: dict[str, Any]) -> exp.Column:
        """The column of a window, which may be another's too."""
        name = next((name for name, other in self.windows.items() if other == one), f"w{len(self.windows)}")
        self.windows[name] = one
        if len(self.windows) > MOST_WINDOWS:
            raise NotSimple
        return exp.column(name)

    def _prepared(self, column: str, rule: Rule) -> exp.Expression:
        """A column after its null rule, outside of every window."""
        if rule.name == NullHandling.FORWARD_FILL:
            return self._value(self._of("lag", column, rule, Frame(0, 0)))
        plain = exp.column(column)
        filled = exp.Coalesce(this=plain, expressions=[exp.Literal.number(0)])
        return filled if rule.name == NullHandling.ZERO_FILL else plain

    def _told(self, window: exp.Window, rule: Rule) -> dict[str, Any]:
        """The window as the plan has it."""
        _says_only(window, "this", "partition_by", "order", "spec", "over")
        apart = [_name(arg) for arg in window.args.get("partition_by") or []]
        if sorted(apart) != sorted([*self.entity, *([rule.kept] if rule.kept else [])]):
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

    def _function(self, called: exp.Expression, rule: Rule) -> tuple[str, str, Rule]:
        """What is called, of which column (none for rows themselves), and after which null rule."""
        function = FUNCTIONS.get(type(called))
        if function is None:
            raise NotSimple
        _says_only(called, "this", "offset", "big_int")
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
    """Of `COALESCE(x, 0)` what it is of; anything else as it is."""
    if isinstance(argument, exp.Coalesce) and [expression.sql() for expression in argument.expressions] == ["0"]:
        return argument.this
    return argument


def _bare(values: exp.Select) -> dict[str, str]:
    """The columns by what they are selected as, where nothing is computed with them; `true` is that. Else none."""
    found = {expression.alias_or_name: _column_in(expression.unalias()) for expression in values.expressions}
    return found if all(found.values()) else {}


def _column_in(value: exp.Expression) -> str:
    """The column that this is, but for a cast to float64, and for rows whose column is null where they were dropped."""
    if isinstance(value, exp.Case) and len(value.args["ifs"]) == 1 and not value.args.get("default"):
        value = value.args["ifs"][0].args["true"]
    if isinstance(value, exp.Cast) and value.to.is_type("DOUBLE"):
        value = value.this.unnest()
    if isinstance(value, exp.Boolean) and value.this:
        return "true"
    return value.name if isinstance(value, exp.Column) else ""


def _frame(window: exp.Window, function: str, *, ordered: bool) -> Frame:
    """NotSimple, too, where the frame ends with the rows that tie with this one, or ahead of it."""
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
    _says_only(spec, "kind", "start", "start_side", "end", "end_side")
    told = spec.args
    if function in AGGREGATES and told.get("start") == told.get("end") == "UNBOUNDED":
        return ENTITY
    if str(told.get("kind")).upper() != "ROWS" or not ordered:
        raise NotSimple
    frame = Frame(_back(told.get("start"), told.get("start_side")), _back(told.get("end"), told.get("end_side")))
    if frame.last is None or (frame.first is not None and not frame.last <= frame.first <= LONGEST_FRAME):
        raise NotSimple
    if function == "first_value" and frame.last:
        raise NotSimple
    return frame


def _back(bound: Any, side: Any) -> int | None:
    """How many rows back a frame's bound is; None at the entity's own."""
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


def _says_only(node: exp.Expression, *known: str) -> None:
    if any(told for name, told in node.args.items() if name not in known):
        raise NotSimple
