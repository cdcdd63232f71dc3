"""Columns, literals, operators and cases."""

from __future__ import annotations

import re

from sqlglot import exp

from registry.engines.kinds import Kind
from registry.engines.pushdown_sql import literal
from registry.engines.translation.teller import Rule, Teller, Typed, as_double, written

ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def _column(teller: Teller, node: exp.Expression) -> Typed:
    kind = teller.kinds.get(node.name.lower(), Kind.OTHER)
    if kind is Kind.OTHER:
        raise teller.untold(f"The column {node.name}", f"it is {kind}")
    return Typed(node.copy(), kind)


def _literal(teller: Teller, node: exp.Expression) -> Typed:
    if node.is_string:
        return Typed(node.copy(), Kind.TEXT)
    if node.name.isdecimal():
        return Typed(node.copy(), Kind.WHOLE)
    if re.fullmatch(r"\d*\.\d*", node.name):
        return Typed(node.copy(), Kind.DECIMAL)
    return Typed(exp.maybe_parse(literal(float(node.name)), dialect="duckdb"), Kind.DOUBLE)


def _paren(teller: Teller, node: exp.Expression) -> Typed:
    value = teller.tell(node.this)
    return Typed(exp.paren(value.tree), value.kind)


def _arithmetic(teller: Teller, node: exp.Expression) -> Typed:
    what = f"The operator {node.key.upper()}"
    left, right = teller.number(node.left, what), teller.number(node.right, what)
    if Kind.DOUBLE in (left.kind, right.kind):
        return Typed(type(node)(this=as_double(left), expression=as_double(right)), Kind.DOUBLE)
    kind = Kind.DECIMAL if Kind.DECIMAL in (left.kind, right.kind) else Kind.WHOLE
    return Typed(type(node)(this=left.tree, expression=right.tree), kind)


def _remainder(teller: Teller, node: exp.Expression) -> Typed:
    left, right = teller.number(node.left, "A remainder"), teller.number(node.right, "A remainder")
    if not left.kind is right.kind is Kind.WHOLE:
        raise teller.untold("A remainder of anything but whole numbers", "PostgreSQL has none")
    return Typed(exp.Mod(this=left.tree, expression=right.tree), Kind.WHOLE)


def _quotient(teller: Teller, node: exp.Expression) -> Typed:
    """A float64 whatever it is of; IEEE's infinities and NaN where the divisor is zero."""
    divisor = teller.number(node.right, "A quotient")
    above, below = as_double(teller.number(node.left, "A quotient")), as_double(divisor)
    plain = exp.Div(this=above, expression=below)
    if isinstance(node.right, exp.Literal) and float(node.right.name):
        return Typed(plain, Kind.DOUBLE)
    for part in (above, below):
        teller.repeated(part)
    signs = {"above": above, "below": below, "sign": exp.Literal.number(1)}
    if divisor.kind is Kind.DOUBLE:  # which alone has a zero below zero
        text = exp.cast(below.copy(), "TEXT")
        negative = exp.Like(this=text, expression=exp.Literal.string("-%"))
        signs["sign"] = exp.case().when(negative, "-1").else_("1")
    return Typed(
        written(
            "CASE WHEN :below = 0 THEN CASE WHEN :above > 0 AND :above < CAST('NaN' AS DOUBLE) "
            "THEN :sign * CAST('Infinity' AS DOUBLE) WHEN :above < 0 THEN :sign * CAST('-Infinity' AS DOUBLE) "
            "WHEN :above IS NULL THEN NULL ELSE CAST('NaN' AS DOUBLE) END ELSE :plain END",
            signs | {"plain": plain},
        ),
        Kind.DOUBLE,
    )


def _negative(teller: Teller, node: exp.Expression) -> Typed:
    value = teller.number(node.this, "The negative")
    return Typed(exp.Neg(this=exp.paren(value.tree)), value.kind)


