"""The types of sqlglot nodes that the allowed functions become, found by parsing each function once."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from registry.compute.sandbox.acceptance.as_written import AsWritten
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS

SPECIAL_FORMS = (
    "EXTRACT(hour FROM t)",
    "POSITION('a' IN s)",
    "SUBSTRING(s FROM 1 FOR 2)",
    "TRIM(s)",
    "DATE_TRUNC('month', t)",
    "DATE_DIFF('day', t, u)",
    "DATE_PART('hour', t)",
    "QUANTILE_CONT(x, 0.5)",
    "LAG(x, 1, 0)",
    "COUNT(*)",
    "DATE '2024-01-01'",
    "DATE(t)",
    "TIMESTAMP '2024-01-01 00:00:00'",
)


def _calls() -> Iterator[str]:
    yield from SPECIAL_FORMS
    for name, (fewest, most) in FUNCTIONS.items():
        for size in {fewest, most}:
            yield f"{name}({', '.join(f'c{index}' for index in range(size))})"


def _nodes() -> Iterator[type]:
    for call in _calls():
        tree = sqlglot.parse_one(call, dialect=AsWritten)
        yield from (type(node) for node in tree.walk() if isinstance(node, exp.Func | exp.Var | exp.Cast))


FUNCTION_NODES: frozenset[type] = frozenset(_nodes()) - {exp.Anonymous}
