"""Every engine starts with settings under which it installs, loads and writes nothing."""

from __future__ import annotations

import duckdb
import pytest

from registry.compute.sandbox.confined.engine_settings import SETTINGS


@pytest.fixture
def engine():
    with duckdb.connect(":memory:", config=SETTINGS) as connection:
        yield connection


def test_the_engine_takes_each_setting(engine):
    rows = engine.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    in_force = dict(rows)
    assert {name: in_force[name] or "" for name in SETTINGS} == SETTINGS


def test_no_variable_of_python_is_a_table(engine):
    rows = [1, 2]  # noqa: F841 - with replacements the engine would read it
    with pytest.raises(duckdb.CatalogException):
        engine.execute("SELECT * FROM rows")
