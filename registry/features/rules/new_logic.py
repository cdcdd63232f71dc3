"""What new logic is held to beyond being computable: exact names, and aggregates that say over which rows.

Versions that were stored before keep computing: the engine folds case, and an aggregate without a window is computed for
each entity.

>>> from registry.compute.sandbox.accept import accept
>>> accepted = accept("AVG(Bp)", columns=["bp"])
>>> [fault.message for fault in faults(accepted, columns=["bp"], entity_key=["patient"])]
['There is no column Bp; names are exact. Write bp.', 'AVG(Bp) without OVER does not say over which rows. For each entity: AVG(Bp) OVER (PARTITION BY patient). Over the whole table: AVG(Bp) OVER ().']
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from registry.compute.sandbox.accept import DIALECT, Accepted, bare_aggregates
from registry.compute.sandbox.faults import Fault


def faults(accepted: Accepted, *, columns: Collection[str] | None, entity_key: Sequence[str]) -> list[Fault]:
    """Everything that new logic has to say more exactly; ``columns`` None: they are not known."""
    return [*_names(accepted, columns), *_aggregates(accepted, entity_key)]


def _names(accepted: Accepted, columns: Collection[str] | None) -> Iterator[Fault]:
    exact = {column.lower(): column for column in columns or ()}
    for name in accepted.columns:
        column = exact.get(name.lower(), name)
        if column != name:
            yield Fault("column_case", f"There is no column {name}; names are exact. Write {column}.")


def _aggregates(accepted: Accepted, entity_key: Sequence[str]) -> Iterator[Fault]:
    entity = ", ".join(entity_key) or "the entity key"
    for node in bare_aggregates(accepted.tree):
        text = node.sql(DIALECT)
        sentence = f"{text} without OVER does not say over which rows. For each entity: {text} OVER (PARTITION BY {entity}). Over the whole table: {text} OVER ()."
        yield Fault("no_window", sentence)
