"""Aggregates and windows."""

from __future__ import annotations

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, name_of


def _sum(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.translate(node.this)
    if value.kind in (Kind.WHOLE, Kind.DECIMAL):
        return Typed(exp.Sum(this=value.tree), value.kind)
    return Typed(exp.Sum(this=translator.double(node.this, "SUM")), Kind.DOUBLE)


def _mean(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(exp.Avg(this=translator.double(node.this, "AVG")), Kind.DOUBLE)


def _count(translator: Translator, node: exp.Expr) -> Typed:
    if node.this is None or isinstance(node.this, exp.Star):
        return Typed(exp.Count(this=exp.Star()), Kind.WHOLE)
    return Typed(exp.Count(this=translator.translate(node.this).tree), Kind.WHOLE)


def _most_or_least(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.translate(node.this)
    if value.kind is Kind.TRUTH:
        raise translator.refusal(f"{node.key.upper()} of truth values", "write BOOL_OR or BOOL_AND")
    return Typed(type(node)(this=translator.in_order(value.tree, value.kind)), value.kind)


def _all_or_any(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(type(node)(this=translator.truth(node.this, name_of(node))), Kind.TRUTH)


def _filtered(translator: Translator, node: exp.Expr) -> Typed:
    """FILTER becomes a CASE inside of the aggregate, because Spark has no FILTER in windows."""
    aggregate = node.this.copy()
    if not isinstance(aggregate, exp.Sum | exp.Avg | exp.Count | exp.Min | exp.Max) or isinstance(
        aggregate.this, exp.Distinct
    ):
        raise translator.refusal(f"FILTER of {name_of(aggregate)}", "write CASE WHEN … END inside of it")
    star = aggregate.this is None or isinstance(aggregate.this, exp.Star)
    value = exp.Literal.number(1) if star else aggregate.this
    aggregate.set("this", exp.case().when(node.expression.this, value))
    return translator.translate(aggregate)


def _rank(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(node.copy(), Kind.DOUBLE if isinstance(node, exp.PercentRank | exp.CumeDist) else Kind.WHOLE)


def _neighbour(translator: Translator, node: exp.Expr) -> Typed:
    offset, default = node.args.get("offset"), node.args.get("default")
    values, kind = translator.alike([node.this, *([default] if default else [])], node.key.upper())
    offset = offset.copy() if offset else exp.Literal.number(1)
    return Typed(type(node)(this=values[0], offset=offset, default=values[1] if default else None), kind)


def _placed(translator: Translator, node: exp.Expr) -> Typed:
    value, offset = translator.translate(node.this), node.args.get("offset")
    return Typed(type(node)(this=value.tree, **({"offset": offset.copy()} if offset else {})), value.kind)


def _window(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.translate(node.this)
    order, spec = node.args.get("order"), node.args.get("spec")
    if spec:
        _check_frame(translator, spec)
    window = exp.Window(
        this=value.tree,
        partition_by=[translator.translate(arg).tree for arg in node.args.get("partition_by") or []],
        order=exp.Order(expressions=[_ordered(translator, expression) for expression in order.expressions])
        if order
        else None,
        spec=spec.copy() if spec else None,
        over="OVER",
    )
    return Typed(window, value.kind)


def _ordered(translator: Translator, node: exp.Expr) -> exp.Expr:
    value = translator.translate(node.this)
    tree = translator.in_order(value.tree, value.kind)
    return exp.Ordered(this=tree, desc=node.args.get("desc"), nulls_first=bool(node.args.get("nulls_first")))


def _check_frame(translator: Translator, spec: exp.Expr) -> None:
    kind = str(spec.args.get("kind", "")).upper()
    far = any(isinstance(spec.args.get(name), exp.Expr) for name in ("start", "end"))
    if kind == "GROUPS" or (kind == "RANGE" and far):
        raise translator.refusal(f"A frame of {kind}", "engines define it differently; use ROWS")


RULES: dict[type, Rule] = {
    exp.Sum: _sum,
    exp.Avg: _mean,
    exp.Count: _count,
    **dict.fromkeys((exp.Min, exp.Max), _most_or_least),
    **dict.fromkeys((exp.LogicalAnd, exp.LogicalOr), _all_or_any),
    exp.Filter: _filtered,
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile), _rank),
    **dict.fromkeys((exp.Lag, exp.Lead), _neighbour),
    **dict.fromkeys((exp.FirstValue, exp.LastValue, exp.NthValue), _placed),
    exp.Window: _window,
}
