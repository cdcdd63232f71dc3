"""Statements about one side where it lies."""

from __future__ import annotations

import pytest
from sqlglot import exp

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files
from registry.compute.engines.tables import Table
from registry.compute.kinds.side_in_database import Inside

TABLE = Table("warehouse", "postgres://", "public", "before", 60)


def test_a_file_is_not_compared_inside_a_database(tmp_path):
    with pytest.raises(TypeError, match="rows of a table"):
        Inside.of(list, "postgres", Side(Files(tmp_path, (tmp_path,), "parquet")))


def test_the_cut_of_event_time_is_in_every_statement():
    where = exp.column("at") > 1
    side = Inside(lambda sql: statements.append(sql) or [(3,)], "postgres", TABLE, None, where, "at")
    statements = []
    assert (side.count("*"), side.count('"x"', "x")) == (3, 3)
    assert [sql.count("WHERE at > 1") for sql in statements] == [1, 1]
    assert side.relation("x").table.sql("postgres") == 'SELECT "x" AS "x" FROM "public"."before" WHERE at > 1'
