"""Schemas: the expectations that a column does not meet (P4), and what changed between two sides (P3).

>>> [one.sentence for one in changes({"a": "int64", "b": "double"}, {"a": "string"})]
['b is gone.', 'a is text (string), it was a whole number (int64).']
>>> [one.issue for one in changes({"a": "string"}, {"a": "large_string"})]
['spelling']
>>> fits("int32", "int64"), fits("string", "int64")
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.engines.key_counts import ColumnCounts
from registry.compute.kinds.schema.parameters import Expectation

FAMILIES = {
    "whole number": (
        "int8",
        "int16",
        "int32",
        "int64",
        "uint",
        "integer",
        "bigint",
        "smallint",
        "tinyint",
        "hugeint",
        "ubig",
    ),
    "number": ("float", "double", "halffloat", "decimal", "real"),
    "text": ("string", "large_string", "varchar", "utf8"),
    "truth value": ("bool", "boolean"),
    "moment": ("timestamp",),
    "date": ("date",),
    "time of day": ("time",),
    "duration": ("duration", "interval"),
    "list": ("list", "large_list", "fixed_size_list"),
    "nested value": ("struct", "map", "json"),
    "bytes": ("binary", "large_binary", "fixed_size_binary", "blob", "bytea"),
}
SPELLING = "spelling"  # the same kind of value, written in another way: no failure
NOTES = frozenset({"new", SPELLING})  # reported, and not a failure
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
    if match := re.match(r"dictionary<values=([^,]+)", plain):
        plain = match[1]
    if plain == "int" or re.match(r"(decimal|numeric)\w*\(\d+, ?0\)$", plain):
        return "whole number"
    return next((name for name, begins in FAMILIES.items() if plain.startswith(begins)), plain)


def fits(kind: str, expected: str) -> bool:
    """Whether a column of a type can stand where another is expected: the same family, or whole numbers for numbers."""
    have, want = family(kind), family(expected)
    return have == want or (have, want) in WIDENS


def changes(reference: Mapping[str, str], current: Mapping[str, str]) -> list[Finding]:
    """Columns that are gone, new, of another kind, or of the same kind in another spelling, which is a note."""
    gone = [Finding(name, "gone", f"{name} is gone.") for name in reference if name not in current]
    new = [Finding(name, "new", f"{name} is new.") for name in current if name not in reference]
    other = [
        _other_type(name, kind, current[name])
        for name, kind in reference.items()
        if name in current and current[name] != kind
    ]
    return gone + other + new


def _other_type(name: str, before: str, after: str) -> Finding:
    if "null" in (before, after):
        return Finding(name, SPELLING, f"{name} has no value at all on one side, and so no type.")
    if family(before) == family(after):
        return Finding(name, SPELLING, f"{name} is stored as {after}, it was {before}: the same kind of value.")
    return Finding(name, "other_type", f"{name} is {_kind(after)}, it was {_kind(before)}.")


def _kind(written: str) -> str:
    kind = family(written)
    article = "" if kind in ("text", "bytes") else "a "
    return written if kind == written else f"{article}{kind} ({written})"


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
