"""What feature logic may consist of: a list of everything that is allowed, never of what is forbidden.

A feature that is computed again next year must give the same value, so nothing on the list depends on the clock, on
chance or on the session. Nor does the list contain what produces large values from small ones (`repeat`, `range`), what
reads other data, or what can run long without checking the time limit (`levenshtein`). What may make text longer is
bounded by `growth`, and arguments that must be constants by `guards`.
"""

from __future__ import annotations

from sqlglot import exp

DEEPEST = 40
LEVELS = 180  # of the engine's tree; a run allows 200, which leaves room for the statement around the logic
MOST_OPERATORS = 500
LARGEST_BOUND = 100_000
LARGEST_RANGE = 10**15  # of a RANGE frame, in the unit of the column that orders it

STRUCTURE: frozenset[type] = frozenset(
    {
        exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Star, exp.Tuple, exp.Interval,
        exp.Var, exp.DataType, exp.DataTypeParam, exp.Cast, exp.TryCast, exp.Case, exp.If, exp.Coalesce, exp.Nullif,
        exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.Filter, exp.Where, exp.Distinct, exp.IgnoreNulls,
        exp.RespectNulls, exp.Anonymous, exp.Between, exp.In, exp.WithinGroup, exp.Bracket, exp.Array,
    }
)  # fmt: skip
OPERATORS: frozenset[type] = frozenset(
    {
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.And, exp.Or, exp.Not, exp.EQ,
        exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike,
        exp.DPipe, exp.Xor, exp.SimilarTo, exp.Escape, exp.AtTimeZone, exp.JSONExtract, exp.JSONExtractScalar,
        exp.RegexpLike,
    }
)  # fmt: skip
TYPES: frozenset[str] = frozenset(
    {
        "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "INT128", "UTINYINT", "USMALLINT", "UINT", "UBIGINT", "FLOAT",
        "DOUBLE", "DECIMAL", "TEXT", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPNTZ", "INTERVAL",
        "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS",
    }
)  # fmt: skip
# As the engine's own parser spells them.
TYPE_NAMES: frozenset[str] = frozenset(
    {
        "BOOLEAN", "BOOL", "TINYINT", "INT1", "SMALLINT", "INT2", "INTEGER", "INT", "INT4", "BIGINT", "INT8", "HUGEINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "REAL", "FLOAT4", "DOUBLE", "FLOAT8", "DECIMAL",
        "NUMERIC", "VARCHAR", "TEXT", "STRING", "DATE", "TIME", "TIMESTAMP", "DATETIME", "TIMESTAMPTZ",
        "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "INTERVAL",
    }
)  # fmt: skip
PARTS = frozenset(
    {
        "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "DOW", "ISODOW", "DOY",
        "ISOYEAR", "EPOCH", "DAYOFWEEK", "DAYOFYEAR",
    }
)  # fmt: skip
TAKES_A_PART = frozenset(
    {"date_diff", "datediff", "date_part", "datepart", "date_sub", "datesub", "date_trunc", "datetrunc"}
)
# Refused like everything that is not on the list; listed here because the message says why.
CLOCK_AND_CHANCE = frozenset(
    {
        "now", "today", "current_date", "current_time", "current_timestamp", "get_current_timestamp", "localtime",
        "localtimestamp", "transaction_timestamp", "random", "setseed", "uuid", "gen_random_uuid", "nextval", "currval",
        "user", "current_user", "session_user", "hash", "rowid", "approx_quantile", "reservoir_quantile",
    }
)  # fmt: skip

