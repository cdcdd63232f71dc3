"""Aggregates and windows: the values of DuckDB over tied and null rows, or a refusal that names the part."""

import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, sql_of, translation

ROWS = [{"n": n, "m": m, "x": x} for n, m, x in ((1, 1, 1.5), (1, 2, None), (2, 3, 4.0), (2, 4, 0.5))]
OVER = "OVER (PARTITION BY n ORDER BY m"


@pytest.mark.parametrize(
    ("logic", "values"),
    [
        (f"SUM(x) {OVER})", [1.5, 1.5, 4.0, 4.5]),
        (f"COUNT(x) {OVER})", [1, 1, 1, 2]),
        (f"AVG(m) {OVER} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", [1.0, 1.5, 3.0, 3.5]),
        (f"LAG(x) {OVER})", [None, 1.5, None, 4.0]),
        (f"LEAD(m, 1, 0) {OVER})", [2, 0, 4, 0]),
        (f"FIRST_VALUE(x) {OVER})", [1.5, 1.5, 4.0, 4.0]),
        (f"ROW_NUMBER() {OVER})", [1, 2, 1, 2]),
        (f"BOOL_OR(x > 1) {OVER})", [True, True, True, True]),
    ],
)
def test_windows_have_the_values_of_duckdb(logic, values):
    assert assert_alike(f"({logic})", *ROWS) == values


def test_a_window_without_an_order_has_the_values_of_duckdb():
    """In no order: DuckDB's threads return the partitions as they finish."""
    assert sorted(assert_alike("MAX(x) OVER (PARTITION BY n)", *ROWS)) == [1.5, 1.5, 4.0, 4.0]


def test_a_filter_becomes_a_case():
    logic = f"COUNT(*) FILTER (WHERE x > 1) {OVER})"
    assert "FILTER" not in sql_of(logic, "spark")
    assert assert_alike(logic, *ROWS) == [1, 1, 1, 1]


def test_kinds_of_aggregates():
    assert [translation(logic).kind for logic in ("SUM(n)", "SUM(x)", "AVG(n)", "COUNT(s)", "MIN(s)")] == [
        Kind.WHOLE,
        Kind.DOUBLE,
        Kind.DOUBLE,
        Kind.WHOLE,
        Kind.TEXT,
    ]
    assert translation(f"PERCENT_RANK() {OVER})").kind is Kind.DOUBLE


def test_nulls_are_last_unless_the_logic_puts_them_first():
    assert "NULLS LAST" in sql_of("RANK() OVER (ORDER BY x DESC)", "postgres")
    assert "NULLS LAST" not in sql_of("RANK() OVER (ORDER BY x DESC NULLS FIRST)", "postgres")


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        ("MAX(b)", "MAX of truth values"),
        ("COUNT(DISTINCT x) FILTER (WHERE n > 1)", "FILTER of COUNT"),
        (f"SUM(x) {OVER} GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)", "A frame of GROUPS"),
        (f"SUM(x) {OVER} RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)", "A frame of RANGE"),
        ("STDDEV(x)", "STDDEV"),
    ],
)
def test_what_engines_define_differently_is_refused(logic, reason):
    assert refusal(logic).startswith(reason)
