"""Columns, literals, operators and CASE: the values of DuckDB, or a refusal that names the part."""

from math import inf, nan

import duckdb
import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, sql_of, translation

FLOATS = (1.0, -1.0, 0.0, -0.0, inf, -inf, nan, None)


def test_a_quotient_of_whole_numbers_is_a_float():
    assert assert_alike("n / m", {"n": 7, "m": 2}, {"n": None, "m": 2}) == [3.5, None]
    assert translation("n / 2").kind is Kind.DOUBLE


@pytest.mark.parametrize("above", FLOATS)
@pytest.mark.parametrize("below", [0.0, -0.0, None])
def test_division_by_zero_gives_the_value_of_ieee_754(above, below):
    sql = translation("x / y").tree.sql("duckdb")
    query = f"SELECT {sql} FROM (SELECT CAST(? AS DOUBLE) AS x, CAST(? AS DOUBLE) AS y)"
    with duckdb.connect() as connection:
        [result] = connection.execute(query, [above, below]).fetchone()
    if above is None or below is None:
        assert result is None
    elif above == 0 or above != above:
        assert repr(result) == "nan"
    else:
        assert result == (inf if (above > 0) == (repr(below) == "0.0") else -inf)


def test_kinds_of_literals_and_of_arithmetic():
    assert [translation(text).kind for text in ("1", "1.5", "1e3", "'a'", "NULL", "TRUE")] == [
        Kind.WHOLE,
        Kind.DECIMAL,
        Kind.DOUBLE,
        Kind.TEXT,
        Kind.NOTHING,
        Kind.TRUTH,
    ]
    assert [translation(sum_).kind for sum_ in ("n + m", "n + d", "d + x")] == [Kind.WHOLE, Kind.DECIMAL, Kind.DOUBLE]


def test_a_case_has_one_kind_and_null_where_no_branch_applies():
    rows = [{"n": 1, "x": 2.5}, {"n": 2, "x": 2.5}, {}]
    assert assert_alike("CASE n WHEN 1 THEN x WHEN 2 THEN n END", *rows) == [2.5, 2.0, None]
    assert refusal("CASE WHEN b THEN s ELSE n END").startswith("CASE of a whole number and text")
    assert refusal("CASE WHEN n THEN 1 END").startswith("WHEN of a whole number")


def test_text_is_compared_by_code_points_in_postgresql():
    assert 'COLLATE "C"' in sql_of("s < 'b'", "postgres")
    assert "COLLATE" not in sql_of("s = 'b'", "postgres")
    assert "COLLATE" not in sql_of("s < 'b'", "spark")


def test_logic_with_nulls_has_three_values():
    rows = [{"b": True}, {"b": False}, {}]
    assert assert_alike("b AND n > 0", *rows) == [None, False, None]
    assert assert_alike("NOT b OR b IS NULL", *rows) == [False, True, True]
    assert assert_alike("n IN (1, 2)", {"n": 2}, {"n": 3}, {}) == [True, False, None]


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        ("z", "The column z cannot be computed inside PostgreSQL: engines do not share its type."),
        ("unknown + 1", "The column unknown"),
        ("x % 2", "A remainder of anything but whole numbers"),
        ("f + 1", "The operator ADD of a float32"),
        ("n || m", "|| of a whole number"),
        ("s LIKE 'a\\%'", "This LIKE"),
        ("s LIKE s", "This LIKE"),
        ("n AND b", "AND of a whole number"),
    ],
)
def test_what_engines_compute_differently_is_refused(logic, reason):
    assert refusal(logic).startswith(reason)
