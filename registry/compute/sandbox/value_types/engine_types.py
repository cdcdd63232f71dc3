"""The engine's types: by Arrow's names of them, in words, and which of them can be cast to which.

>>> engine_type("list<item: double>"), engine_type("timestamp[us, tz=UTC]"), engine_type("map<string, int64>")
('DOUBLE[]', 'TIMESTAMP WITH TIME ZONE', None)
>>> in_words("VARCHAR"), in_words("BIGINT"), in_words("INTEGER_LITERAL")
('text', 'a whole number', 'a whole number')
>>> is_castable("VARCHAR", "BIGINT"), is_castable("DATE", "BIGINT")
(True, False)
"""

from __future__ import annotations

import re

from registry.compute.sandbox.acceptance.synonyms import TYPE_SYNONYMS

WHOLE = frozenset(
    {
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
        "INTEGER_LITERAL",
    }
)  # fmt: skip
MOMENTS = frozenset(
    {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"}
)
WITH_A_TIME = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})
ARROW = {
    "bool": "BOOLEAN", "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "uint8": "UTINYINT",
    "uint16": "USMALLINT", "uint32": "UINTEGER", "uint64": "UBIGINT", "halffloat": "FLOAT", "float": "FLOAT",
    "double": "DOUBLE", "string": "VARCHAR", "large_string": "VARCHAR", "string_view": "VARCHAR", "binary": "BLOB",
    "large_binary": "BLOB", "date32[day]": "DATE", "date64[ms]": "DATE", "time32[s]": "TIME", "time32[ms]": "TIME",
    "time64[us]": "TIME", "time64[ns]": "TIME", "timestamp[s]": "TIMESTAMP", "timestamp[ms]": "TIMESTAMP",
    "timestamp[us]": "TIMESTAMP", "timestamp[ns]": "TIMESTAMP_NS",
}  # fmt: skip
DECIMAL = re.compile(r"decimal(?:32|64|128|256)\((\d+), (-?\d+)\)")
ZONED = re.compile(r"timestamp\[.*, tz=.*\]")
LIST = re.compile(r"(?:large_)?list<[^:<>]+: (.+)>")
ARRAY = re.compile(r"fixed_size_list<[^:<>]+: (.+)>\[(\d+)\]")
DICTIONARY = re.compile(r"dictionary<values=(.+), indices=.*>")
WIDEST = 38
KINDS = {
    "VARCHAR": "text", "STRING_LITERAL": "text", "BOOLEAN": "a truth value", "FLOAT": "a float32", "DOUBLE": "a float64",
    "DATE": "a date", "TIME": "a time of day", "INTERVAL": "an interval", "BLOB": "bytes", "SQLNULL": "null", '"NULL"': "null",
}  # fmt: skip


def engine_type(arrow: str) -> str | None:
    """The engine's type for a column of that Arrow type; None for types that it reads in a way of its own."""
    if arrow in ARROW:
        return ARROW[arrow]
    if match := DECIMAL.fullmatch(arrow):
        precision, scale = int(match[1]), int(match[2])
        return f"DECIMAL({precision},{scale})" if precision <= WIDEST and 0 <= scale <= precision else None
    if ZONED.fullmatch(arrow):
        return "TIMESTAMP WITH TIME ZONE"
    if match := DICTIONARY.fullmatch(arrow):
        return engine_type(match[1])
    if match := LIST.fullmatch(arrow) or ARRAY.fullmatch(arrow):
        item = engine_type(match[1])
        return item and f"{item}[{match[2] if match.re is ARRAY else ''}]"
    return None


def in_words(written: str) -> str:
    """A type of the engine in the words of a message."""
    name = written.upper()
    if name in WHOLE:
        return "a whole number"
    if name.endswith("]"):
        return "a list"
    if name.startswith(("DECIMAL", "NUMERIC")):
        return "a decimal"
    return KINDS.get(name) or ("a timestamp" if name in MOMENTS else name)


def kind_of(written: str) -> str:
    """What a type is to a cast: a number, a moment, a time of day, an interval, text or something else."""
    name = TYPE_SYNONYMS.get(written.upper(), written.upper())
    if name in WHOLE or name.startswith("DECIMAL") or name in ("FLOAT", "DOUBLE", "BOOLEAN"):
        return "number"
    if name in MOMENTS:
        return "moment"
    others = {"TIME": "time", "INTERVAL": "interval", "VARCHAR": "text", "STRING_LITERAL": "text"}
    return others.get(name, "other")


def is_castable(source: str, target: str) -> bool:
    """Whether some value of one type can be cast to another; text can, since it may spell anything."""
    kinds = kind_of(source), kind_of(target)
    if "text" in kinds or "other" in kinds or "NULL" in source.upper():
        return True
    return kinds[0] == kinds[1] or (kinds == ("moment", "time") and source.upper() in WITH_A_TIME)
