"""What runs for logic in PostgreSQL's dialect has the values that a PostgreSQL server computes for the logic itself."""

from __future__ import annotations

import psycopg
import pytest

from tests.registry.compute.dialects.by_function import LOGICS
from tests.registry.compute.dialects.oracle import computed, plain, same, statement
from tests.registry.compute.dialects.rows import NAMES, ROWS, SQL_TYPES

pytestmark = pytest.mark.slow
# The driver of the engine needs a package of its own to fetch moments with a zone; LOGICS has their seconds too.
NOT_FETCHED = {"ts AT TIME ZONE 'Europe/Berlin'"}


@pytest.fixture(scope="module")
def database(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        kinds = [kind.replace("DOUBLE", "DOUBLE PRECISION") for kind in SQL_TYPES]
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, kinds, strict=True))
        connection.execute(f"CREATE TEMPORARY TABLE source_rows ({columns})")
        values = ", ".join(["%s"] * len(NAMES))
        connection.cursor().executemany(f"INSERT INTO source_rows VALUES ({values})", ROWS)
        yield connection


@pytest.mark.parametrize("logic", [logic for logic in LOGICS["postgres"] if logic not in NOT_FETCHED])
def test_the_values_are_those_of_postgresql(database, logic):
    values = computed(logic, "postgres")
    expected = [plain(row[0]) for row in database.execute(statement(logic, "postgres")).fetchall()]
    assert all(same(value, other) for value, other in zip(values, expected, strict=True)), (values, expected)
