"""Windows and calibrated limits: quiet without drift, awake to a small shift."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.drift.side_values import of_arrays
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.drift.windows import series_of
from registry.compute.stats.calibration import onsets

MONDAY = date(2024, 1, 1)
REFERENCE, DAYS = 28, 90


def starts(days: int, rows: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([MONDAY + timedelta(days=day) for day in range(days) for _ in range(rows)])])


def plan_of(rows: int, *, reference=REFERENCE, days=DAYS, calibrated=True, minimum_rows=200) -> Plan:
    every, cut = starts(days, rows), reference * rows
    return Plan(Cut.of(every.slice(0, cut)), Cut.of(every.slice(cut)), "day", calibrated, minimum_rows)


def weekend(days: int) -> np.ndarray:
    return np.array([(MONDAY + timedelta(days=day)).weekday() >= 5 for day in range(days)])


def judged(values, rows, plan=None, reference=REFERENCE, limits=None):
    whole, cut = pa.chunked_array([pa.array(values)]), reference * rows
    return series_of(of_arrays(whole.slice(0, cut), whole.slice(cut)), plan or plan_of(rows), limits or {})


def test_a_window_is_the_rows_of_a_day():
    cut = Cut.of(pa.chunked_array([pa.array([date(2024, 1, 2), None, date(2024, 1, 1), date(2024, 1, 2)])]))
    assert cut.labels == (date(2024, 1, 1), date(2024, 1, 2))
    assert [rows.tolist() for rows in cut.rows] == [[2], [0, 3]]


def test_a_weekend_pattern_is_no_drift():
    values = np.random.default_rng(1).normal(size=DAYS * 500) + 2 * np.repeat(weekend(DAYS), 500)
    by_value, by_nulls = judged(values, 500)
    assert by_value.calibrated
    assert not by_value.alarms
    assert not by_nulls.alarms


def over_a_year(current: int, *, reference=365, rows=300) -> tuple[np.ndarray, Plan]:
    """A column that rises and falls with the year by a standard deviation each way, on both sides."""
    days = reference + current
    season = np.sin(2 * np.pi * np.arange(days) / 365)
    values = np.random.default_rng(15).normal(size=days * rows) + np.repeat(season, rows)
    return values, plan_of(rows, reference=reference, days=days)


def test_with_a_year_of_reference_a_month_is_held_against_the_same_month():
    values, plan = over_a_year(60)
    assert plan.is_seasonal
    by_value = judged(values, 300, plan, reference=365)[0]
    assert not by_value.alarms
    assert by_value.detectable_shift <= 0.5
    values[-7 * 300 :] += 0.75  # within what the year goes through, beyond what the month does
    assert judged(values, 300, plan, reference=365)[0].alarms
    without = plan._replace(reference=Cut(plan.reference.labels[:300], plan.reference.rows[:300]))
    assert not without.is_seasonal
    assert not judged(values, 300, without, reference=365)[0].alarms


@pytest.mark.parametrize(
    ("change", "seasonal"),
    [
        ({}, True),
        ({"window": "week"}, True),
        ({"window": "month"}, False),
        ({"reference": Cut((), ())}, False),
    ],
)
def test_months_apart_need_a_year_of_days_or_weeks(change, seasonal):
    _, plan = over_a_year(30, rows=1)
    assert plan._replace(**change).is_seasonal is seasonal


def test_a_month_that_the_reference_hardly_has_is_held_against_all_of_it():
    _, plan = over_a_year(30, rows=1)  # the current side is January of the next year
    labels = [label for label in plan.reference.labels if label.month != 1 or label.day == 1]
    bare = plan._replace(reference=Cut(tuple(labels), tuple(np.arange(1) for _ in labels)))
    assert not bare.is_seasonal
    assert set(bare.classes(bare.current)) == {0, 1}


def test_a_shift_is_seen_within_days_and_dated():
    values = np.random.default_rng(2).normal(size=DAYS * 1_000)
    values[60 * 1_000 :] += 0.3
    series = judged(values, 1_000)[0]
    first = date.fromisoformat(series.alarms[0].window)
    assert MONDAY + timedelta(days=60) < first <= MONDAY + timedelta(days=62)
    assert series.detectable_shift <= 0.3


def test_one_odd_day_is_no_alarm_when_calibrated_and_is_one_by_a_fixed_limit():
    values = np.random.default_rng(3).normal(size=DAYS * 2_000)
    values[40 * 2_000 : 41 * 2_000] += 2
    assert not judged(values, 2_000)[0].alarms
    fixed = judged(values, 2_000, plan_of(2_000, calibrated=False))[0]
    assert [point.window for point in fixed.alarms] == ["2024-02-10"]


def test_a_limit_that_somebody_set_is_kept():
    values = np.random.default_rng(4).normal(size=DAYS * 500)
    series = judged(values, 500, limits={"wasserstein_normed": 0.3})[0]
    assert (series.calibrated, series.limit, series.points[0].limit) == (False, 0.3, 0.3)


def test_a_fixed_limit_is_raised_to_what_chance_alone_reaches():
    values = np.random.default_rng(4).normal(size=DAYS * 500)
    series = judged(values, 500, limits={"wasserstein_normed": 0.01})[0]
    assert (series.limit, series.alarms) == (0.01, [])
    assert 0.1 < series.points[0].limit < 0.2


def test_nulls_that_come_up_are_an_alarm():
    values = np.random.default_rng(5).normal(size=DAYS * 500)
    null = np.random.default_rng(5).random(values.size) < np.where(np.arange(values.size) < 60 * 500, 0.05, 0.15)
    by_value, by_nulls = judged(pa.array(values, mask=null), 500)
    assert not by_value.alarms
    assert by_nulls.alarms[0].window == "2024-03-02"


def test_categories_have_windows_too():
    random = np.random.default_rng(6)
    before = random.choice(["a", "b", "c"], 60 * 500, p=[0.5, 0.3, 0.2])
    after = random.choice(["a", "b", "d"], 30 * 500, p=[0.5, 0.3, 0.2])
    series = judged(np.concatenate([before, after]), 500)[0]
    assert (series.statistic, series.alarms[0].window) == ("jensen_shannon", "2024-03-02")


def test_a_window_of_a_few_rows_says_nothing():
    values = np.random.default_rng(7).normal(size=DAYS * 50) + 5 * (np.arange(DAYS * 50) > 60 * 50)
    series = judged(values, 50)[0]
    assert not series.alarms
    assert {point.value for point in series.points} == {None}
    assert series.blind == "No window has the 200 values that are needed; the largest has 50."
    assert series.detectable is None


def test_too_short_a_history_keeps_the_fixed_limit():
    values = np.random.default_rng(8).normal(size=20 * 500)
    series = judged(values, 500, plan_of(500, reference=10, days=20), reference=10)[0]
    assert (series.calibrated, series.limit) == (False, 0.1)


@pytest.mark.parametrize("values", [np.zeros(DAYS * 300), np.full(DAYS * 300, np.nan), np.full(DAYS * 300, np.inf)])
def test_a_column_that_holds_nothing_to_compare_raises_no_alarm(values):
    assert not any(series.alarms for series in judged(values, 300))


QUIET = {
    "normal": lambda random, n: random.normal(size=n),
    "exponential": lambda random, n: random.exponential(size=n),
    "skewed": lambda random, n: random.lognormal(0, 1, size=n),
    "uniform": lambda random, n: random.uniform(size=n),
    "heavy tails": lambda random, n: random.standard_t(3, size=n),
    "eight categories": lambda random, n: random.choice(list("abcdefgh"), n),
    "forty categories": lambda random, n: random.choice(40, n, p=ZIPF).astype(str),
    "two values": lambda random, n: random.choice([True, False], n, p=[0.1, 0.9]),
    "nulls": lambda random, n: pa.array(random.normal(size=n), mask=random.random(n) < 0.1),
}
ZIPF = 1 / np.arange(1, 41) / (1 / np.arange(1, 41)).sum()


@pytest.mark.slow
@pytest.mark.parametrize("population", QUIET)
def test_fixed_limits_hold_for_all_windows_together(population):
    """100 quiet columns, twelve days of 300 rows: at most one alarm a week, where each window's own chance gives four."""
    random, plan = np.random.default_rng(13), plan_of(300, days=40, calibrated=False)
    alarms = sum(
        len(series.alarms) for _ in range(100) for series in judged(QUIET[population](random, 40 * 300), 300, plan)
    )
    assert alarms * 7 / 12 <= 1.2


