"""What windows say: of one column by its alarms, of all columns by their periods, limits and power."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from registry.compute.kinds.coverage import BEYOND, FEW_IN_WINDOW, LeftOut
from registry.compute.kinds.drift.column import ColumnDrift
from registry.compute.kinds.drift.over_windows import outside_windows, over_windows, windows_of
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.series import Point, Series
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.drift import ColumnVerdict
from registry.compute.stats.result import Outcome

MONDAY = date(2024, 1, 1)
DAYS = DriftParameters("a", "b", window="day")


def series(*values, alarms=(), statistic="wasserstein_normed", first=MONDAY, calibrated=True, **options) -> Series:
    points = tuple(
        Point(
            (first + timedelta(days=day)).isoformat(), 500, value, 0.2, value is not None and value > 0.2, day in alarms
        )
        for day, value in enumerate(values)
    )
    return Series(statistic, points, calibrated=calibrated, **options)


def drift_of(outcome=Outcome.PASSED, sentence="As before.") -> ColumnDrift:
    return ColumnDrift("price", "numeric", ColumnVerdict(outcome, sentence), {"ks": 0.1})


def column(*several: Series, name="price") -> ColumnReport:
    return ColumnReport(name, "numeric", "passed", "", content={"series": list(several)})


def plan(reference=20, *, sizes=(300, 300), calibrated=True, beyond=(0, 0)) -> Plan:
    def cut(first, rows, beyond):
        labels = tuple(first + timedelta(days=day) for day in range(len(rows)))
        return Cut(labels, tuple(np.arange(count) for count in rows), beyond)

    sides = cut(MONDAY, [300] * reference, beyond[0]), cut(date(2024, 6, 3), sizes, beyond[1])
    return Plan(*sides, "day", calibrated, 200)


@pytest.mark.parametrize(
    ("several", "outcome", "sentence"),
    [
        ([series(0.1, 0.1)], "passed", "2 windows within their limits."),
        ([series(0.1, None)], "passed", "1 window within its limit. 1 has too few values."),
        ([series(0.1, None, None, 0.1)], "passed", "2 windows within their limits. 2 have too few values."),
        ([series(0.1, 0.3)], "passed", "1 of 2 windows above the limit, never two of three in a row: no alarm."),
        ([series(0.3, 0.5, alarms=(1,))], "drifted", "Normalized Wasserstein 0.5 on 2024-01-02, limit 0.2: an alarm, 2024-01-01 to 2024-01-02."),
        (
            [series(0.3, 0.5, 0.1, 0.1, 0.1, 0.3, 0.3, alarms=(1, 6))],
            "drifted",
            "Normalized Wasserstein 0.5 on 2024-01-02, limit 0.2: 2 alarms, the first 2024-01-01 to 2024-01-02, the last 2024-01-06 to 2024-01-07.",
        ),
        ([series(0.1, 0.1, blind="It cannot alarm.")], "blind", "It cannot alarm."),
        ([series(0.11, 0.12, 0.13, 0.14, 0.16)], "passed", "Normalized Wasserstein: It rose in each of the last 4 windows, to 80% of its limit."),
    ],
)  # fmt: skip
def test_a_column_ends_as_its_windows_do(several, outcome, sentence):
    report = over_windows(drift_of(), several)
    assert (report.outcome, report.sentence) == (outcome, sentence)
    assert report.content == {"ks": 0.1, "series": several}


def test_the_statistic_of_the_report_is_that_of_the_furthest_window_in_alarm():
    calm_but_far = series(0.9, 0.1, 0.1)
    alarmed = series(0.3, 0.5, 0.1, alarms=(1,), statistic="null_share_change")
    report = over_windows(drift_of(), [calm_but_far, alarmed])
    assert (report.statistic, report.value, report.limit, report.effect) == ("null_share_change", 0.5, 0.2, 2.5)
    assert over_windows(drift_of(), [calm_but_far]).value == 0.9


@pytest.mark.parametrize("outcome", [Outcome.BLIND, Outcome.NOT_ENOUGH_DATA])
def test_a_column_that_could_not_be_judged_whole_does_not_pass_by_calm_windows(outcome):
    report = over_windows(drift_of(outcome, "Its lengths alone."), [series(0.1)])
    assert (report.outcome, report.sentence) == (outcome, "Its lengths alone.")
    assert over_windows(drift_of(outcome), [series(0.3, 0.3, alarms=(1,))]).outcome == "drifted"


def test_without_a_window_that_says_something_there_is_no_value():
    report = over_windows(drift_of(), [series(None, None)])
    assert (report.outcome, report.statistic, report.value) == ("passed", "", None)


@pytest.mark.parametrize(("sizes", "left_out"), [((300, 300), 0), ((300, 20), 20), ((20, 30), 0), ((200, 199, 1), 200)])
def test_rows_of_small_windows_are_left_out_where_others_have_enough(sizes, left_out):
    of_windows = [entry.count for entry in outside_windows(plan(sizes=sizes)) if entry.reason == FEW_IN_WINDOW]
    assert sum(of_windows) == left_out


def test_rows_beyond_the_calendar_are_left_out_on_their_side():
    left_out = [*outside_windows(plan(beyond=(2, 5)))]
    assert left_out[:2] == [LeftOut("reference", BEYOND, 2), LeftOut("current", BEYOND, 5)]


@pytest.mark.parametrize(
    ("plan_", "several", "sentence"),
    [
        (plan(calibrated=False), [series(0.1, calibrated=False)], "The limits are fixed."),
        (plan(13), [series(0.1, calibrated=False)], "The limits are fixed: 13 reference windows are too few to calibrate, 14 are needed."),
        (plan(1), [series(0.1, calibrated=False)], "The limits are fixed: 1 reference window is too few to calibrate, 14 are needed."),
        (plan(), [series(0.1, calibrated=False)], "The limits are fixed: no column has values enough in the reference's windows to calibrate its own."),
        (plan(), [series(0.1, expected_alarms_a_week=0.25)], "Limits are each column's own; the reference itself would have raised 0.2 alarms a week."),
        (plan(), [series(0.1, expected_alarms_a_week=0.0, detectable=0.3)], "Limits are each column's own; the reference itself would have raised 0.0 alarms a week. A shift of 0.3 standard deviations would be seen within a week in the column of numbers."),
        (plan(), [series(0.1, blind="It cannot alarm.", detectable=0.3)], "The limits are fixed: no column has values enough in the reference's windows to calibrate its own."),
    ],
)  # fmt: skip
def test_how_the_windows_were_judged(plan_, several, sentence):
    assert windows_of(plan_, [column(*several)], DAYS)["sentence"] == sentence


@pytest.mark.parametrize(
    ("shifts", "detectable", "words"),
    [
        ([0.2, 1.0], 1.0, "A shift of 1 standard deviation would be seen within a week in each of the 2 columns of numbers."),
        ([0.2, None], None, "A shift of 0.2 standard deviations would be seen within a week in the column of numbers that can alarm."),
    ],
)  # fmt: skip
def test_the_shift_that_every_column_would_see_is_the_largest(shifts, detectable, words):
    columns = [column(series(0.1, detectable=shift), name=f"c{place}") for place, shift in enumerate(shifts)]
    content = windows_of(plan(), columns, DAYS)
    assert content["detectable_shift"] == detectable
    assert content["sentence"].endswith(words)


def test_periods_of_all_columns_are_joined_with_three_names_and_their_number():
    columns = [column(series(0.3, 0.3 + place / 10, alarms=(1,)), name=f"c{place}") for place in range(5)]
    later = column(series(0.3, 0.3, alarms=(1,), first=date(2024, 2, 1)), name="later")
    alarms = windows_of(plan(), [*columns, later], DAYS)["alarms"]
    assert alarms == [
        {"first": "2024-01-01", "last": "2024-01-02", "columns": ["c4", "c3", "c2"], "count": 5},
        {"first": "2024-02-01", "last": "2024-02-02", "columns": ["later"], "count": 1},
    ]


def test_reference_windows_that_stand_out_are_counted_the_most_first():
    columns = [column(series(0.1, unusual=("2024-01-03",))), column(series(0.1, unusual=("2024-01-05", "2024-01-03")))]
    fixed = column(series(0.1, unusual=("2024-01-09",), calibrated=False))
    assert windows_of(plan(), [*columns, fixed], DAYS)["unusual"] == [
        {"window": "2024-01-03", "count": 2},
        {"window": "2024-01-05", "count": 1},
    ]
