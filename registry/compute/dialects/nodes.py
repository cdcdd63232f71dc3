"""Operators, conditions, windows and texts: what all dialects compute alike, with the checks that they do.

`operators` has what they compute differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from registry.compute.dialects.kinds import MOMENTS, NUMBERS, Kind, common
from registry.compute.dialects.translator import Refusal, Rule, Translator, Typed, over_aggregates, written


def _column(translator: Translator, node: exp.Expr) -> Typed:
    if node.args.get("table"):
        raise Refusal(f"Write {node.name} instead of {node.sql()}: the logic reads the source table only.")
    name = node.this
    tree = exp.column(exp.to_identifier(name.name, quoted=bool(name.args.get("quoted"))))
    return Typed(tree, translator.kinds.get(name.name.lower(), Kind.UNKNOWN))


def _literal(translator: Translator, node: exp.Expr) -> Typed:
    if node.is_string:
        return Typed(exp.Literal.string(node.name), Kind.TEXT)
    if node.name.isdecimal():
        return Typed(node.copy(), Kind.INT if int(node.name) < 2**31 else Kind.LONG)
    floating = "e" in node.name.lower() or translator.dialect.name == "bigquery"
    return Typed(node.copy(), Kind.DOUBLE if floating else Kind.DECIMAL)


def _raw(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(exp.Literal.string(node.name), Kind.TEXT)


def _as_it_is(kind: Kind) -> Rule:
    return lambda translator, node: Typed(node.copy(), kind)


def _paren(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.of(node.this)
    return Typed(exp.paren(value.tree, copy=False), value.kind)


def _negative(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.of(node.this)
    return Typed(exp.Neg(this=value.tree), value.kind)


def _logical(translator: Translator, node: exp.Expr) -> Typed:
    """AND, OR, NOT: conditions of the engine; numbers as conditions are not the same everywhere."""
    parts = {name: translator.of(part) for name, part in _parts(node).items()}
    for part in parts.values():
        if part.kind not in (Kind.TRUTH, Kind.UNKNOWN):
            raise Refusal(f"{node.key.upper()} takes conditions; {part.tree.sql('duckdb')} is {part.kind}.")
    return Typed(type(node)(**{name: part.tree for name, part in parts.items()}), Kind.TRUTH)


def _parts(node: exp.Expr) -> dict[str, exp.Expr]:
    return {name: node.args[name] for name in ("this", "expression") if isinstance(node.args.get(name), exp.Expr)}


def _comparison(translator: Translator, node: exp.Expr) -> Typed:
    if isinstance(node.expression, exp.Anonymous) and node.expression.name.lower() == "any":
        raise Refusal("= ANY(…) is not translated. Write x IN (…), or list_contains in dialect duckdb.")
    left, right = translator.of(node.this), translator.of(node.expression)
    _require_alike(translator, node, left, right)
    return Typed(type(node)(this=left.tree, expression=right.tree), Kind.TRUTH)


def _require_alike(translator: Translator, node: exp.Expr, left: Typed, right: Typed) -> None:
    """Refuse what one engine casts and another one does not, and orders of text that follow a collation."""
    kinds = {left.kind, right.kind}
    if Kind.TEXT in kinds and kinds & (NUMBERS | {Kind.TRUTH}):
        raise Refusal(f"{node.sql()[:80]} compares text with {(kinds - {Kind.TEXT}).pop()}. Cast one of them.")
    ordered = isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between)
    if ordered and translator.dialect.name == "postgres" and kinds == {Kind.TEXT}:
        raise Refusal("The order of text in PostgreSQL follows its collation. Compare numbers or dates.")


def _same_operator(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.of(node.this), translator.of(node.expression)
    for side in (left, right):
        if side.kind in (Kind.TEXT, Kind.TRUTH, Kind.LIST, Kind.JSON):
            raise Refusal(f"{node.sql()[:80]} takes numbers; {side.tree.sql('duckdb')[:40]} is {side.kind}.")
    return Typed(type(node)(this=left.tree, expression=right.tree), _of_sum(node, left.kind, right.kind))


def _of_sum(node: exp.Expr, left: Kind, right: Kind) -> Kind:
    if left in MOMENTS:
        return left if right in NUMBERS else Kind.TIME
    return right if right in MOMENTS else common([left, right])


def _difference(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.of(node.this), translator.of(node.expression)
    if left.kind in MOMENTS and right.kind in MOMENTS:
        return _between_moments(translator, node, left, right)
    return _same_operator(translator, node)


def _between_moments(translator: Translator, node: exp.Expr, left: Typed, right: Typed) -> Typed:
    days = left.kind is right.kind is Kind.DATE and translator.dialect.name in ("postgres", "snowflake")
    if not days and translator.dialect.name != "postgres":
        raise Refusal(
            f"{node.sql()[:80]} is an interval in {translator.title}. Write the difference in a unit, with DATEDIFF or DATE_DIFF."
        )
    return Typed(exp.Sub(this=left.tree, expression=right.tree), Kind.INT if days else Kind.INTERVAL)


def _joined(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.of(node.this), translator.of(node.expression)
    for side in (left, right):
        _require_text(translator, side, "||")
    return Typed(exp.DPipe(this=left.tree, expression=right.tree), Kind.TEXT)


def _require_text(translator: Translator, value: Typed, what: str) -> None:
    """Text, or a whole number, which every engine writes alike."""
    if value.kind not in (Kind.TEXT, Kind.INT, Kind.LONG, Kind.UNKNOWN):
        raise Refusal(
            f"{what} of {value.kind}: engines write it as text in different ways. Cast it to a whole number or format it."
        )


def _like(translator: Translator, node: exp.Expr) -> Typed:
    pattern = node.expression
    if isinstance(pattern, exp.Any) and isinstance(pattern.this, exp.Tuple | exp.Paren):
        choices = pattern.this.expressions or [pattern.this.this]
        likes = [
            _like(translator, type(node)(this=node.this.copy(), expression=choice.copy())).tree for choice in choices
        ]
        return Typed(exp.paren(exp.or_(*likes), copy=False), Kind.TRUTH)
    if not (isinstance(pattern, exp.Literal) and pattern.is_string and "\\" not in pattern.name):
        raise Refusal(
            "LIKE takes a text in quotes without a backslash, which escapes in some engines and not in others."
        )
    value = translator.of(node.this)
    return Typed(type(node)(this=value.tree, expression=pattern.copy()), Kind.TRUTH)


def _between(translator: Translator, node: exp.Expr) -> Typed:
    value, low, high = (translator.of(node.args[name]) for name in ("this", "low", "high"))
    _require_alike(translator, node, value, low)
    return Typed(exp.Between(this=value.tree, low=low.tree, high=high.tree), Kind.TRUTH)


def _in(translator: Translator, node: exp.Expr) -> Typed:
    unnested = node.args.get("unnest")
    choices = list(node.expressions)
    if isinstance(unnested, exp.Unnest) and isinstance(unnested.expressions[0], exp.Array):
        choices = list(unnested.expressions[0].expressions)
    if not choices or node.args.get("query"):
        raise Refusal("IN takes a list of values.")
    value, listed = translator.of(node.this), translator.all(choices)
    for choice in listed:
        _require_alike(translator, node, value, choice)
    return Typed(exp.In(this=value.tree, expressions=[choice.tree for choice in listed]), Kind.TRUTH)


def _is(translator: Translator, node: exp.Expr) -> Typed:
    if not isinstance(node.expression, exp.Null | exp.Boolean):
        raise Refusal("IS takes NULL, TRUE or FALSE.")
    return Typed(exp.Is(this=translator.of(node.this).tree, expression=node.expression.copy()), Kind.TRUTH)


def _case(translator: Translator, node: exp.Expr) -> Typed:
    subject = translator.of(node.this) if node.this else None
    checks = [(translator.of(check.this), translator.of(check.args["true"])) for check in node.args["ifs"]]
    default = translator.of(node.args["default"]) if node.args.get("default") else None
    values = [value for _, value in checks] + ([default] if default else [])
    kinds = [value.kind for value in values if not isinstance(value.tree, exp.Null)]
    tree = exp.Case(
        this=subject.tree if subject else None,
        ifs=[exp.If(this=condition.tree, true=value.tree) for condition, value in checks],
        default=default.tree if default else None,
    )
    return Typed(tree, common(kinds) if kinds else Kind.UNKNOWN)


def _call(translator: Translator, node: exp.Expr) -> Typed:
    arguments = list(node.expressions)
    if arguments and isinstance(arguments[0], exp.IgnoreNulls):
        value = translator.call(node.name.lower(), [arguments[0].this, *arguments[1:]])
        return Typed(exp.IgnoreNulls(this=value.tree), value.kind)
    return translator.call(node.name.lower(), arguments)


def _named(name: str) -> Rule:
    """Special forms that are calls of other dialects: `SUBSTRING(s FROM 1 FOR 2)`, `POSITION('a' IN s)`."""

    def rule(translator: Translator, node: exp.Expr) -> Typed:
        order = {"substring": ("this", "start", "length"), "position": ("substr", "this")}[name]
        return translator.call(name, [node.args[part] for part in order if node.args.get(part)])

    return rule


def _trim(translator: Translator, node: exp.Expr) -> Typed:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    return translator.call(name, [node.this, *([node.expression] if node.args.get("expression") else [])])


def _interval(translator: Translator, node: exp.Expr) -> Typed:
    from registry.compute.dialects.forms import UNITS, unit_of

    unit = unit_of(node.args["unit"]) if node.args.get("unit") else ""
    unit = "week" if unit in ("week", "weeks") else UNITS.get(unit, "")
    if not unit or unit == "quarter":
        raise Refusal(
            f"{node.sql()} is not an interval that is translated. Write a number and one unit, such as INTERVAL '7' DAY."
        )
    if isinstance(node.this, exp.Literal):
        if not node.this.name.lstrip("-").isdecimal():
            raise Refusal(f"{node.sql()} is not a whole number of {unit}s.")
        return Typed(exp.Interval(this=exp.Literal.string(node.this.name), unit=exp.var(unit.upper())), Kind.INTERVAL)
    return Typed(written(f"to_{unit}s(CAST(:a AS INTEGER))", [translator.of(node.this).tree]), Kind.INTERVAL)


def _distinct(translator: Translator, node: exp.Expr) -> Typed:
    values = translator.all(node.expressions)
    if len(values) != 1:
        raise Refusal("DISTINCT takes one value.")
    return Typed(exp.Distinct(expressions=[values[0].tree]), values[0].kind)


def _filtered(translator: Translator, node: exp.Expr) -> Typed:
    value, condition = translator.of(node.this), translator.of(node.expression.this)
    tree = over_aggregates(
        value.tree, lambda aggregate: exp.Filter(this=aggregate, expression=exp.Where(this=condition.tree.copy()))
    )
    return Typed(tree, value.kind)


def _ignoring_nulls(translator: Translator, node: exp.Expr) -> Typed:
    if not isinstance(node.this, exp.Anonymous):
        raise Refusal("IGNORE NULLS belongs to FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG or LEAD.")
    value = translator.of(node.this)
    return Typed(exp.IgnoreNulls(this=value.tree), value.kind)


def _group(translator: Translator, node: exp.Expr) -> Typed:
    """`PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)` is a call of two arguments."""
    orders = node.expression.expressions
    if len(orders) != 1 or orders[0].args.get("desc") or not isinstance(node.this, exp.Anonymous):
        raise Refusal("WITHIN GROUP takes one column in ascending order.")
    return translator.call(f"{node.this.name.lower()} within group", [*node.this.expressions, orders[0].this])


def _window(translator: Translator, node: exp.Expr) -> Typed:
    if node.args.get("alias") or node.args.get("first") or str(node.args.get("over", "OVER")).upper() != "OVER":
        raise Refusal("Write the window inside of OVER (…).")
    value = translator.of(node.this)
    partitions = [translator.of(part).tree for part in node.args.get("partition_by") or []]
    order, spec = node.args.get("order"), node.args.get("spec")
    orders = [_ordered(translator, part) for part in order.expressions] if order else []
    frame = _frame(translator, spec) if spec else _default_frame(translator, node)

    def over(aggregate: exp.Expr) -> exp.Expr:
        parts: dict[str, Any] = {"partition_by": [part.copy() for part in partitions]}
        if orders:
            parts["order"] = exp.Order(expressions=[part.copy() for part in orders])
        if frame:
            parts["spec"] = frame.copy()
        return exp.Window(this=aggregate, over="OVER", **parts)

    return Typed(over_aggregates(value.tree, over), value.kind)


def _ordered(translator: Translator, node: exp.Expr) -> exp.Expr:
    """Where nulls stand is written out: dialects have different defaults."""
    value = translator.of(node.this)
    if value.kind is Kind.TEXT and translator.dialect.name == "postgres":
        raise Refusal("The order of text in PostgreSQL follows its collation. Order by numbers or dates.")
    return exp.Ordered(
        this=value.tree, desc=bool(node.args.get("desc")), nulls_first=bool(node.args.get("nulls_first"))
    )


def _frame(translator: Translator, spec: exp.Expr) -> exp.Expr:
    frame = spec.copy()
    for bound in ("start", "end"):
        size = frame.args.get(bound)
        if isinstance(size, exp.Expr):
            frame.set(bound, translator.of(size).tree)
    return frame


def _default_frame(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    """In Snowflake FIRST_VALUE, LAST_VALUE and NTH_VALUE read the whole partition."""
    call = node.this.this if isinstance(node.this, exp.IgnoreNulls) else node.this
    name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
    if translator.dialect.name != "snowflake" or name not in ("first_value", "last_value", "nth_value"):
        return None
    unbounded: Callable[..., dict[str, str]] = lambda name, side: {name: "UNBOUNDED", f"{name}_side": side}  # noqa: E731
    return exp.WindowSpec(kind="ROWS", **unbounded("start", "PRECEDING"), **unbounded("end", "FOLLOWING"))


RULES: dict[type, Rule] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.RawString: _raw,
    exp.Null: _as_it_is(Kind.UNKNOWN),
    exp.Boolean: _as_it_is(Kind.TRUTH),
    exp.Star: _as_it_is(Kind.UNKNOWN),
    exp.Paren: _paren,
    exp.Neg: _negative,
    **dict.fromkeys((exp.And, exp.Or, exp.Not), _logical),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ), _comparison),
    **dict.fromkeys((exp.Add, exp.Mul), _same_operator),
    exp.Sub: _difference,
    exp.DPipe: _joined,
    **dict.fromkeys((exp.Like, exp.ILike), _like),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Case: _case,
    exp.Anonymous: _call,
    exp.Substring: _named("substring"),
    exp.StrPosition: _named("position"),
    exp.Trim: _trim,
    exp.Interval: _interval,
    exp.Distinct: _distinct,
    exp.Filter: _filtered,
    exp.IgnoreNulls: _ignoring_nulls,
    exp.WithinGroup: _group,
    exp.Window: _window,
}
