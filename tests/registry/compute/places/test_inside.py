"""Which checks are computed where their tables lie."""

from pathlib import Path

from sqlglot import exp

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files
from registry.compute.engines.tables import Table
from registry.compute.places.inside import Work, copied, remote, together
from registry.compute.places.spark_tables import SparkTable

HERE = Files(Path("/x"), (Path("/x"),), "parquet")
TABLES = [Table("warehouse", "postgres://", "public", name, 60) for name in ("before", "after")]
SPARK = SparkTable("lake", "sc://", exp.to_table("before"), 60)


def test_what_lies_at_one_connection_is_compared_there():
    assert together(*TABLES) == TABLES[0]
    assert together(SPARK, SPARK) == SPARK


def test_what_lies_apart_is_not():
    assert together(TABLES[0], SPARK) is None
    assert together(TABLES[0], TABLES[1]._replace(connection="elsewhere")) is None
    assert together(TABLES[0], HERE) is together(HERE, TABLES[0]) is remote(HERE) is None


def test_the_columns_that_are_copied_from_each_connection_are_named():
    sides = Side(TABLES[0], columns=("id", "at")), Side(TABLES[1], columns=("id", "load")), Side(HERE, columns=("x",))
    assert copied((*sides, "parameters", Side(SPARK, columns=("y",)))) == {
        "warehouse": ["id", "at", "load"],
        "lake": ["y"],
    }
    assert copied((Side(HERE),)) == {}


def test_what_an_engine_is_asked_is_counted():
    work = Work()
    run = work.counting(lambda sql: [(1,), (2,)])
    assert run("SELECT 1") == run("SELECT 2") == [(1,), (2,)]
    assert (work.statements, work.rows) == (2, 4)
