"""Translate feature logic for another engine, so that it computes the same value as DuckDB, or refuse with the reason.

The logic was accepted as SQL of DuckDB. A rule for each type of node gives the kind of its value and writes it so that
PostgreSQL and Spark agree with DuckDB: division of whole numbers, rounding of halves, casts of floats to whole numbers,
division by zero, NaN. A node without a rule is refused; nothing is passed on unchecked.

>>> import sqlglot
>>> value = translated(sqlglot.parse_one("AVG(n) > 0.5", dialect="duckdb"), {"n": Kind.WHOLE}, "postgres")
>>> value.tree.sql("postgres"), value.kind.name
('AVG(CAST(n AS DOUBLE PRECISION)) > CAST(0.5 AS DOUBLE PRECISION)', 'TRUTH')
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation import calendar, casts, function_names, functions, operators, windows
from registry.compute.pushdown.translation.translator import NotTranslatable, Rule, Translator, Typed, as_double

__all__ = ["NotTranslatable", "Typed", "as_double", "translated"]

RULES: dict[type, Rule] = {
    **operators.RULES,
    **casts.RULES,
    **functions.RULES,
    **calendar.RULES,
    **windows.RULES,
    **function_names.RULES,
}


def translated(tree: exp.Expr, kinds: Mapping[str, Kind], dialect: str) -> Typed:
    """``tree`` in terms of the engine of ``dialect``; ``kinds``: those of the columns, by lower-case name.

    NotTranslatable when there is no way to give the same value.
    """
    return Translator(kinds, dialect, RULES).translate(tree)
