"""Which windows are simple enough to be computed over arrays, and the plan of those that are."""

from __future__ import annotations

import pytest

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import parity_select
from registry.compute.engines.simple_windows import NotSimple, Rule
from tests.registry.compute.sandbox.confined.test_array_windows import EACH, ROWS, ROWS_6, source_of

COMPLICATED = [
    ("x + 1", "no window"),
    (f"AVG(x) {ROWS_6.replace('moment, id', 'moment DESC, id')}", "an order that descends"),
    (f"AVG(x) {ROWS_6.replace('moment, id', 'id, moment')}", "another order"),
    (f"AVG(x) {ROWS_6.replace('moment, id', 'moment, x')}", "an order by something else"),
    (f"AVG(x) {ROWS_6.replace('BY who', 'BY t')}", "something else than the entity"),
    (f"AVG(x) {ROWS_6.replace('BY who', 'BY who, t')}", "the entity and something else"),
    (f"AVG(x) {ROWS_6.replace('PARTITION BY who', '')}", "all entities together"),
    (f"AVG(x + y) {ROWS_6}", "an argument that is computed"),
    (f"AVG(COALESCE(x, 1)) {ROWS_6}", "something else for nulls"),
    (f"AVG(COALESCE(x, 0.5, 0)) {ROWS_6}", "several for nulls"),
    (f"COUNT(COALESCE(t, '0')) {ROWS_6}", "text for nulls"),
    (f"AVG(DISTINCT x) {ROWS_6}", "DISTINCT"),
    (f"AVG(x) FILTER (WHERE y > 2) {ROWS_6}", "FILTER"),
    (f"STDDEV(x) {ROWS_6}", "another function"),
    (f"MAX(t) {ROWS_6}", "text"),
    ("MEAN(x)", "a function that sqlglot does not know"),
    (f"LAG(x, 1, 0.0) OVER {EACH})", "a value where there is no row"),
    (f"LAG(x IGNORE NULLS) OVER {EACH})", "IGNORE NULLS"),
    (f"AVG(x) OVER {EACH})", "a frame that ends with the rows that tie"),
    (f"AVG(x) OVER {EACH} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", "the same, said"),
    (f"AVG(x) OVER {EACH} ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING)", "a frame that looks ahead"),
    (f"AVG(x) OVER {EACH} ROWS BETWEEN 65 PRECEDING AND CURRENT ROW)", "a long frame"),
    (f"AVG(x) OVER {EACH} ROWS BETWEEN 1 PRECEDING AND 3 PRECEDING)", "a frame without a row"),
    (f"LAST_VALUE(x) OVER {EACH} ROWS 3 PRECEDING)", "the last value"),
    ("ROW_NUMBER() OVER (PARTITION BY who)", "no order"),
    ("RANK() OVER (PARTITION BY who ORDER BY moment, id)", "a rank"),
    ("+".join(f"LAG(x, {back}) OVER {EACH})" for back in range(17)), "many windows"),
]


@pytest.mark.parametrize(("logic", "what"), COMPLICATED, ids=[what for _, what in COMPLICATED])
def test_a_logic_that_is_not_simple_is_the_engine_s(logic, what):
    simple = Definition(f"AVG(x) {ROWS_6}", "zero_fill", "float64", "t")
    definition = Definition(logic, "none", "float64", "t")
    assert parity_select(source_of(ROWS[0]), definition, definition).windows is None
    assert (parity_select(source_of(ROWS[0]), simple, definition).windows is None) == (what != "no window")


def plan_of(*logics, rule="none"):
    sides = [Definition(logic, rule, "float64", "t") for logic in logics]
    return parity_select(source_of(ROWS[0]), *(sides * 2)[:2]).windows


@pytest.mark.parametrize(
    ("logic", "function", "frame"),
    [
        (f"AVG(x) {ROWS_6}", "avg", (6, 0)),
        (f"AVG(x) {ROWS_6.replace('6 PRECEDING', '64 PRECEDING')}", "avg", (64, 0)),
        (f"SUM(x) {ROWS_6.replace('6 PRECEDING', 'UNBOUNDED PRECEDING')}", "sum", (None, 0)),
        (f"MAX(x) {ROWS_6.replace('CURRENT ROW', '2 PRECEDING')}", "max", (6, 2)),
        ("MIN(x) OVER (PARTITION BY who)", "min", (None, None)),
        (f"LAG(x) OVER {EACH})", "lag", (1, 1)),
        (f"LEAD(x, 2) OVER {EACH})", "lag", (-2, -2)),
        (f"ROW_NUMBER() OVER {EACH})", "row_number", (None, None)),
    ],
)
def test_the_plan_of_a_simple_window(logic, function, frame):
    [window] = plan_of(logic)["windows"].values()
    assert (window["function"], (window["first"], window["last"])) == (function, frame)


def test_equal_windows_share_a_column():
    assert len(plan_of(f"AVG(x) {ROWS_6}", f"AVG(x) {ROWS_6} + 1")["windows"]) == 1
    assert len(plan_of(f"AVG(x) {ROWS_6}", f"SUM(x) {ROWS_6}")["windows"]) == 2


def test_sixteen_windows_are_planned_and_no_more():
    lags = [f"LAG(x, {back}) OVER {EACH})" for back in range(17)]
    assert len(plan_of("+".join(lags[:16]))["windows"]) == 16
    assert plan_of("+".join(lags)) is None


def test_values_are_needed_but_where_nulls_alone_are_counted():
    assert plan_of(f"COUNT(x) {ROWS_6}")["arguments"] == {"c0": False}
    assert plan_of(f"COUNT(x) {ROWS_6}", f"AVG(x) {ROWS_6}")["arguments"] == {"c0": True}


def test_a_zero_for_nulls_is_a_null_rule_of_its_own():
    [window] = plan_of(f"AVG(COALESCE(x, 0)) {ROWS_6}")["windows"].values()
    assert window["rule"] == "zero_fill"
    [window] = plan_of(f"AVG(COALESCE(x, 0)) {ROWS_6}", rule="forward_fill")["windows"].values()
    assert window["rule"] == "forward_and_zero_fill"


def test_a_null_rule_applies_to_its_columns_alone():
    rule = Rule("drop", {"prepared_x": "x"}, ("y",))
    assert (rule.column("prepared_x"), rule.column("y"), rule.with_zeros()) == ("x", "y", rule)
    with pytest.raises(NotSimple):
        rule.column("z")