# DuckDB's name of the function: its smallest and largest number of arguments.
AGGREGATES: dict[str, tuple[int, int]] = {
    "any_value": (1, 1), "approx_count_distinct": (1, 1), "arbitrary": (1, 1), "arg_max": (2, 2), "arg_min": (2, 2),
    "argmax": (2, 2), "argmin": (2, 2), "avg": (1, 1), "bool_and": (1, 1), "bool_or": (1, 1), "corr": (2, 2),
    "count": (0, 1), "count_if": (1, 1), "count_star": (0, 0), "countif": (1, 1), "covar_pop": (2, 2),
    "covar_samp": (2, 2), "entropy": (1, 1), "favg": (1, 1), "first": (1, 1), "fsum": (1, 1), "geomean": (1, 1),
    "geometric_mean": (1, 1), "kahan_sum": (1, 1), "kurtosis": (1, 1), "kurtosis_pop": (1, 1), "last": (1, 1),
    "mad": (1, 1), "max": (1, 1), "max_by": (2, 2), "mean": (1, 1), "median": (1, 1), "min": (1, 1), "min_by": (2, 2),
    "mode": (1, 1), "product": (1, 1), "quantile": (2, 2), "quantile_cont": (2, 2), "quantile_disc": (2, 2),
    "regr_avgx": (2, 2), "regr_avgy": (2, 2), "regr_count": (2, 2), "regr_intercept": (2, 2), "regr_r2": (2, 2),
    "regr_slope": (2, 2), "regr_sxx": (2, 2), "regr_sxy": (2, 2), "regr_syy": (2, 2), "sem": (1, 1),
    "skewness": (1, 1), "stddev": (1, 1), "stddev_pop": (1, 1), "stddev_samp": (1, 1), "sum": (1, 1),
    "var_pop": (1, 1), "var_samp": (1, 1), "variance": (1, 1),
}  # fmt: skip
# Those that also take their column as `WITHIN GROUP (ORDER BY column)`: one argument less.
WITHIN_GROUP = frozenset({"quantile_cont", "quantile_disc", "mode"})
WINDOWED: dict[str, tuple[int, int]] = {
    "cume_dist": (0, 0), "dense_rank": (0, 0), "first_value": (1, 1), "lag": (1, 3), "last_value": (1, 1),
    "lead": (1, 3), "nth_value": (2, 2), "ntile": (1, 1), "percent_rank": (0, 0), "rank": (0, 0),
    "row_number": (0, 0),
}  # fmt: skip
NUMBERS: dict[str, tuple[int, int]] = {
    "abs": (1, 1), "acos": (1, 1), "acosh": (1, 1), "asin": (1, 1), "asinh": (1, 1), "atan": (1, 1), "atan2": (2, 2),
    "atanh": (1, 1), "cbrt": (1, 1), "ceil": (1, 1), "ceiling": (1, 1), "cos": (1, 1), "cosh": (1, 1), "cot": (1, 1),
    "degrees": (1, 1), "exp": (1, 1), "floor": (1, 1), "gcd": (2, 2), "greatest": (1, 16), "isfinite": (1, 1),
    "isinf": (1, 1), "isnan": (1, 1), "lcm": (2, 2), "least": (1, 16), "ln": (1, 1), "log": (1, 2), "log10": (1, 1),
    "log2": (1, 1), "mod": (2, 2), "pi": (0, 0), "pow": (2, 2), "power": (2, 2), "radians": (1, 1), "round": (1, 2),
    "round_even": (2, 2), "sign": (1, 1), "sin": (1, 1), "sinh": (1, 1), "sqrt": (1, 1), "tan": (1, 1), "tanh": (1, 1),
    "trunc": (1, 2),
}  # fmt: skip
CONDITIONS: dict[str, tuple[int, int]] = {
    "coalesce": (1, 16), "if": (3, 3), "ifnull": (2, 2), "nullif": (2, 2),
}  # fmt: skip
TEXTS: dict[str, tuple[int, int]] = {
    "ascii": (1, 1), "bit_length": (1, 1), "char_length": (1, 1), "character_length": (1, 1), "chr": (1, 1),
    "concat": (1, 16), "concat_ws": (2, 16), "contains": (2, 2), "ends_with": (2, 2), "instr": (2, 2), "lcase": (1, 1),
    "left": (2, 2), "len": (1, 1), "length": (1, 1), "lower": (1, 1), "lpad": (3, 3), "ltrim": (1, 2), "md5": (1, 1),
    "ord": (1, 1), "position": (2, 2), "prefix": (2, 2), "regexp_extract": (2, 4), "regexp_full_match": (2, 3),
    "regexp_matches": (2, 3), "regexp_replace": (3, 4), "replace": (3, 3), "reverse": (1, 1), "right": (2, 2),
    "rpad": (3, 3), "rtrim": (1, 2), "sha1": (1, 1), "sha256": (1, 1), "split_part": (3, 3), "starts_with": (2, 2),
    "str_split": (2, 2), "string_split": (2, 2), "string_to_array": (2, 2), "strip_accents": (1, 1), "strlen": (1, 1),
    "strpos": (2, 2), "substr": (2, 3), "substring": (2, 3), "suffix": (2, 2), "translate": (3, 3), "trim": (1, 2),
    "ucase": (1, 1), "unicode": (1, 1), "upper": (1, 1),
}  # fmt: skip
DATES: dict[str, tuple[int, int]] = {
    "age": (2, 2), "date_add": (2, 2), "date_diff": (3, 3), "date_part": (2, 2), "date_sub": (3, 3),
    "date_trunc": (2, 2), "datediff": (3, 3), "datepart": (2, 2), "datesub": (3, 3), "datetrunc": (2, 2),
    "day": (1, 1), "dayname": (1, 1), "dayofmonth": (1, 1), "dayofweek": (1, 1), "dayofyear": (1, 1), "epoch": (1, 1),
    "epoch_ms": (1, 1), "epoch_ns": (1, 1), "epoch_us": (1, 1), "extract": (2, 2), "hour": (1, 1), "isodow": (1, 1),
    "isoyear": (1, 1), "last_day": (1, 1), "make_date": (3, 3), "make_timestamp": (1, 6), "microsecond": (1, 1),
    "millisecond": (1, 1), "minute": (1, 1), "month": (1, 1), "monthname": (1, 1), "quarter": (1, 1), "second": (1, 1),
    "strftime": (2, 2), "strptime": (2, 2), "time_bucket": (2, 3), "timezone": (2, 2), "to_days": (1, 1),
    "to_hours": (1, 1), "to_minutes": (1, 1), "to_months": (1, 1), "to_seconds": (1, 1), "to_timestamp": (1, 1),
    "to_weeks": (1, 1), "to_years": (1, 1), "try_strptime": (2, 2), "week": (1, 1), "weekday": (1, 1),
    "weekofyear": (1, 1), "year": (1, 1), "yearweek": (1, 1),
}  # fmt: skip
LISTS: dict[str, tuple[int, int]] = {
    "array_contains": (2, 2), "array_extract": (2, 2), "array_has": (2, 2), "array_length": (1, 1),
    "array_position": (2, 2), "json_array_length": (1, 2), "json_exists": (2, 2), "json_extract": (2, 2),
    "json_extract_path_text": (2, 2), "json_extract_string": (2, 2), "json_type": (1, 2), "json_valid": (1, 1),
    "json_value": (2, 2), "list_any_value": (1, 1), "list_avg": (1, 1), "list_contains": (2, 2),
    "list_cosine_distance": (2, 2), "list_cosine_similarity": (2, 2), "list_count": (1, 1), "list_distance": (2, 2),
    "list_distinct": (1, 1), "list_dot_product": (2, 2), "list_element": (2, 2), "list_extract": (2, 2),
    "list_first": (1, 1), "list_has": (2, 2), "list_has_all": (2, 2), "list_has_any": (2, 2),
    "list_indexof": (2, 2), "list_inner_product": (2, 2), "list_last": (1, 1), "list_max": (1, 1),
    "list_median": (1, 1), "list_min": (1, 1), "list_mode": (1, 1), "list_position": (2, 2), "list_product": (1, 1),
    "list_sort": (1, 1), "list_stddev_pop": (1, 1), "list_stddev_samp": (1, 1), "list_sum": (1, 1),
    "list_unique": (1, 1), "list_value": (1, 64), "list_var_pop": (1, 1), "list_var_samp": (1, 1),
}  # fmt: skip
SCALARS: dict[str, tuple[int, int]] = NUMBERS | CONDITIONS | TEXTS | DATES | LISTS
FUNCTIONS: dict[str, tuple[int, int]] = AGGREGATES | WINDOWED | SCALARS


def allowed_functions() -> list[tuple[str, int, int]]:
    """Every function that feature logic may call, sorted: its name, its smallest and largest number of arguments."""
    return [(name, *FUNCTIONS[name]) for name in sorted(FUNCTIONS)]
