"""What Spark is asked for a table; tests/neighbours/test_spark_connect.py asks a real one."""

import contextlib

import pyarrow as pa
import pytest
from sqlglot import exp

from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_source import Column, Unreadable
from registry.compute.places.connect import Missing
from registry.compute.places.spark_tables import SparkTable
from registry.compute.pushdown.spark import where_in_spark

TABLE = SparkTable("lake", "sc://nowhere", exp.to_table("sales.orders"), 60)


class Answers:
    """A session that answers one row."""

    def __init__(self, answer):
        self.answer, self.statements = answer, []

    def rows(self, sql):
        self.statements.append(sql)
        return self.answer

    def schema(self, sql):
        raise Missing("TABLE_OR_VIEW_NOT_FOUND")


def test_a_sample_is_taken_when_there_are_more_rows():
    session = Answers([(1000,)])
    assert TABLE._sampled(session, " WHERE `a` > 1", 100) == " WHERE `a` > 1 AND random() < 0.1"
    assert TABLE._sampled(session, "", 1000) == ""
    assert session.statements[0] == "SELECT count(*) AS n FROM sales.orders WHERE `a` > 1"


def test_columns_that_arrow_does_not_have_are_text():
    schema = pa.schema([("a`b", pa.int64()), ("c", pa.string())])
    assert TABLE._select(schema) == "SELECT `a``b`, CAST(`c` AS STRING) AS `c` FROM sales.orders"
    assert TABLE._as_text(Column("b", "binary"), 1) == "hex(`b`) AS c1"


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(Unreadable, match=r"There is no table sales\.orders at connection lake"):
        TABLE._schema(Answers(None))


def test_a_condition_is_written_for_spark():
    assert where_in_spark(' WHERE "a" > 1 AND "b" IS NOT NULL') == " WHERE `a` > 1 AND NOT `b` IS NULL"


def test_whatever_fails_is_unreadable(monkeypatch):
    @contextlib.contextmanager
    def opened(*_, **__):
        raise EngineFailed("Spark took too long.")
        yield

    monkeypatch.setattr("registry.compute.places.connect.opened", opened)
    with pytest.raises(Unreadable, match=r"Spark took too long\."):
        TABLE.describe()
