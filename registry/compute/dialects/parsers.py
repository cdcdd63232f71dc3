"""Read logic of another dialect as a tree in which every call keeps the name that was written.

sqlglot knows the syntax of each dialect. Its own idea of what a function means is not used: calls stay calls, and the
tables of this room say which of them are translated, and to what.

>>> parse("DAYOFWEEK(t)", "spark").name
'DAYOFWEEK'
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.dialects.spark import Spark
from sqlglot.parsers.bigquery import BigQueryParser
from sqlglot.parsers.postgres import PostgresParser
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.parsers.spark import SparkParser

from registry.compute.parser_errors import PARSER_ERRORS
from registry.compute.sandbox.acceptance.characters import scan
from registry.compute.sandbox.acceptance.grammar import DEEPEST
from registry.compute.sandbox.faults import Fault

SPECIAL_FORMS = ("CAST", "TRY_CAST", "SAFE_CAST", "EXTRACT", "TRIM", "SUBSTRING", "POSITION")
ESCAPED = ("spark", "bigquery")  # where a backslash escapes a quote, and two quotes are not one
QUOTES = re.compile(r"\\['\"]|(?<=[^\s(,=|<>+\-\[])''|''(?=[^\s),;|=<>+\-\]])")
TYPE_CALL = re.compile(
    r"\b(?:DATE|TIME|TIMESTAMP|DATETIME|STRUCT|ARRAY|MAP|DECIMAL|NUMERIC|INTERVAL|OBJECT)\s*[(<]", re.I
)
MOST_TYPE_CALLS = 6
BRACKETS = re.compile(r"[(\[]")


def _only(parsers: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: parse for name, parse in parsers.items() if name in names}


class _PostgresParser(PostgresParser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(PostgresParser.FUNCTION_PARSERS, SPECIAL_FORMS)
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(PostgresParser.NO_PAREN_FUNCTION_PARSERS, ("CASE",))


class _SparkParser(SparkParser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(SparkParser.FUNCTION_PARSERS, SPECIAL_FORMS)
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(SparkParser.NO_PAREN_FUNCTION_PARSERS, ("CASE",))


class _BigQueryParser(BigQueryParser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(BigQueryParser.FUNCTION_PARSERS, SPECIAL_FORMS)
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(BigQueryParser.NO_PAREN_FUNCTION_PARSERS, ("CASE",))


class _SnowflakeParser(SnowflakeParser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(SnowflakeParser.FUNCTION_PARSERS, SPECIAL_FORMS)
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = _only(SnowflakeParser.NO_PAREN_FUNCTION_PARSERS, ("CASE",))


class WrittenPostgres(Postgres):
    """PostgreSQL, every call under the name that was written."""

    Parser = _PostgresParser


class WrittenSpark(Spark):
    """Spark SQL, likewise."""

    Parser = _SparkParser


class WrittenBigQuery(BigQuery):
    """GoogleSQL of BigQuery, likewise."""

    Parser = _BigQueryParser


class WrittenSnowflake(Snowflake):
    """Snowflake, likewise."""

    Parser = _SnowflakeParser


READERS: dict[str, type[Dialect]] = {
    "postgres": WrittenPostgres,
    "spark": WrittenSpark,
    "bigquery": WrittenBigQuery,
    "snowflake": WrittenSnowflake,
}
TITLES = {
    "duckdb": "DuckDB",
    "python": "Python",
    "postgres": "PostgreSQL",
    "spark": "Spark",
    "bigquery": "BigQuery",
    "snowflake": "Snowflake",
}


def parse(logic: str, dialect: str) -> exp.Expr | list[Fault]:
    """The tree of one expression, or the faults of its characters and syntax. Never raises, whatever the text is."""
    written, harmless = ("`", "_") if dialect in ESCAPED else ("#>>", "->>")
    scanned = scan(logic.replace(written, harmless))
    if scanned.faults:
        return list(scanned.faults)
    text = _without_comments(logic, scanned.text)
    if faults := list(_unreadable(text, dialect)):
        return faults
    try:
        trees = sqlglot.parse(text, dialect=READERS[dialect])
    except PARSER_ERRORS:
        return [Fault("syntax", f"This cannot be parsed as {TITLES[dialect]}. Write one SQL expression.")]
    if len(trees) != 1 or trees[0] is None:
        return [Fault("statement", "Write one expression, not several.")]
    return trees[0]


def _without_comments(logic: str, scanned: str) -> str:
    """The text with spaces where the scan put spaces, its backticks in place."""
    return "".join(letter if spaced != " " else " " for letter, spaced in zip(logic, scanned, strict=True))


def _unreadable(text: str, dialect: str) -> list[Fault]:
    faults = []
    if len(BRACKETS.findall(text)) > 10 * DEEPEST or _depth(text) > DEEPEST:
        faults.append(
            Fault("too_deep", f"The logic is nested more than {DEEPEST} levels deep. Split it into several features.")
        )
    if len(TYPE_CALL.findall(text)) > MOST_TYPE_CALLS:
        faults.append(
            Fault("too_deep", f"Write CAST(… AS type) instead of more than {MOST_TYPE_CALLS} calls of a type's name.")
        )
    if dialect in ESCAPED and QUOTES.search(text):
        sentence = f"A quote inside of a text is written differently by readers of {TITLES[dialect]}. Use the other kind of quotes around it."
        faults.append(Fault("quote", sentence))
    return faults


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        deepest = max(deepest, depth)
    return deepest
