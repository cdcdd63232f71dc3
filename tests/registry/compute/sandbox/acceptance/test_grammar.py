"""What feature logic may call: nothing that changes with the clock, chance or the session, and arities that make sense."""

import duckdb
import pytest

from registry.compute.sandbox.acceptance.grammar import (
    AGGREGATES,
    CLOCK_AND_CHANCE,
    FUNCTIONS,
    SCALARS,
    TAKES_A_PART,
    WINDOWED,
    allowed_functions,
)


def test_a_function_is_of_one_group_only():
    assert len(FUNCTIONS) == len(AGGREGATES) + len(WINDOWED) + len(SCALARS)


def test_nothing_that_the_engine_computes_anew_each_time_is_allowed():
    with duckdb.connect() as engine:
        query = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
        unstable = {name for (name,) in engine.execute(query).fetchall()}
    assert {"random", "now"} <= unstable
    assert not unstable & set(FUNCTIONS)
    assert not CLOCK_AND_CHANCE & set(FUNCTIONS)


@pytest.mark.parametrize(
    "name", ["repeat", "range", "generate_series", "levenshtein", "read_csv", "getenv", "string_agg"]
)
def test_what_grows_reads_or_runs_long_is_not_allowed(name):
    assert name not in FUNCTIONS


def test_functions_are_listed_sorted_with_their_arities():
    listed = allowed_functions()
    assert listed == sorted(listed)
    assert all(0 <= fewest <= most <= 64 for _, fewest, most in listed)
    assert ("round", 1, 2) in listed
    assert set(FUNCTIONS) >= TAKES_A_PART
