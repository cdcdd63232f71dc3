"""Schemas: the expectations that a column does not meet (P4), and what changed between two sides (P3).

>>> [one.sentence for one in changes({"a": "int64", "b": "double"}, {"a": "string"})]
['b is gone.', 'a is string, it was int64.']
>>> fits("int32", "int64"), fits("string", "int64")
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.engines.key_counts import ColumnCounts
from registry.compute.kinds.schema.parameters import Expectation

FAMILIES = {
    "whole number": ("int", "uint", "integer", "bigint", "smallint", "tinyint", "hugeint", "ubigint", "uinteger"),
    "number": ("float", "double", "halffloat", "decimal", "real"),
    "text": ("string", "large_string", "varchar", "dictionary"),
    "truth value": ("bool", "boolean"),
    "time": ("timestamp", "date", "time"),
}
WIDENS = {("whole number", "number")}  # a column of numbers may be whole


class Finding(NamedTuple):
    """An expectation of a column that is not met, or a change of it."""

    column: str
    issue: str
    sentence: str
    rows: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


def family(kind: str) -> str:
    """The family of a type, by Arrow's or the engine's name of it; the name itself when it has none."""
    plain = kind.lower()
    return next((name for name, begins in FAMILIES.items() if plain.startswith(begins)), plain)


def fits(kind: str, expected: str) -> bool:
    """Whether a column of a type can stand where another is expected: the same family, or whole numbers for numbers."""
    have, want = family(kind), family(expected)
    return have == want or (have, want) in WIDENS


def changes(reference: Mapping[str, str], current: Mapping[str, str]) -> list[Finding]:
    """Columns that are gone, new, or of another type."""
    gone = [Finding(name, "gone", f"{name} is gone.") for name in reference if name not in current]
    new = [Finding(name, "new", f"{name} is new.") for name in current if name not in reference]
    other = [
        Finding(name, "other_type", f"{name} is {current[name]}, it was {kind}.")
        for name, kind in reference.items()
        if name in current and current[name] != kind
    ]
    return gone + other + new


def breaches(
    expectations: Sequence[Expectation], types: Mapping[str, str], measured: Mapping[str, ColumnCounts]
) -> Iterator[Finding]:
    """Every expectation that is not met, each with why it is one. ``types`` and ``measured`` by column."""
    for wanted in expectations:
        because = f" {wanted.because}" if wanted.because else ""
        if wanted.name not in types:
            yield Finding(wanted.name, "gone", f"{wanted.name} is missing.{because}")
            continue
        if wanted.type and not fits(types[wanted.name], wanted.type):
            sentence = f"{wanted.name} is {types[wanted.name]}, expected {wanted.type}.{because}"
            yield Finding(wanted.name, "other_type", sentence)
        if wanted.name in measured:
            yield from _about_values(wanted, measured[wanted.name], because)


def _about_values(wanted: Expectation, counted: ColumnCounts, because: str) -> Iterator[Finding]:
    if not wanted.nullable and counted.nulls:
        sentence = f"{wanted.name} is null in {counted.nulls:,} of {counted.rows:,} rows.{because}"
        yield Finding(wanted.name, "null", sentence, counted.nulls)
    twice = counted.rows - counted.nulls - counted.distinct
    if wanted.unique and twice:
        yield Finding(wanted.name, "not_unique", f"{wanted.name} repeats in {twice:,} rows.{because}", twice)
    if wanted.allowed is not None and counted.not_allowed:
        rows = sum(counted.not_allowed.values())
        named = ", ".join(repr(value) for value in [*counted.not_allowed][:5])
        sentence = f"{wanted.name} has values that are not allowed in {rows:,} rows: {named}.{because}"
        yield Finding(wanted.name, "not_allowed", sentence, rows)
