"""Whether what a check asks of predictions can be answered by the columns of its data sets, before any row is read.

>>> sides = [{"id": "int64", "p": "double"}, {"id": "int64", "p": "double"}]
>>> late = LabelColumns("outcomes", {"id": "int64", "paid": "bool"}, ("id",))
>>> list(column_faults(PredictionParameters("p", "paid", labels="outcomes"), sides, late))
[]
>>> [fault.field for fault in column_faults(PredictionParameters("q", "paid"), sides, None)]
['prediction', 'label']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.compute.kinds.parameters import ParameterFault
from registry.compute.kinds.quality.parameters import PredictionParameters, type_faults
from registry.compute.name_lists import named

Types = Mapping[str, str]


class LabelColumns(NamedTuple):
    """A data set with labels that came later: its name, its columns' types, its key."""

    dataset: str
    types: Types
    key: Sequence[str]


def column_faults(
    parameters: PredictionParameters, sides: Sequence[Types], late: LabelColumns | None
) -> Iterator[ParameterFault]:
    """Every column that is missing where it is needed, or of a type that cannot be compared."""
    types: dict[str, str] = {}
    for role in ("prediction", "label", "group"):
        name = getattr(parameters, role)
        if not name:
            continue
        places = [late.types] if role == "label" and late else sides
        have = {column for place in places for column in place}
        if name not in have:
            message = f"There is no column {name!r}. Choose from {named(have, near=name)}."
            yield ParameterFault(role, "unknown_column", message)
        else:
            types[name] = next(place[name] for place in places if name in place)
    yield from type_faults(parameters, types)
    if late:
        yield from _key_faults(sides, late)


def _key_faults(sides: Sequence[Types], late: LabelColumns) -> Iterator[ParameterFault]:
    if not late.key:
        message = f"Data set {late.dataset} names no key, by which its labels are joined. Choose one that does."
        yield ParameterFault("labels", "no_key", message)
    lacking = [name for name in late.key if any(name not in side for side in sides)]
    if lacking:
        message = f"Labels are joined by the key of {late.dataset}, and a side has no column {', '.join(lacking)}."
        yield ParameterFault("labels", "unknown_column", message)