def _comparison(teller: Teller, node: exp.Expression) -> Typed:
    (left, right), kind = teller.alike([node.left, node.right], "A comparison")
    left = teller.in_order(left, kind) if isinstance(node, ORDERED) else left
    return Typed(type(node)(this=left, expression=right), Kind.TRUTH)


def _between(teller: Teller, node: exp.Expression) -> Typed:
    (value, low, high), kind = teller.alike([node.this, node.args["low"], node.args["high"]], "BETWEEN")
    return Typed(exp.Between(this=teller.in_order(value, kind), low=low, high=high), Kind.TRUTH)


def _in(teller: Teller, node: exp.Expression) -> Typed:
    (value, *listed), _ = teller.alike([node.this, *node.expressions], "IN")
    return Typed(exp.In(this=value, expressions=listed), Kind.TRUTH)


def _is(teller: Teller, node: exp.Expression) -> Typed:
    if isinstance(node.expression, exp.Null):
        return Typed(exp.Is(this=teller.tell(node.this).tree, expression=exp.Null()), Kind.TRUTH)
    truth = teller.truth(node.this, "IS TRUE")
    return Typed(exp.Is(this=truth, expression=node.expression.copy()), Kind.TRUTH)


def _connected(teller: Teller, node: exp.Expression) -> Typed:
    what = node.key.upper()
    left, right = teller.truth(node.left, what), teller.truth(node.right, what)
    return Typed(type(node)(this=left, expression=right), Kind.TRUTH)


def _not(teller: Teller, node: exp.Expression) -> Typed:
    return Typed(exp.Not(this=exp.paren(teller.truth(node.this, "NOT"))), Kind.TRUTH)


def _case(teller: Teller, node: exp.Expression) -> Typed:
    branches = node.args["ifs"]
    conditions = [branch.this for branch in branches]
    if node.this:
        (value, *conditions), _ = teller.alike([node.this, *conditions], "CASE")
    else:
        value, conditions = None, [teller.truth(condition, "WHEN") for condition in conditions]
    otherwise = node.args.get("default")
    results = [branch.args["true"] for branch in branches] + ([otherwise] if otherwise else [])
    told, kind = teller.alike(results, "CASE")
    ifs = [exp.If(this=one, true=result) for one, result in zip(conditions, told, strict=False)]
    return Typed(exp.Case(this=value, ifs=ifs, default=told[-1] if otherwise else None), kind)


def _joined(teller: Teller, node: exp.Expression) -> Typed:
    (left, right), kind = teller.alike([node.left, node.right], "||")
    if kind is not Kind.TEXT:
        raise teller.untold(f"|| of {kind}", "it joins text there")
    return Typed(exp.DPipe(this=left, expression=right), Kind.TEXT)


def _like(teller: Teller, node: exp.Expression) -> Typed:
    value, pattern = teller.tell(node.this), node.expression
    plain = isinstance(pattern, exp.Literal) and pattern.is_string and "\\" not in pattern.name
    if not plain or value.kind is not Kind.TEXT:
        raise teller.untold("This LIKE", "it takes text and a pattern in quotes without a backslash there")
    return Typed(exp.Like(this=value.tree, expression=pattern.copy()), Kind.TRUTH)


RULES: dict[type, Rule] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Paren: _paren,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _arithmetic),
    exp.Mod: _remainder,
    exp.Div: _quotient,
    exp.Neg: _negative,
    **dict.fromkeys((exp.EQ, exp.NEQ, *ORDERED, exp.NullSafeEQ, exp.NullSafeNEQ), _comparison),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    **dict.fromkeys((exp.And, exp.Or), _connected),
    exp.Not: _not,
    exp.Case: _case,
    exp.DPipe: _joined,
    exp.Like: _like,
    exp.Null: lambda teller, node: Typed(node.copy(), Kind.NOTHING),
    exp.Boolean: lambda teller, node: Typed(node.copy(), Kind.TRUTH),
}
