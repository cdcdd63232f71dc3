"""Functions of one row: their values in DuckDB at zeros, halves, infinities, NaN and null."""

from math import inf, nan

import duckdb
import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, translation

EDGES = (0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e16, inf, -inf, nan, None)
ROWS = [{"x": value, "y": 1.0} for value in EDGES]


@pytest.mark.parametrize(
    "logic",
    ["FLOOR(x)", "CEIL(x)", "ROUND(x)", "ABS(x)", "ISNAN(x)", "ISINF(x)", "COALESCE(x, y)", "NULLIF(x, 0.5)"],
)
def test_the_value_is_that_of_duckdb_at_every_edge(logic):
    assert len(assert_alike(logic, *ROWS)) == len(EDGES)


def test_a_half_is_rounded_away_from_zero():
    assert assert_alike("ROUND(x)", *ROWS[2:7]) == [1.0, -1.0, 2.0, 3.0, -3.0]


def test_greatest_and_least_ignore_null_and_rank_nan_last():
    rows = [{"x": nan, "y": 1.0}, {"x": None, "y": 1.0}, {}]
    assert repr(assert_alike("GREATEST(x, y)", *rows)) == "[nan, 1.0, None]"
    assert assert_alike("LEAST(x, y)", *rows) == [1.0, 1.0, None]


def test_roots_and_logarithms_have_values_where_engines_raise_errors():
    roots, logarithms = (values_of(logic, (4.0, 0.0, -1.0, None)) for logic in ("SQRT(x)", "LN(x)"))
    assert repr(roots) == "[2.0, 0.0, nan, None]"
    assert repr(logarithms[1:]) == "[-inf, nan, None]"


def values_of(logic, numbers):
    """The values of the translation alone, where DuckDB raises an error for the logic itself."""
    query = f"SELECT {translation(logic).tree.sql('duckdb')} FROM (SELECT CAST(? AS DOUBLE) AS x)"
    with duckdb.connect() as connection:
        return [connection.execute(query, [number]).fetchone()[0] for number in numbers]


def test_digits_of_round_go_up_to_15():
    assert translation("ROUND(x, 15)").kind is Kind.DOUBLE
    assert refusal("ROUND(x, 16)").startswith("ROUND to these digits")
    assert refusal("ROUND(x, n)").startswith("ROUND to these digits")
    assert assert_alike("ROUND(n)", {"n": 7}) == [7]


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        ("LENGTH(n)", "LENGTH of a whole number"),
        ("ABS(f)", "ABS of a float32"),
        ("SQRT(s)", "SQRT of text"),
        ("COALESCE(s, n)", "COALESCE of a whole number and text"),
    ],
)
def test_arguments_of_another_type_are_refused(logic, reason):
    assert refusal(logic).startswith(reason)
