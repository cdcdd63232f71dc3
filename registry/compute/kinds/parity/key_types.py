"""The keys by which rows of two data sets are matched: both sides must hold them in one kind of value."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import Duck, EngineFailed, quoted, source
from registry.compute.stats.equality_rule import Family, family_of, plain_type, rule_of

TIMES = frozenset({Family.DATE, Family.MOMENT})  # a date is the moment at which it begins


def require_alike(duck: Duck, sides: Sequence[tuple[str, Side]], keys: Sequence[str]) -> None:
    """EngineFailed, with every such column, where a key has values of two kinds. ``sides``: each data set with its name."""
    columns = ", ".join(quoted(key) for key in keys)
    schemas = [duck.table(f"SELECT {columns} FROM {source(side.local_files)} LIMIT 0").schema for _, side in sides]
    require_alike_in([(name, schema) for (name, _), schema in zip(sides, schemas, strict=True)], keys)


def require_alike_in(sides: Sequence[tuple[str, pa.Schema]], keys: Sequence[str]) -> None:
    """The same by the columns of each data set."""
    apart = []
    for key in keys:
        types = [plain_type(schema.field(key).type) for _, schema in sides]
        rule = rule_of(*types)
        if not rule.can_compare and {rule.trained, rule.current} != TIMES:
            held = [f"{family_of(kind)} ({kind}) in {name}" for kind, (name, _) in zip(types, sides, strict=True)]
            apart.append(f"{key} holds {' and '.join(held)}")
    if apart:
        raise EngineFailed(
            f"Rows cannot be matched: {'; '.join(apart)}. Give both sides one kind of value: change the kind of the column "
            "in how one of the data sets is read, or cast it where the data are written."
        )
