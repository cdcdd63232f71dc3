"""What new logic is held to beyond being computable: names are exact, and an aggregate is asked over which rows it goes.

Versions that were stored before keep computing: the engine folds case.

>>> from registry.compute.sandbox.acceptance.accept import accept
>>> accepted = accept("AVG(Bp)", columns=["bp"])
>>> [fault.message for fault in faults(accepted, columns=["bp"])]
['There is no column Bp; names are exact. Write bp.']
>>> warnings(accept("AVG(bp)", columns=["bp"]), entity_key=["patient"])
('AVG(bp) has no OVER: it is computed over all rows of each entity, later ones too, as AVG(bp) OVER (PARTITION BY patient). If you mean the whole table, write AVG(bp) OVER ().',)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from registry.compute.sandbox.acceptance.accept import DIALECT, Accepted, bare_aggregates
from registry.compute.sandbox.faults import Fault


def faults(accepted: Accepted, *, columns: Collection[str] | None) -> list[Fault]:
    """The names that are written in another case than the column's; ``columns`` None: they are not known."""
    exact = {column.lower(): column for column in columns or ()}
    pairs = ((name, exact.get(name.lower(), name)) for name in accepted.columns)
    return [
        Fault("column_case", f"There is no column {name}; names are exact. Write {column}.")
        for name, column in pairs
        if column != name
    ]


def warnings(accepted: Accepted, *, entity_key: Sequence[str]) -> tuple[str, ...]:
    """Over which rows each aggregate without a window goes, and how to write what else may have been meant."""
    entity = ", ".join(entity_key) or "the entity key"
    texts = dict.fromkeys(node.sql(DIALECT) for node in bare_aggregates(accepted.tree))
    return tuple(
        f"{text} has no OVER: it is computed over all rows of each entity, later ones too, as {text} OVER "
        f"(PARTITION BY {entity}). If you mean the whole table, write {text} OVER ()."
        for text in texts
    )
