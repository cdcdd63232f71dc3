"""sqlglot's DuckDB, except that it writes a tree as it was read: what it would replace by something else stays as it is.

Functions that only newer grammars allow stay calls by their name, so that the engine computes what was checked.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.tokens import TokenType

# The functions that become nodes of their own: windows, null rules and other engines' translations work on these.
NODES = frozenset(
    {
        "ABS", "ACOS", "ANY_VALUE", "ARG_MAX", "ARG_MIN", "ASIN", "ATAN", "ATAN2", "AVG", "BOOL_AND", "BOOL_OR", "CBRT",
        "CEIL", "CEILING", "COALESCE", "CONCAT", "CONTAINS", "CORR", "COS", "COUNT", "COUNT_IF", "COVAR_POP",
        "COVAR_SAMP", "CUME_DIST", "DATE", "DATEDIFF", "DATE_DIFF", "DATE_TRUNC", "DAY", "DAYOFMONTH", "DAYOFWEEK",
        "DAYOFYEAR", "DEGREES", "DENSE_RANK", "ENDS_WITH", "EPOCH", "EXP", "FIRST", "FIRST_VALUE", "FLOOR", "GREATEST",
        "HOUR", "IFNULL", "ISINF", "ISNAN", "ISODOW", "KURTOSIS", "LAG", "LAST", "LAST_DAY", "LAST_VALUE", "LEAD",
        "LEAST", "LEFT", "LENGTH", "LN", "LOG", "LOWER", "LTRIM", "MAX", "MEDIAN", "MIN", "MINUTE", "MOD", "MODE",
        "MONTH", "NTH_VALUE", "NTILE", "NULLIF", "PERCENT_RANK", "PI", "POSITION", "POW", "POWER", "QUANTILE_CONT",
        "QUANTILE_DISC", "QUARTER", "RADIANS", "RANK", "REGR_SLOPE", "REPLACE", "RIGHT", "ROUND", "ROW_NUMBER", "RTRIM",
        "SECOND", "SIGN", "SIN", "SKEWNESS", "SPLIT_PART", "SQRT", "STARTS_WITH", "STDDEV", "STDDEV_POP",
        "STDDEV_SAMP", "STRPOS", "SUBSTR", "SUBSTRING", "SUM", "TAN", "TRIM", "TRUNC", "UPPER", "VARIANCE", "VAR_POP",
        "VAR_SAMP", "WEEK", "WEEKOFYEAR", "YEAR",
    }
)  # fmt: skip
SPECIAL_FORMS = frozenset(
    {"ARG_MAX", "ARG_MIN", "CAST", "CEIL", "EXTRACT", "FLOOR", "MAX", "MIN", "POSITION", "QUANTILE_CONT", "QUANTILE_DISC", "SUBSTRING", "TRIM", "TRY_CAST"}
)  # fmt: skip


class AsWritten(DuckDB):
    """The dialect that feature logic is read and written in."""

    def to_json_path(self, path: exp.Expr | None) -> exp.Expr | None:
        return path

    class Parser(DuckDBParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {
            name: node for name, node in DuckDBParser.FUNCTIONS.items() if name in NODES
        }
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse for name, parse in DuckDBParser.FUNCTION_PARSERS.items() if name in SPECIAL_FORMS
        }
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse for name, parse in DuckDBParser.NO_PAREN_FUNCTION_PARSERS.items() if name == "CASE"
        }

        def _parse_primary(self) -> exp.Expr | None:
            """.5 is a DECIMAL(1, 1), which 0.5 is not."""
            if self._match_pair(TokenType.DOT, TokenType.NUMBER):
                return exp.Literal.number(f".{self._prev.text}")
            primary: exp.Expr | None = super()._parse_primary()
            return primary

    class Generator(DuckDBGenerator):
        def withingroup_sql(self, expression: exp.WithinGroup) -> str:
            return f"{self.sql(expression, 'this')} WITHIN GROUP ({self.sql(expression, 'expression').strip()})"
