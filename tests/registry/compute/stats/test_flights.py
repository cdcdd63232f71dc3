"""The worked cases on the real flights: parity and drift, held against figures that another stack computed."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

import platform_site
from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from registry.compute.stats.drift import judge_column
from registry.compute.stats.equality_rule import Family, Rule
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import alarms_sentence, distribution_alarms, parity_verdict
from tests import golden
from tests.registry.compute.stats.samples import compared_rows

FLIGHTS = Path(platform_site.__file__).parent / "roof" / "demo" / "flights.parquet"
CASES = golden.load("flights")
LAST_SEVEN = "OVER (PARTITION BY tailnum ORDER BY time_hour, flight_id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
SO_FAR = "OVER (PARTITION BY tailnum ORDER BY time_hour, flight_id ROWS UNBOUNDED PRECEDING)"
BOTH_DEFINITIONS = f"""
    WITH filled AS (SELECT *, LAST_VALUE(arr_delay IGNORE NULLS) {SO_FAR} AS carried FROM flights)
    SELECT AVG(carried) {LAST_SEVEN} AS trained, AVG(COALESCE(arr_delay, 0)) {LAST_SEVEN} AS serving, month
    FROM filled ORDER BY flight_id
"""


def selected(sql):
    with duckdb.connect() as connection:
        connection.register("flights", connection.read_parquet(str(FLIGHTS)))
        return {name: as_column(values) for name, values in connection.sql(sql).fetchnumpy().items()}


def as_column(values):
    return Column.of(np.ma.getdata(values), np.ma.getmaskarray(values))


@pytest.fixture(scope="module")
def definitions():
    return selected(BOTH_DEFINITIONS)


@pytest.fixture(scope="module")
def parity(definitions):
    return compared_rows(definitions["trained"], definitions["serving"])


def test_parity_finds_every_row_that_the_changed_null_rule_made_wrong(parity):
    expected = CASES["parity"]["expect"]
    for name in ("rows", "rows_that_differ", "null_in_one_only"):
        assert getattr(parity, name) == expected[name]
    assert parity.max_abs_difference == pytest.approx(expected["max_abs_difference"], rel=1e-9)
    assert parity_verdict(parity, Rule(Family.FLOAT, Family.FLOAT, rtol=1e-9)).sentence == (
        "40,367 of 336,776 rows differ (12.0%; 2,590 null on one side only), above the limit of 0%. "
        "Floats are equal within 1e-9 relative; the largest difference is 156.571."
    )


def test_no_distribution_statistic_alarms_on_the_same_rows(definitions):
    comparison = compare_numeric(definitions["trained"], definitions["serving"])
    for name, value in CASES["parity"]["expect"]["distribution"].items():
        assert comparison.as_dict()[name] == pytest.approx(value, rel=1e-9), name
    assert alarms_sentence(distribution_alarms(comparison)) == "Every distribution statistic is below its alarm limit."
    assert judge_column(comparison).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", CASES["drift_january_to_july"])
def test_drift_from_january_to_july_is_that_of_the_worked_case(name):
    expected = CASES["drift_january_to_july"][name]
    compare = compare_numeric if "ks" in expected else compare_categorical
    months = [selected(f"SELECT {name} FROM flights WHERE month = {month}")[name] for month in (1, 7)]
    report = compare(*months).as_dict()
    assert {key: report[key] for key in expected} == pytest.approx(expected, rel=1e-9)
