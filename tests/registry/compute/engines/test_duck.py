"""The engine for our own statements: a long one stops, trouble says what to do."""

import time

import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.duck import EngineFailed, opened
from tests.registry.compute.engines.sides import MIB


def test_a_long_statement_stops_when_nobody_wants_it():
    began = time.monotonic()
    with opened(memory_bytes=256 * MIB, stopped=lambda: True) as engine, pytest.raises(Stopped):
        engine.rows("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT list(range) FROM range(100000000)", "memory"),
        ("SELECT CAST('secret' AS INTEGER)", "does not fit"),
        ("SELECT * FROM read_parquet('/nowhere.parquet')", "IOException"),
    ],
)
def test_what_fails_says_what_to_do_and_quotes_no_data(duck, sql, says):
    with pytest.raises(EngineFailed, match=says) as failed:
        duck.rows(sql)
    assert "secret" not in str(failed.value)
