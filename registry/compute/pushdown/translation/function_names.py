"""Functions for which sqlglot has no class of its own."""

from __future__ import annotations

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.calendar import part_of
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed, name_of, written


def _by_name(translator: Translator, node: exp.Expr) -> Typed:
    name, arguments = node.name.lower(), node.expressions
    if name == "mean":
        return translator.translate(exp.Avg(this=arguments[0].copy()))
    if name == "count_star":
        return Typed(exp.Count(this=exp.Star()), Kind.WHOLE)
    if name == "date_part":
        return part_of(translator, arguments[0].name.upper(), arguments[1])
    if name == "isfinite":
        value = {"v": translator.double(arguments[0], "ISFINITE")}
        return Typed(written("ABS(:v) < CAST('Infinity' AS DOUBLE)", value), Kind.TRUTH)
    raise translator.refusal(name_of(node), "it cannot be written so that it gives the values of DuckDB")


RULES: dict[type, Rule] = {exp.Anonymous: _by_name}
