"""Functions that compute with one row."""

from __future__ import annotations

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.column_sql import literal
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, as_double, whole_of, written

WITHOUT_A_FRACTION = "4503599627370496"  # 2 to the 52nd: every float64 from here on is whole


def _coalesce(translator: Translator, node: exp.Expr) -> Typed:
    values, kind = translator.alike([node.this, *node.expressions], "COALESCE")
    return Typed(exp.Coalesce(this=values[0], expressions=values[1:]), kind)


def _nullif(translator: Translator, node: exp.Expr) -> Typed:
    (left, right), kind = translator.alike([node.this, node.expression], "NULLIF")
    return Typed(exp.Nullif(this=left, expression=right), kind)


def _extreme(translator: Translator, node: exp.Expr) -> Typed:
    """GREATEST and LEAST ignore null, and NaN is greater than every number."""
    (first, *others), kind = translator.alike([node.this, *node.expressions], node.key.upper())
    values = [translator.in_order(first, kind), *others]
    return (
        Typed(type(node)(this=values[0], expressions=values[1:], ignore_nulls=True), kind)
        if others
        else Typed(first, kind)
    )


def _absolute(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.number(node.this, "ABS")
    return Typed(exp.Abs(this=value.tree), value.kind)


def _whole_below_or_above(translator: Translator, node: exp.Expr) -> Typed:
    """FLOOR and CEIL. In Spark they give whole numbers, which large floats do not fit into."""
    value = translator.number(node.this, node.key.upper())
    if value.kind is Kind.DECIMAL:
        return Typed(type(node)(this=value.tree), Kind.DECIMAL)
    sql = _with_sign("CAST(:whole AS DOUBLE)", "CAST(-(:whole) AS DOUBLE)")
    tree = translator.repeated(as_double(value))
    return Typed(written(sql, {"v": tree, "whole": type(node)(this=tree.copy())}), Kind.DOUBLE)


def _with_sign(above: str, below: str) -> str:
    """``above`` for values above zero and minus ``below`` for those below; a zero keeps its sign."""
    whole = f"NOT ABS(:v) < {WITHOUT_A_FRACTION} OR :v = 0"
    return f"CASE WHEN {whole} THEN :v WHEN :v < 0 THEN -{below} ELSE {above} END"


def _rounded(translator: Translator, node: exp.Expr) -> Typed:
    """ROUND, halves away from zero."""
    value, decimals = translator.number(node.this, "ROUND"), node.args.get("decimals")
    digits = whole_of(decimals) if decimals else 0
    if digits is None or digits > 15:
        raise translator.refusal("ROUND to these digits", "the digits have to be a whole number from 0 to 15")
    if value.kind is Kind.WHOLE:
        return value
    if value.kind is Kind.DECIMAL:
        return Typed(exp.Round(this=value.tree, decimals=exp.Literal.number(digits)), Kind.DECIMAL)
    tree = translator.repeated(value.tree)
    if not digits:
        return Typed(_half_away_from_zero(tree), Kind.DOUBLE)
    power: exp.Expr = exp.maybe_parse(literal(10.0**digits), dialect="duckdb")
    larger = exp.Mul(this=exp.paren(tree), expression=power)
    return Typed(exp.Div(this=_half_away_from_zero(larger), expression=power.copy()), Kind.DOUBLE)


def _half_away_from_zero(tree: exp.Expr) -> exp.Expr:
    size = "CASE WHEN ABS(:v) - FLOOR(ABS(:v)) >= 0.5 THEN FLOOR(ABS(:v)) + 1 ELSE FLOOR(ABS(:v)) END"
    sql = _with_sign(f"CAST({size} AS DOUBLE)", f"CAST({size} AS DOUBLE)")
    return written(sql, {"v": tree})


def _root(translator: Translator, node: exp.Expr) -> Typed:
    sql = "CASE WHEN :v < 0 THEN CAST('NaN' AS DOUBLE) ELSE :of END"
    tree = translator.repeated(translator.double(node.this, "SQRT"))
    return Typed(written(sql, {"v": tree, "of": exp.Sqrt(this=tree.copy())}), Kind.DOUBLE)


def _logarithm(translator: Translator, node: exp.Expr) -> Typed:
    sql = "CASE WHEN :v < 0 THEN CAST('NaN' AS DOUBLE) WHEN :v = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE :of END"
    tree = translator.repeated(translator.double(node.this, "LN"))
    return Typed(written(sql, {"v": tree, "of": exp.Ln(this=tree.copy())}), Kind.DOUBLE)


def _is_nan(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(written("(:v) = CAST('NaN' AS DOUBLE)", {"v": translator.double(node.this, "ISNAN")}), Kind.TRUTH)


def _is_inf(translator: Translator, node: exp.Expr) -> Typed:
    return Typed(
        written("ABS(:v) = CAST('Infinity' AS DOUBLE)", {"v": translator.double(node.this, "ISINF")}), Kind.TRUTH
    )


def _length(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.translate(node.this)
    if value.kind is not Kind.TEXT:
        raise translator.refusal(f"LENGTH of {value.kind}", "it needs text")
    return Typed(exp.Length(this=value.tree), Kind.WHOLE)


RULES: dict[type, Rule] = {
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    **dict.fromkeys((exp.Greatest, exp.Least), _extreme),
    exp.Abs: _absolute,
    **dict.fromkeys((exp.Floor, exp.Ceil), _whole_below_or_above),
    exp.Round: _rounded,
    exp.Sqrt: _root,
    exp.Ln: _logarithm,
    exp.IsNan: _is_nan,
    exp.IsInf: _is_inf,
    exp.Length: _length,
}
