"""The parameters of a schema check (P4): a data set against what the features computed from it rely on.

>>> SchemaParameters.parse({"dataset": "orders", "columns": [{"name": "x", "allowed": 3}]})[0][0].message
'columns[0].allowed is a list of values.'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import NAME, NAMES, ParameterFault, Rule, parse

RULES = {
    "dataset": NAME,
    "features": NAMES,
    "columns": Rule(
        lambda value: isinstance(value, list) and all(isinstance(column, Mapping) for column in value),
        "a list of objects",
    ),
    "unique": NAMES,
}


class Expectation(NamedTuple):
    """What a column must be. ``type``: Arrow's name of it, any when empty; ``allowed``: its values, any when None."""

    name: str
    type: str = ""
    nullable: bool = True
    unique: bool = False
    allowed: list[Any] | None = None
    because: str = ""


OF_A_COLUMN: Mapping[str, Rule] = {
    "name": Rule(lambda value: isinstance(value, str) and bool(value), "the name of a column"),
    "type": Rule(lambda value: isinstance(value, str), "the name of a type, such as int64, double or string"),
    "nullable": Rule(lambda value: isinstance(value, bool), "true or false"),
    "unique": Rule(lambda value: isinstance(value, bool), "true or false"),
    "allowed": Rule(lambda value: value is None or isinstance(value, list), "a list of values"),
    "because": Rule(lambda value: isinstance(value, str), "a sentence"),
}


class SchemaParameters(NamedTuple):
    """``dataset``: what is looked at. ``features``: names of features whose needs it must meet, all that are computed
    from it when empty. ``columns``: further expectations. ``unique``: columns that together tell rows apart; the data
    set's own key when empty."""

    dataset: str
    features: list[str] = []
    columns: list[dict[str, Any]] = []
    unique: list[str] = []

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    @property
    def expectations(self) -> list[Expectation]:
        return [Expectation(**column) for column in self.columns]

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], SchemaParameters | None]:
        """Every fault of the given parameters, and the parameters; None when one is not of its kind."""
        faults, parsed = parse(cls, RULES, values)
        if parsed:
            faults += list(_column_faults(parsed.columns))
        return faults, parsed


def _column_faults(columns: Sequence[Mapping[str, Any]]) -> Iterator[ParameterFault]:
    for index, column in enumerate(columns):
        for fault in parse(Expectation, OF_A_COLUMN, column)[0]:
            place = f"columns[{index}].{fault.field}"
            yield ParameterFault(place, fault.code, f"columns[{index}].{fault.message}")
