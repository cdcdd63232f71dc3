"""Columns, literals, operators and cases."""

from __future__ import annotations

import re

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.column_sql import literal
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, as_double, written

ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def _column(translator: Translator, node: exp.Expr) -> Typed:
    kind = translator.kinds.get(node.name.lower(), Kind.OTHER)
    if kind is Kind.OTHER:
        raise translator.refusal(f"The column {node.name}", "engines do not share its type")
    return Typed(node.copy(), kind)


def _literal(translator: Translator, node: exp.Expr) -> Typed:
    if node.is_string:
        return Typed(node.copy(), Kind.TEXT)
    if node.name.isdecimal():
        return Typed(node.copy(), Kind.WHOLE)
    if re.fullmatch(r"\d*\.\d*", node.name):
        return Typed(node.copy(), Kind.DECIMAL)
    return Typed(exp.maybe_parse(literal(float(node.name)), dialect="duckdb"), Kind.DOUBLE)


def _paren(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.translate(node.this)
    return Typed(exp.paren(value.tree), value.kind)


def _arithmetic(translator: Translator, node: exp.Expr) -> Typed:
    what = f"The operator {node.key.upper()}"
    left, right = translator.number(node.this, what), translator.number(node.expression, what)
    if Kind.DOUBLE in (left.kind, right.kind):
        return Typed(type(node)(this=as_double(left), expression=as_double(right)), Kind.DOUBLE)
    kind = Kind.DECIMAL if Kind.DECIMAL in (left.kind, right.kind) else Kind.WHOLE
    return Typed(type(node)(this=left.tree, expression=right.tree), kind)


def _remainder(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.number(node.this, "A remainder"), translator.number(node.expression, "A remainder")
    if not left.kind is right.kind is Kind.WHOLE:
        raise translator.refusal("A remainder of anything but whole numbers", "PostgreSQL does not have it")
    return Typed(exp.Mod(this=left.tree, expression=right.tree), Kind.WHOLE)


def _quotient(translator: Translator, node: exp.Expr) -> Typed:
    """Division, always of float64; with a zero divisor the infinities and NaN of IEEE 754."""
    divisor = translator.number(node.expression, "A quotient")
    above, below = as_double(translator.number(node.this, "A quotient")), as_double(divisor)
    plain = exp.Div(this=above, expression=below)
    if isinstance(node.expression, exp.Literal) and float(node.expression.name):
        return Typed(plain, Kind.DOUBLE)
    for part in (above, below):
        translator.repeated(part)
    signs = {"above": above, "below": below, "sign": exp.Literal.number(1)}
    if divisor.kind is Kind.DOUBLE:  # only floats have a negative zero
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


def _negative(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.number(node.this, "The negative")
    return Typed(exp.Neg(this=exp.paren(value.tree)), value.kind)


def _comparison(translator: Translator, node: exp.Expr) -> Typed:
    (left, right), kind = translator.alike([node.this, node.expression], "A comparison")
    left = translator.in_order(left, kind) if isinstance(node, ORDERED) else left
    return Typed(type(node)(this=left, expression=right), Kind.TRUTH)


def _between(translator: Translator, node: exp.Expr) -> Typed:
    (value, low, high), kind = translator.alike([node.this, node.args["low"], node.args["high"]], "BETWEEN")
    return Typed(exp.Between(this=translator.in_order(value, kind), low=low, high=high), Kind.TRUTH)


def _in(translator: Translator, node: exp.Expr) -> Typed:
    (value, *listed), _ = translator.alike([node.this, *node.expressions], "IN")
    return Typed(exp.In(this=value, expressions=listed), Kind.TRUTH)


def _is(translator: Translator, node: exp.Expr) -> Typed:
    if isinstance(node.expression, exp.Null):
        return Typed(exp.Is(this=translator.translate(node.this).tree, expression=exp.Null()), Kind.TRUTH)
    truth = translator.truth(node.this, "IS TRUE")
    return Typed(exp.Is(this=truth, expression=node.expression.copy()), Kind.TRUTH)


def _connected(translator: Translator, node: exp.Expr) -> Typed:
    what = node.key.upper()
    left, right = translator.truth(node.this, what), translator.truth(node.expression, what)
    return Typed(type(node)(this=left, expression=right), Kind.TRUTH)


def _not(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(exp.Not(this=exp.paren(translator.truth(node.this, "NOT"))), Kind.TRUTH)


def _case(translator: Translator, node: exp.Expr) -> Typed:
    branches = node.args["ifs"]
    conditions = [branch.this for branch in branches]
    if node.this:
        (value, *conditions), _ = translator.alike([node.this, *conditions], "CASE")
    else:
        value, conditions = None, [translator.truth(condition, "WHEN") for condition in conditions]
    otherwise = node.args.get("default")
    results = [branch.args["true"] for branch in branches] + ([otherwise] if otherwise else [])
    values, kind = translator.alike(results, "CASE")
    ifs = [exp.If(this=test, true=result) for test, result in zip(conditions, values, strict=False)]
    return Typed(exp.Case(this=value, ifs=ifs, default=values[-1] if otherwise else None), kind)


def _joined(translator: Translator, node: exp.Expr) -> Typed:
    (left, right), kind = translator.alike([node.this, node.expression], "||")
    if kind is not Kind.TEXT:
        raise translator.refusal(f"|| of {kind}", "it needs text")
    return Typed(exp.DPipe(this=left, expression=right), Kind.TEXT)


def _like(translator: Translator, node: exp.Expr) -> Typed:
    value, pattern = translator.translate(node.this), node.expression
    plain = isinstance(pattern, exp.Literal) and pattern.is_string and "\\" not in pattern.name
    if not plain or value.kind is not Kind.TEXT:
        raise translator.refusal("This LIKE", "it needs text, and a pattern in quotes without a backslash")
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
    exp.Null: lambda translator, node: Typed(node.copy(), Kind.NOTHING),
    exp.Boolean: lambda translator, node: Typed(node.copy(), Kind.TRUTH),
}
