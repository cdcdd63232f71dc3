"""What is only another spelling of the same computation: exact synonyms of functions, types, units and parts of a date.

A pair stands here only if the engine computes both alike for every value, null and type. `AVG` and `MEAN` are one
function to it; `COALESCE(x, 0)` and a CASE that says the same are not listed, because nobody can prove such pairs all.

>>> FUNCTION_SYNONYMS["mean"], TYPE_SYNONYMS["INT4"], PART_SYNONYMS["YEARS"]
('avg', 'INTEGER', 'YEAR')
"""

from __future__ import annotations

FUNCTION_SYNONYMS: dict[str, str] = {
    "mean": "avg", "stddev": "stddev_samp", "variance": "var_samp", "arbitrary": "first", "argmax": "arg_max",
    "max_by": "arg_max", "argmin": "arg_min", "min_by": "arg_min", "countif": "count_if", "quantile": "quantile_disc",
    "rank_dense": "dense_rank",
    "ceiling": "ceil", "pow": "**", "power": "**", "^": "**", "mod": "%", "@": "abs", "add": "+", "subtract": "-",
    "multiply": "*", "divide": "//", "log10": "log",
    "position": "instr", "strpos": "instr", "substr": "substring", "lcase": "lower", "ucase": "upper", "len": "length",
    "char_length": "length", "character_length": "length", "ends_with": "suffix", "starts_with": "^@",
    "split": "string_split", "str_split": "string_split", "string_to_array": "string_split",
    "datediff": "date_diff", "datesub": "date_sub", "datepart": "date_part", "datetrunc": "date_trunc",
    "dayofmonth": "day", "weekday": "dayofweek", "weekofyear": "week",
    "list_element": "list_extract", "array_contains": "list_contains", "array_has": "list_contains",
    "list_has": "list_contains", "array_position": "list_position", "list_indexof": "list_position",
}  # fmt: skip
# `year(d)` is what `date_part('year', d)` computes.
PART_FUNCTIONS: dict[str, str] = {
    "year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "week": "WEEK", "day": "DAY", "hour": "HOUR",
    "minute": "MINUTE", "second": "SECOND", "dayofweek": "DOW", "isodow": "ISODOW", "dayofyear": "DOY",
    "epoch": "EPOCH",
}  # fmt: skip
TYPE_SYNONYMS: dict[str, str] = {
    "BOOL": "BOOLEAN", "LOGICAL": "BOOLEAN", "INT1": "TINYINT", "INT2": "SMALLINT", "SHORT": "SMALLINT",
    "INT": "INTEGER", "INT4": "INTEGER", "SIGNED": "INTEGER", "INT8": "BIGINT", "LONG": "BIGINT", "INT128": "HUGEINT",
    "REAL": "FLOAT", "FLOAT4": "FLOAT", "FLOAT8": "DOUBLE", "NUMERIC": "DECIMAL", "TEXT": "VARCHAR",
    "STRING": "VARCHAR", "CHAR": "VARCHAR", "BPCHAR": "VARCHAR", "DATETIME": "TIMESTAMP", "TIMESTAMP_US": "TIMESTAMP",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
PART_SYNONYMS: dict[str, str] = {
    "YEARS": "YEAR", "YR": "YEAR", "YRS": "YEAR", "Y": "YEAR", "QUARTERS": "QUARTER", "MONTHS": "MONTH", "MON": "MONTH",
    "MONS": "MONTH", "WEEKS": "WEEK", "W": "WEEK", "WEEKOFYEAR": "WEEK", "DAYS": "DAY", "D": "DAY", "DAYOFMONTH": "DAY",
    "HOURS": "HOUR", "HR": "HOUR", "HRS": "HOUR", "H": "HOUR", "MINUTES": "MINUTE", "MIN": "MINUTE", "MINS": "MINUTE",
    "M": "MINUTE", "SECONDS": "SECOND", "SEC": "SECOND", "SECS": "SECOND", "S": "SECOND",
    "MILLISECONDS": "MILLISECOND", "MS": "MILLISECOND", "MSEC": "MILLISECOND", "MSECS": "MILLISECOND",
    "MICROSECONDS": "MICROSECOND", "US": "MICROSECOND", "USEC": "MICROSECOND", "USECS": "MICROSECOND",
    "DAYOFWEEK": "DOW", "WEEKDAY": "DOW", "DAYOFYEAR": "DOY",
}  # fmt: skip
# An interval is months, days and microseconds, which never become each other: a day may have 23 hours.
MICROSECONDS = 1_000_000
UNITS: dict[str, tuple[int, int, int]] = {
    "YEAR": (12, 0, 0), "QUARTER": (3, 0, 0), "MONTH": (1, 0, 0), "WEEK": (0, 7, 0), "DAY": (0, 1, 0),
    "HOUR": (0, 0, 3600 * MICROSECONDS), "MINUTE": (0, 0, 60 * MICROSECONDS), "SECOND": (0, 0, MICROSECONDS),
    "MILLISECOND": (0, 0, 1_000), "MICROSECOND": (0, 0, 1),
}  # fmt: skip
