"""What feature logic may consist of: a list of everything that is allowed, never of what is forbidden.

A feature that is computed again next year must give the same value, so nothing on the list depends on the clock, on
chance or on the session. Nor does the list contain what produces large values from small ones (`repeat`, `range`), what
reads other data, or what can run long without checking the time limit (`levenshtein`).
"""

from __future__ import annotations

from sqlglot import exp

DEEPEST = 40
LEVELS = 180  # of the engine's tree; a run allows 200, which leaves room for the statement around the logic
MOST_OPERATORS = 500
LARGEST_BOUND = 100_000

STRUCTURE: frozenset[type] = frozenset(
    {
        exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Star, exp.Tuple, exp.Interval,
        exp.Var, exp.DataType, exp.DataTypeParam, exp.Cast, exp.TryCast, exp.Case, exp.If, exp.Coalesce, exp.Nullif,
        exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.Filter, exp.Where, exp.Distinct, exp.IgnoreNulls,
        exp.RespectNulls, exp.Anonymous, exp.Between, exp.In, exp.WithinGroup,
    }
)  # fmt: skip
OPERATORS: frozenset[type] = frozenset(
    {
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.And, exp.Or, exp.Not, exp.EQ,
        exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike,
        exp.DPipe, exp.Xor,
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
        "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "DOW", "ISODOW", "DOY",
        "ISOYEAR", "EPOCH", "DAYOFWEEK", "DAYOFYEAR",
    }
)  # fmt: skip
TAKES_A_PART = frozenset({"date_diff", "datediff", "date_part", "date_trunc"})
# Refused like everything that is not on the list; listed here because the message says why.
CLOCK_AND_CHANCE = frozenset(
    {
        "now", "today", "current_date", "current_time", "current_timestamp", "get_current_timestamp", "localtime",
        "localtimestamp", "transaction_timestamp", "random", "setseed", "uuid", "gen_random_uuid", "nextval", "currval",
        "user", "current_user", "session_user", "hash", "rowid",
    }
)  # fmt: skip

# DuckDB's name of the function: its smallest and largest number of arguments.
AGGREGATES: dict[str, tuple[int, int]] = {
    "any_value": (1, 1), "arg_max": (2, 2), "arg_min": (2, 2), "avg": (1, 1), "bool_and": (1, 1), "bool_or": (1, 1),
    "corr": (2, 2), "count": (0, 1), "count_if": (1, 1), "count_star": (0, 0), "covar_pop": (2, 2),
    "covar_samp": (2, 2), "first": (1, 1), "kurtosis": (1, 1), "last": (1, 1), "mad": (1, 1), "max": (1, 1),
    "mean": (1, 1), "median": (1, 1), "min": (1, 1), "mode": (1, 1), "quantile_cont": (2, 2), "quantile_disc": (2, 2),
    "regr_slope": (2, 2), "skewness": (1, 1), "stddev": (1, 1), "stddev_pop": (1, 1), "stddev_samp": (1, 1),
    "sum": (1, 1), "var_pop": (1, 1), "var_samp": (1, 1), "variance": (1, 1),
}  # fmt: skip
WINDOWED: dict[str, tuple[int, int]] = {
    "cume_dist": (0, 0), "dense_rank": (0, 0), "first_value": (1, 1), "lag": (1, 3), "last_value": (1, 1),
    "lead": (1, 3), "nth_value": (2, 2), "ntile": (1, 1), "percent_rank": (0, 0), "rank": (0, 0),
    "row_number": (0, 0),
}  # fmt: skip
SCALARS: dict[str, tuple[int, int]] = {
    "abs": (1, 1), "acos": (1, 1), "asin": (1, 1), "atan": (1, 1), "atan2": (2, 2), "cbrt": (1, 1), "ceil": (1, 1),
    "ceiling": (1, 1), "cos": (1, 1), "degrees": (1, 1), "exp": (1, 1), "floor": (1, 1), "greatest": (1, 16),
    "isfinite": (1, 1), "isinf": (1, 1), "isnan": (1, 1), "least": (1, 16), "ln": (1, 1), "log": (1, 2),
    "log10": (1, 1), "log2": (1, 1), "mod": (2, 2), "pi": (0, 0), "pow": (2, 2), "power": (2, 2), "radians": (1, 1),
    "round": (1, 2), "sign": (1, 1), "sin": (1, 1), "sqrt": (1, 1), "tan": (1, 1), "trunc": (1, 1),
    "ifnull": (2, 2), "coalesce": (1, 16), "nullif": (2, 2),
    "concat": (1, 16), "contains": (2, 2), "ends_with": (2, 2), "left": (2, 2), "length": (1, 1), "lower": (1, 1),
    "ltrim": (1, 1), "position": (2, 2), "replace": (3, 3), "right": (2, 2), "rtrim": (1, 1), "split_part": (3, 3),
    "starts_with": (2, 2), "strpos": (2, 2), "substr": (2, 3), "substring": (2, 3), "trim": (1, 1), "upper": (1, 1),
    "date_diff": (3, 3), "datediff": (3, 3), "date_part": (2, 2), "date_trunc": (2, 2), "day": (1, 1),
    "dayofmonth": (1, 1), "dayofweek": (1, 1), "dayofyear": (1, 1), "epoch": (1, 1), "extract": (2, 2),
    "hour": (1, 1), "isodow": (1, 1), "last_day": (1, 1), "minute": (1, 1), "month": (1, 1), "quarter": (1, 1),
    "second": (1, 1), "week": (1, 1), "weekday": (1, 1), "weekofyear": (1, 1), "year": (1, 1),
}  # fmt: skip
FUNCTIONS: dict[str, tuple[int, int]] = AGGREGATES | WINDOWED | SCALARS


def allowed_functions() -> list[tuple[str, int, int]]:
    """Every function that feature logic may call, sorted: its name, its smallest and largest number of arguments."""
    return [(name, *FUNCTIONS[name]) for name in sorted(FUNCTIONS)]
