"""Which logic only names a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.features.rules.naming import names_a_column


@pytest.mark.parametrize(
    ("logic", "dialect", "by_name"),
    [
        ("order_count", "duckdb", True),
        ('  "Order Count"  ', "duckdb", True),
        ("`order_count`", "bigquery", True),
        ("((order_count))", "duckdb", True),
        ("CAST(order_count AS DOUBLE)", "duckdb", True),
        ("order_count::double", "duckdb", True),
        ("order_count -- as it comes", "duckdb", True),
        ("/* as it comes */ order_count", "duckdb", True),
        ("größe", "duckdb", True),
        ("1", "duckdb", False),
        ('("a, b")', "duckdb", True),
        ("order_count -- 1, 2 + 3", "duckdb", True),
        ("/* over */ order_count * 2", "duckdb", False),
        ("-order_count", "duckdb", False),
        ("NOT is_new", "duckdb", False),
        ("order_count + 0", "duckdb", False),
        ("AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date)", "duckdb", False),
        ("COALESCE(order_count, 0)", "duckdb", False),
        ("CASE WHEN a THEN b END", "duckdb", False),
        ("LOWER(country)", "duckdb", False),
        ("order_count", "python", False),
        ("((", "duckdb", False),
        ("", "duckdb", False),
    ],
)
def test_logic_that_names_a_column_alone(logic, dialect, by_name):
    assert names_a_column(logic, dialect) is by_name


@given(st.text(max_size=60))
def test_any_text_has_an_answer(logic):
    assert names_a_column(logic) in (True, False)
