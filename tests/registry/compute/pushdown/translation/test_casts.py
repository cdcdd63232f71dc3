"""Casts: rounded as DuckDB does, or refused where engines write or round the value differently."""

import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, sql_of, translation

HALVES = [{"x": half, "d": half} for half in (0.5, 1.5, 2.5, -0.5, -2.5)]


def test_a_float_is_rounded_to_the_even_number_and_a_decimal_away_from_zero():
    assert assert_alike("CAST(x AS BIGINT)", *HALVES, {}) == [0, 2, 2, 0, -2, None]
    assert assert_alike("CAST(d AS BIGINT)", *HALVES, {}) == [1, 2, 3, -1, -3, None]
    assert "RINT(" in sql_of("CAST(x AS BIGINT)", "spark")
    assert "ROUND(" in sql_of("CAST(d AS BIGINT)", "spark")


def test_a_boolean_becomes_1_or_0_and_a_null_stays_null():
    assert assert_alike("CAST(b AS INTEGER)", {"b": True}, {"b": False}, {}) == [1, 0, None]
    assert assert_alike("CAST(n AS BOOLEAN)", {"n": -3}, {"n": 0}, {}) == [True, False, None]


def test_a_float64_that_does_not_fit_into_a_float32_is_an_error_in_spark_too():
    assert "RAISE_ERROR" in sql_of("CAST(x AS FLOAT)", "spark")
    assert "RAISE_ERROR" not in sql_of("CAST(x AS FLOAT)", "postgres")


def test_dates_in_quotes_are_cast_only_in_the_iso_form():
    assert translation("DATE '2024-02-29'", "postgres").kind is Kind.DATE
    assert translation("TIMESTAMP '2024-02-29 12:30:59.123456'", "postgres").kind is Kind.TIME
    assert refusal("DATE '29.02.2024'").startswith("CAST of text to DATE")
    assert refusal("TIMESTAMP '2024-02-29 12:30:59.1234567'").startswith("CAST of text to TIMESTAMP")


@pytest.mark.parametrize(
    ("logic", "dialect", "reason"),
    [
        ("CAST(n AS TINYINT)", "postgres", "CAST to TINYINT"),
        ("CAST(n AS HUGEINT)", "spark", "CAST to INT128"),
        ("CAST(x AS VARCHAR)", "postgres", "CAST of a float64 to TEXT"),
        ("CAST(s AS BIGINT)", "postgres", "CAST of text to BIGINT"),
        ("CAST(moment AS BIGINT)", "spark", "CAST of a timestamp to BIGINT"),
    ],
)
def test_casts_with_another_result_elsewhere_are_refused(logic, dialect, reason):
    assert refusal(logic, dialect).startswith(reason)


def test_the_smallest_integer_type_exists_in_spark():
    assert translation("CAST(n AS TINYINT)", "spark").kind is Kind.WHOLE