def test_one_value_beyond_all_others_is_no_drift_and_many_are():
    values = np.random.default_rng(14).standard_t(3, size=40 * 300)
    furthest = np.abs(values).max()
    values[35 * 300] = 3 * furthest  # of 300 rows
    plan = plan_of(300, days=40, calibrated=False)
    assert not judged(values, 300, plan)[0].alarms
    values[35 * 300 : 35 * 300 + 10] = 3 * furthest
    assert [point.window for point in judged(values, 300, plan)[0].alarms] == ["2024-02-05"]
    values[35 * 300 : 35 * 300 + 10] = [1_000 * furthest, *np.zeros(9)]
    assert judged(values, 300, plan)[0].alarms, "further than chance goes"


@pytest.mark.slow
def test_a_hundred_quiet_columns_raise_at_most_one_alarm_a_week_and_a_fifth_of_a_deviation_is_seen_in_a_week():
    """The measure: 100 columns, 90 days of 5,000 rows, a weekend pattern. KS p < 0.05 would raise 541 alarms a week,
    normed Wasserstein 0.1 358."""
    rows, random = 5_000, np.random.default_rng(11)
    plan, is_weekend = plan_of(rows), np.repeat(weekend(DAYS), rows)
    shift_plan = plan_of(rows, days=REFERENCE + 7)
    alarms = seen = 0
    for _ in range(100):
        values = random.normal(size=DAYS * rows) + is_weekend * random.uniform(0, 1)
        series = judged(values, rows, plan)
        alarms += sum(onsets(np.array([point.above for point in row.points])) for row in series)
        reference, week = values[: REFERENCE * rows], values[70 * rows : 77 * rows]  # Mondays are day 0 and day 70
        shifted = np.concatenate([reference, week + 0.2 * reference.std()])
        seen += any(point.alarm for point in judged(shifted, rows, shift_plan)[0].points)
    assert alarms / ((DAYS - REFERENCE) / 7) <= 1
    assert seen >= 95
