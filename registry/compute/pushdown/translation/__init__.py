"""Feature logic as another engine computes it: the same value as in DuckDB, or a refusal that names the function.

The logic was accepted as DuckDB's. Each of its nodes has a rule here that says what kind of value it has and how it
is written so that PostgreSQL and Spark agree with DuckDB: quotients of whole numbers, halves that are rounded, casts of
floats to whole numbers, division by zero, NaN. What has no rule is refused; nothing is handed on as it stands.

>>> import sqlglot
>>> said = translated(sqlglot.parse_one("AVG(n) > 0.5", dialect="duckdb"), {"n": Kind.WHOLE}, "postgres")
>>> said.tree.sql("postgres"), said.kind.name
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
    """``tree`` for the engine of ``dialect``; ``kinds`` of the columns by lower-case name. NotTranslatable."""
    return Translator(kinds, dialect, RULES).tell(tree)
