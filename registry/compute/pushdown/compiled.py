"""A definition as one SELECT for an engine that trains or serves: its null rule, its logic, the cast to its type.

The rules are those by which parity computes a definition inside that engine, so that the text gives the values that a
parity run compares. What the engine would compute differently is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlglot import exp

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import DIALECT, NotComputable, Source, value_select
from registry.compute.pushdown import postgres, spark

TARGETS: Mapping[str, Mapping[str, str]] = {
    DIALECT: {"TimeZone": "UTC"},
    "postgres": postgres.SETTINGS,
    "spark": {
        name: value
        for name, value in spark.SETTINGS.items()
        if name.startswith("spark.sql.") and not name.endswith("partitions")
    },
}
TABLE_NAME = re.compile(r"[^\W\d][\w$]{0,127}(\.[^\W\d][\w$]{0,127}){0,2}")


class Compiled(NamedTuple):
    """The statement, the settings of a session under which it computes the registered values, and what makes its value
    depend on the order of equal rows."""

    sql: str
    settings: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def compiled(definition: Definition, source: Source, *, name: str, dialect: str, table: str) -> Compiled:
    """The SELECT of a definition as a column ``name`` over ``table``. NotComputable, with what to change."""
    if dialect not in TARGETS:
        raise NotComputable(
            f"{dialect!r} is not a dialect to compile for: how it computes was never compared. Choose from {', '.join(TARGETS)}."
        )
    if not TABLE_NAME.fullmatch(table):
        raise NotComputable(f"{table!r} is not the name of a table, such as orders or sales.orders.")
    if dialect != DIALECT and not source.types:
        raise NotComputable(f"The types of {definition.source_table} are not known. Bind it to a data set first.")
    parts = [exp.to_identifier(part, quoted=True) for part in table.split(".")]
    place = exp.Table(**dict(zip(("this", "db", "catalog"), reversed(parts), strict=False)))
    tree, tied = value_select(source, definition, name, dialect=dialect, table=place)
    note = (
        f"Rows with equal {source.event_time} may be taken in any order where a window orders by it alone. Order by the row "
        "key too, for one value on every engine."
    )
    return Compiled(tree.sql(dialect, pretty=True), TARGETS[dialect], (note,) if tied else ())
