"""PostgreSQL as an engine: read, never written; ended by a time limit or from another thread."""

import threading
import time

import psycopg
import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_source import Unreadable
from registry.compute.pushdown import postgres


def test_a_table_is_named_whatever_characters_it_has():
    assert postgres.table("public", 'Where it "lies"').sql("postgres") == '"public"."Where it ""lies"""'


def test_columns_come_in_order_with_the_arrow_names_of_their_types():
    statements = []

    def run(sql):
        statements.append(sql)
        return [("id", "bigint"), ("x", "numeric(10,2)"), ("where", "point")]

    assert postgres.columns_of(run, "public", "it's") == {"id": "int64", "x": "decimal128(10, 2)", "where": "point"}
    assert "'it''s'" in statements[0]


def test_a_server_that_does_not_answer_is_unreadable_and_its_address_is_not_shown():
    address = "postgres://someone:secret@127.0.0.1:1/nothing"
    with (
        pytest.raises(Unreadable, match="does not answer") as failure,
        postgres.open_cancellable_snapshot(address, timeout_s=1, stopped=lambda: False),
    ):
        pass
    assert "secret" not in repr(failure.value)
    assert failure.value.__suppress_context__


@pytest.mark.slow
def test_postgresql_is_read_and_never_written(postgres_server):
    with (
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
        postgres.open_snapshot(postgres_server, timeout_s=5) as reading,
    ):
        reading.run("CREATE TABLE written (n INTEGER)")


@pytest.mark.slow
def test_a_statement_that_takes_too_long_is_ended(postgres_server):
    with (
        pytest.raises(psycopg.errors.QueryCanceled, match="timeout"),
        postgres.open_snapshot(postgres_server, timeout_s=0.2) as reading,
    ):
        reading.run("SELECT 1 FROM pg_sleep(30)")


@pytest.mark.slow
def test_a_statement_is_cancelled_from_another_thread(postgres_server):
    began = time.monotonic()
    with postgres.open_snapshot(postgres_server, timeout_s=60) as reading:
        threading.Timer(0.3, reading.cancel).start()
        with pytest.raises(psycopg.errors.QueryCanceled, match="user request"):
            reading.run("SELECT 1 FROM pg_sleep(30)")
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_work_on_a_server_is_stopped_and_its_errors_show_no_data(postgres_server):
    with postgres.open_cancellable_snapshot(postgres_server, timeout_s=5, stopped=lambda: False) as run:
        with pytest.raises(EngineFailed, match="SQLSTATE 22P02") as failure:
            run("SELECT CAST('secret' AS INTEGER)")
        assert "secret" not in str(failure.value)
        assert run("SELECT 1") == [(1,)]
    with (
        pytest.raises(Stopped),
        postgres.open_cancellable_snapshot(postgres_server, timeout_s=60, stopped=lambda: True) as run,
    ):
        run("SELECT 1 FROM pg_sleep(30)")
