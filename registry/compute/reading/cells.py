"""Cells of text as values of their column's kind. A cell that does not fit its kind is unreadable: null, and counted.

DuckDB computes the values, in expressions that are the same for every reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.compute.reading.description import MILLISECONDS, SECONDS, Reading, quoted_text

ARROW: Mapping[str, pa.DataType] = {
    "whole_number": pa.int64(),
    "number": pa.float64(),
    "truth_value": pa.bool_(),
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "time": pa.time64("us"),
    SECONDS: pa.timestamp("us"),
    MILLISECONDS: pa.timestamp("us"),
}
SQL = {
    "whole_number": "BIGINT", "number": "DOUBLE", "truth_value": "BOOLEAN", "text": "VARCHAR", "date": "DATE",
    "timestamp": "TIMESTAMP", "time": "TIME", SECONDS: "TIMESTAMP", MILLISECONDS: "TIMESTAMP",
}  # fmt: skip
ISO_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
OFFSET = r" ?(?:Z|[+-]\d{2}(?::?\d{2})?)"
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
AT_ONCE = 50  # columns of one statement: an engine plans many together more slowly than one after the other
SPACE = r"E' \t\r\n'"
FIRST, LAST = "TIMESTAMP '0001-01-01'", "TIMESTAMP '9999-12-31 23:59:59.999999'"
Mask = NDArray[np.bool_]


class Typed(NamedTuple):
    """Values, and by column which of its cells are unreadable; columns without any are left out."""

    rows: pa.RecordBatch
    unreadable: dict[str, Mask]


class Converter:
    """Turns text into values, by the kinds of a description. ``columns``: by name, of the given kind; others stay as they are."""

    def __init__(self, kinds: Mapping[str, str], reading: Reading) -> None:
        self.kinds, self.reading = kinds, reading
        self._engine = duckdb.connect(":memory:", config={"threads": 1, "python_enable_replacements": False})
        self._engine.execute("SET TimeZone = 'UTC'")

    def __call__(self, batch: pa.RecordBatch) -> Typed:
        names = [name for name in batch.schema.names if name in self.kinds]
        columns, unreadable = dict(zip(batch.schema.names, batch.columns, strict=True)), dict[str, Mask]()
        for first in range(0, len(names), AT_ONCE):
            self._convert(names[first : first + AT_ONCE], columns, unreadable)
        return Typed(pa.record_batch(columns), unreadable) if names else Typed(batch, {})

    def _convert(self, names: Sequence[str], columns: dict[str, pa.Array], unreadable: dict[str, Mask]) -> None:
        """Put the values of some columns in the place of their text."""
        self._engine.register(
            "cells", pa.table({f"c{place}": columns[name].cast(pa.string()) for place, name in enumerate(names)})
        )
        result = self._engine.sql(self._statement(names)).to_arrow_table().combine_chunks()
        self._engine.unregister("cells")
        for place, name in enumerate(names):
            columns[name] = _only(result[f"v{place}"], ARROW[self.kinds[name]])
            mask = result[f"u{place}"].to_numpy()
            if mask.any():
                unreadable[name] = mask.astype(bool)

    def _statement(self, names: Sequence[str]) -> str:
        """In stages, each of which computes an expression once: the cell, its value, its value within bounds."""
        stages: dict[str, list[str]] = {"n": [], "r": [], "v": [], "u": []}
        for place, name in enumerate(names):
            kind, words = self.kinds[name], self.reading.words_of(name)
            stages["n"].append(_without_null_words(f"c{place}", words, kind))
            stages["r"].append(_value(f"n{place}", kind, self.reading))
            stages["v"].append(_bounded(f"n{place}", f"r{place}", kind))
            stages["u"].append(f"v{place} IS NULL AND n{place} IS NOT NULL")
        query = "cells"
        for stage, expressions in stages.items():
            listed = ", ".join(f"{expression} AS {stage}{place}" for place, expression in enumerate(expressions))
            query = f"(SELECT *, {listed} FROM {query})"
        wanted = ", ".join(f"v{place}, u{place}" for place in range(len(names)))
        return f"SELECT {wanted} FROM {query}"


def _without_null_words(cell: str, words: Sequence[str], kind: str) -> str:
    """The cell, or null where it is a null word. White space around it counts in text only; else nothing but that is null."""
    if kind != "text":
        cell, words = f"trim({cell}, {SPACE})", [*dict.fromkeys(["", *words])]
    return f"CASE WHEN {cell} NOT IN ({', '.join(map(quoted_text, words))}) THEN {cell} END" if words else cell


def _value(cell: str, kind: str, reading: Reading) -> str:
    """The value of a cell as a DuckDB expression; null where it does not fit the kind."""
    if kind == "text":
        return cell
    if kind == "truth_value":
        listed = [", ".join(map(quoted_text, words)) for words in (TRUE, FALSE)]
        return f"CASE WHEN lower({cell}) IN ({listed[0]}) THEN true WHEN lower({cell}) IN ({listed[1]}) THEN false END"
    if kind == "time":
        return f"CASE WHEN regexp_full_match({cell}, {quoted_text(TIME)}) THEN TRY_CAST({cell} AS TIME) END"
    if kind in ("date", "timestamp"):
        return _moment(cell, reading, is_date=kind == "date")
    return _number(cell, kind, reading)


def _bounded(cell: str, value: str, kind: str) -> str:
    """The value where a column of its type holds it."""
    if kind == "number":  # an infinity that nobody wrote is a number too large for a float64
        return f"CASE WHEN NOT (isinf({value}) AND NOT regexp_matches({cell}, '(?i)inf')) THEN {value} END"
    if kind == "timestamp":
        return f"CASE WHEN {value} BETWEEN {FIRST} AND {LAST} THEN {value} END"
    if kind == "date":
        whole = f"date_trunc('day', {value}) = {value}"
        return f"CASE WHEN {value} BETWEEN {FIRST} AND {LAST} AND {whole} THEN CAST({value} AS DATE) END"
    if kind in (SECONDS, MILLISECONDS):
        per_second = 1 if kind == SECONDS else 1_000
        since, until = -62_135_596_800 * per_second, 253_402_300_800 * per_second - 1
        return f"CASE WHEN {value} BETWEEN {since} AND {until} THEN make_timestamp({value} * {1_000_000 // per_second}) END"
    return value


def whole_pattern(thousands: str) -> str:
    """A whole number with a sign, grouped or not."""
    return rf"[+-]?(?:{_digits(thousands)})"


def number_pattern(decimal: str, thousands: str) -> str:
    """A number with a sign, grouped or not, with an exponent or not; also NaN and the infinities."""
    mark = re.escape(decimal)
    mantissa = rf"(?:(?:{_digits(thousands)})(?:{mark}\d*)?|{mark}\d+)"
    return rf"[+-]?{mantissa}(?:[eE][+-]?\d+)?|(?i:[+-]?(?:nan|inf|infinity))"


def _digits(thousands: str) -> str:
    return r"\d+" + (rf"|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+" if thousands else "")


def _number(cell: str, kind: str, reading: Reading) -> str:
    thousands, decimal = reading.thousands or "", reading.decimal or "."
    plain = f"replace({cell}, {quoted_text(thousands)}, '')" if thousands else cell
    pattern, target = whole_pattern(thousands), "BIGINT"
    if kind == "number":
        pattern, target = number_pattern(decimal, thousands), "DOUBLE"
        plain = f"replace({plain}, {quoted_text(decimal)}, '.')" if decimal != "." else plain
    return f"CASE WHEN regexp_full_match({cell}, {quoted_text(pattern)}) THEN TRY_CAST({plain} AS {target}) END"


def _moment(cell: str, reading: Reading, *, is_date: bool) -> str:
    """A timestamp, UTC: by the stated formats, then by ISO 8601. A time zone is applied to times that have none."""
    formats = [
        text
        for form in reading.date_formats or ()
        for text in ([form] if _has_time(form) else [form, f"{form} %H:%M", f"{form} %H:%M:%S", f"{form} %H:%M:%S.%f"])
    ]
    iso = f"CASE WHEN regexp_full_match({cell}, {quoted_text(rf'{ISO_DATE}(?:[T ]{TIME})?')}) THEN TRY_CAST({cell} AS TIMESTAMP) END"
    local = f"coalesce(try_strptime({cell}, [{', '.join(map(quoted_text, formats))}]), {iso})" if formats else iso
    if (reading.time_zone or "UTC") != "UTC" and not is_date:
        local = f"timezone('UTC', timezone({quoted_text(reading.time_zone or '')}, {local}))"
    offset = f"regexp_full_match({cell}, {quoted_text(rf'{ISO_DATE}[T ]{TIME}{OFFSET}')})"
    return f"coalesce({local}, CASE WHEN {offset} THEN timezone('UTC', TRY_CAST({cell} AS TIMESTAMPTZ)) END)"


def _has_time(form: str) -> bool:
    return any(code in form for code in ("%H", "%I", "%-H", "%-I", "%T", "%c", "%X"))


def _only(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return array if array.type == kind else array.cast(kind)


def within_the_calendar(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """Dates and timestamps without those before the year 1 or after 9999, and which those are; None when there are none."""
    types = pa.types
    if not (types.is_timestamp(column.type) or types.is_date(column.type)) or len(column) == column.null_count:
        return column, None
    if types.is_timestamp(column.type) and column.type.unit == "ns":
        return column, None
    numbers = column.view(pa.int32() if types.is_date32(column.type) else pa.int64())
    first, last = _bounds(column.type)
    beyond = pc.fill_null(pc.or_(pc.less(numbers, first), pc.greater(numbers, last)), False)
    mask: Mask = beyond.to_numpy(zero_copy_only=False)
    if not mask.any():
        return column, None
    return pc.if_else(beyond, pa.scalar(None, column.type), column), mask


def _bounds(kind: pa.DataType) -> tuple[int, int]:
    days = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31
    if pa.types.is_date32(kind):
        return days
    unit = "ms" if pa.types.is_date64(kind) else kind.unit
    ticks = 86_400 * {"s": 1, "ms": 1_000, "us": 1_000_000}[unit]
    return days[0] * ticks, (days[1] + 1) * ticks - 1
