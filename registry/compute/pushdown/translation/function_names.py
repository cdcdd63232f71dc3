"""Functions that sqlglot knows by no name of its own."""

from __future__ import annotations

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.calendar import part_of
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, name_of, written


def _called(translator: Translator, node: exp.Expr) -> Typed:
    name, arguments = node.name.lower(), node.expressions
    if name == "mean":
        return translator.tell(exp.Avg(this=arguments[0].copy()))
    if name == "count_star":
        return Typed(exp.Count(this=exp.Star()), Kind.WHOLE)
    if name == "date_part":
        return part_of(translator, arguments[0].name.upper(), arguments[1])
    if name == "isfinite":
        value = {"v": translator.double(arguments[0], "ISFINITE")}
        return Typed(written("ABS(:v) < CAST('Infinity' AS DOUBLE)", value), Kind.TRUTH)
    raise translator.untold(name_of(node), "there is no way to write it there that gives DuckDB's values")


RULES: dict[type, Rule] = {exp.Anonymous: _called}
