"""Feature logic and its translation: their values in DuckDB, the translation's SQL, or the reason for a refusal."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import sqlglot

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation import NotTranslatable, Typed, translated

KINDS = {
    "n": Kind.WHOLE,
    "m": Kind.WHOLE,
    "x": Kind.DOUBLE,
    "y": Kind.DOUBLE,
    "f": Kind.SINGLE,
    "d": Kind.DECIMAL,
    "b": Kind.TRUTH,
    "s": Kind.TEXT,
    "day": Kind.DATE,
    "moment": Kind.TIME,
    "z": Kind.OTHER,
}
TYPES = {
    "n": "BIGINT",
    "m": "BIGINT",
    "x": "DOUBLE",
    "y": "DOUBLE",
    "f": "FLOAT",
    "d": "DECIMAL(9, 2)",
    "b": "BOOLEAN",
    "s": "VARCHAR",
    "day": "DATE",
    "moment": "TIMESTAMP",
}


def translation(logic: str, dialect: str = "duckdb") -> Typed:
    return translated(sqlglot.parse_one(logic, dialect="duckdb"), KINDS, dialect)


def sql_of(logic: str, dialect: str) -> str:
    return translation(logic, dialect).tree.sql(dialect)


def refusal(logic: str, dialect: str = "postgres") -> str:
    """The message with which the translation is refused."""
    with pytest.raises(NotTranslatable) as refused:
        pytest.fail(sql_of(logic, dialect))
    return str(refused.value)


def computed(logic: str, *rows: dict[str, Any]) -> list[tuple[Any, Any]]:
    """For each row the value of the logic and of its translation. Columns that a row does not name are null."""
    columns = ", ".join(f"CAST(v['{name}'] AS {kind}) AS {name}" for name, kind in TYPES.items())
    values = [{name: None if row.get(name) is None else str(row[name]) for name in TYPES} for row in rows]
    source = f"(SELECT {columns} FROM (SELECT unnest(?) AS v))"
    statement = f"SELECT {logic}, {sql_of(logic, 'duckdb')} FROM {source}"
    with duckdb.connect(config={"threads": 1}) as connection:  # several threads return partitions as they finish
        return connection.execute(statement, [values]).fetchall()


def assert_alike(logic: str, *rows: dict[str, Any]) -> list[Any]:
    """The values of the translation, which are those of the logic; NaN is equal to NaN, and a zero has its sign."""
    values = computed(logic, *rows)
    assert [repr(before) for before, _ in values] == [repr(after) for _, after in values]
    return [after for _, after in values]
