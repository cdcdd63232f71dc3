"""Does a definition say how its value is computed, or only where it is found?

Logic that names a column alone is compared by that name: whatever computes the column may change unseen, unless its
source table says what does.

>>> names_a_column('"order_count" -- as it comes'), names_a_column("(CAST(order_count AS DOUBLE))")
(True, True)
>>> names_a_column("order_count * 2"), names_a_column("order_count", "python")
(False, False)
"""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp

from registry.compute.dialects.code import CODE
from registry.compute.upstream import statements

NAME = re.compile(r'\s*(?:[^\W\d]\w*|"[^"]+"|`[^`]+`)\s*\Z')
OPERATORS = re.compile(r"[-+*/%|<>=',]|\bover\b", re.IGNORECASE)  # no column alone has one
HIDING = re.compile(r'--|/\*|["`]')  # begins what may hold an operator that is none
AROUND = (exp.Paren, exp.Cast, exp.TryCast, exp.Alias)


@lru_cache(maxsize=16_384)
def names_a_column(logic: str, dialect: str = "duckdb") -> bool:
    """Whether the logic is one column, in parentheses, cast or with comments or not. Code in another language never is."""
    if dialect in CODE:
        return False
    if NAME.match(logic):
        return True
    if OPERATORS.search(logic) and not HIDING.search(logic):
        return False
    parsed = statements(logic, dialect) or []
    node = parsed[0] if len(parsed) == 1 else None
    while isinstance(node, AROUND):
        node = node.this
    return isinstance(node, exp.Column)
