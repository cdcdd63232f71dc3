"""The floors that an engine's order statistics give are those of the values themselves."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import sqlglot

from registry.compute.pushdown.column_sql import Relation
from registry.compute.pushdown.columns import compare_numbers_in
from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_numeric

SAMPLES = {
    "normal": lambda random, rows: random.normal(size=rows),
    "ties": lambda random, rows: random.poisson(2, rows).astype(float),
    "infinite": lambda random, rows: np.where(random.random(rows) < 0.05, np.inf, random.normal(size=rows)),
    "constant": lambda random, rows: np.where(random.random(rows) < 0.002, 5.0, 6.0),
}


@pytest.mark.parametrize("rows", [30, 700])
@pytest.mark.parametrize("sample", SAMPLES)
def test_an_engine_gives_the_floors_of_the_values(sample, rows):
    random = np.random.default_rng(rows)
    sides = [SAMPLES[sample](random, rows) for _ in range(2)]
    tables = [pa.table({"v": side}) for side in sides]
    with duckdb.connect() as connection:
        for place, table in enumerate(tables):
            connection.register(f"side_{place}", table)
        relations = [Relation(sqlglot.parse_one(f"SELECT v FROM side_{place}")) for place in range(2)]
        inside = compare_numbers_in(lambda sql: connection.execute(sql).fetchall(), "duckdb", *relations, "v")
    values = compare_numeric(*(Column.of(side) for side in sides))
    assert inside.floors == pytest.approx(values.floors, rel=1e-9)
