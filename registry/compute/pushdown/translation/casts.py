"""Casts that round as DuckDB does. Casts whose result engines write differently are refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, written

ISO_DATE = r"\d{4}-\d\d-\d\d"
CASTS = {
    exp.DType.BOOLEAN: Kind.TRUTH,
    exp.DType.TINYINT: Kind.WHOLE,
    exp.DType.SMALLINT: Kind.WHOLE,
    exp.DType.INT: Kind.WHOLE,
    exp.DType.BIGINT: Kind.WHOLE,
    exp.DType.FLOAT: Kind.SINGLE,
    exp.DType.DOUBLE: Kind.DOUBLE,
    exp.DType.TEXT: Kind.TEXT,
    exp.DType.VARCHAR: Kind.TEXT,
    exp.DType.DATE: Kind.DATE,
    exp.DType.TIMESTAMP: Kind.TIME,
    exp.DType.TIMESTAMPNTZ: Kind.TIME,
}


def _cast(translator: Translator, node: exp.Expr) -> Typed:
    kind = CASTS.get(node.args["to"].this)
    written = node.args["to"].sql("duckdb")
    if kind is None or (node.args["to"].this is exp.DType.TINYINT and translator.dialect == "postgres"):
        raise translator.refusal(f"CAST to {written}", "the engine has no such type, or a different one of this name")
    if isinstance(node.this, exp.Literal) and node.this.is_string and _is_moment(node.this.name, kind):
        return Typed(exp.Cast(this=node.this.copy(), to=node.args["to"].copy()), kind)
    value = translator.translate(node.this)
    rule = (
        NO_CHANGE if value.kind in (kind, Kind.NOTHING) and kind is not Kind.WHOLE else CHANGES.get((value.kind, kind))
    )
    if rule is None:
        raise translator.refusal(f"CAST of {value.kind} to {written}", "engines write or round it differently")
    return Typed(exp.Cast(this=rule(translator, value.tree), to=node.args["to"].copy()), kind)


def _is_moment(text: str, kind: Kind) -> bool:
    time = rf"{ISO_DATE}( \d\d:\d\d:\d\d(\.\d{{1,6}})?)?"
    return (kind is Kind.DATE and bool(re.fullmatch(ISO_DATE, text))) or (
        kind is Kind.TIME and bool(re.fullmatch(time, text))
    )


Change = Callable[[Translator, exp.Expr], exp.Expr]


def _as_it_is(translator: Translator, tree: exp.Expr) -> exp.Expr:
    return tree


def _half_to_even(translator: Translator, tree: exp.Expr) -> exp.Expr:
    """DuckDB and PostgreSQL round a float to the nearest, a half to the even one; Spark cuts it."""
    tree = exp.cast(tree, "DOUBLE")
    return exp.func("RINT", tree) if translator.dialect == "spark" else tree


def _half_away(translator: Translator, tree: exp.Expr) -> exp.Expr:
    """DuckDB and PostgreSQL round a decimal's half away from zero; Spark cuts it."""
    return exp.Round(this=tree, decimals=exp.Literal.number(0)) if translator.dialect == "spark" else tree


def _not_zero(translator: Translator, tree: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=exp.paren(tree), expression=exp.Literal.number(0))


def _one_or_zero(translator: Translator, tree: exp.Expr) -> exp.Expr:
    tree = exp.paren(translator.repeated(tree))
    return exp.case().when(tree, "1").when(exp.Not(this=tree.copy()), "0")


def _to_float32(translator: Translator, tree: exp.Expr) -> exp.Expr:
    """A value that is too large is an error; Spark alone would make it an infinity."""
    if translator.dialect != "spark":
        return tree
    sql = (
        "CASE WHEN ABS(:v) < CAST('3.4028235677973366e38' AS DOUBLE) OR NOT ABS(:v) < CAST('Infinity' AS DOUBLE) "
        "THEN :v WHEN :v IS NOT NULL THEN RAISE_ERROR('A value does not fit into a float32.') END"
    )
    return written(sql, {"v": translator.repeated(tree)})


NO_CHANGE: Change = _as_it_is
CHANGES: dict[tuple[Kind, Kind], Change] = {
    (Kind.NOTHING, Kind.WHOLE): _as_it_is,
    (Kind.WHOLE, Kind.WHOLE): _as_it_is,
    (Kind.WHOLE, Kind.SINGLE): _as_it_is,
    (Kind.WHOLE, Kind.DOUBLE): _as_it_is,
    (Kind.WHOLE, Kind.TEXT): _as_it_is,
    (Kind.WHOLE, Kind.TRUTH): _not_zero,
    (Kind.SINGLE, Kind.WHOLE): _half_to_even,
    (Kind.SINGLE, Kind.DOUBLE): _as_it_is,
    (Kind.SINGLE, Kind.TRUTH): _not_zero,
    (Kind.DOUBLE, Kind.WHOLE): _half_to_even,
    (Kind.DOUBLE, Kind.SINGLE): _to_float32,
    (Kind.DOUBLE, Kind.TRUTH): _not_zero,
    (Kind.DECIMAL, Kind.WHOLE): _half_away,
    (Kind.DECIMAL, Kind.DOUBLE): _as_it_is,
    (Kind.DECIMAL, Kind.TRUTH): _not_zero,
    (Kind.TRUTH, Kind.WHOLE): _one_or_zero,
    (Kind.TRUTH, Kind.DOUBLE): _one_or_zero,
    (Kind.TRUTH, Kind.TEXT): _as_it_is,
    (Kind.DATE, Kind.TIME): _as_it_is,
    (Kind.TIME, Kind.DATE): _as_it_is,
}


RULES: dict[type, Rule] = {
    exp.Cast: _cast,
}
