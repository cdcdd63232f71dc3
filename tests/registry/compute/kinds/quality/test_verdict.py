"""The outcome of a metric or figure: by the whole period, by its windows, and never by chance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry.compute.kinds.drift.series import Point, Series
from registry.compute.kinds.quality.verdict import (
    UNDECIDED,
    Finding,
    groups_that_decide,
    report,
    unanswerable,
    unanswered,
    windows_sentence,
)
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.result import Outcome

FINDING = Finding("metric: AUC", "metric_change", 0.05, 0.1, 0.5, False, False, "AUC moved.", {"metric": "auc"})


def series(*values: float | None, alarms: tuple[int, ...] = (), blind: str = "", limit: float = 0.2) -> Series:
    points = tuple(
        Point(
            (date(2024, 1, 1) + timedelta(days=day)).isoformat(),
            50,
            value,
            limit,
            value is not None and value > limit,
            day in alarms,
        )
        for day, value in enumerate(values)
    )
    return Series("auc_error", points, calibrated=True, blind=blind)


@pytest.mark.parametrize(
    ("is_beyond", "is_broken", "windows", "outcome"),
    [
        (False, False, None, Outcome.PASSED),
        (True, False, None, Outcome.NOT_ENOUGH_DATA),
        (True, True, None, Outcome.DRIFTED),
        (False, False, series(0.1, 0.1), Outcome.PASSED),
        (False, False, series(0.1, 0.3), Outcome.PASSED),
        (False, False, series(0.3, 0.3, alarms=(1,)), Outcome.DRIFTED),
        (True, False, series(0.3, 0.3, alarms=(1,)), Outcome.DRIFTED),
    ],
)
def test_the_outcome_is_that_of_the_whole_interval_or_of_an_alarm(is_beyond, is_broken, windows, outcome):
    result = report(FINDING._replace(is_beyond=is_beyond, is_broken=is_broken), windows)
    assert result.outcome == outcome
    assert (UNDECIDED in result.sentence) is (is_beyond and not is_broken)
    assert ("series" in result.content) is (windows is not None)


@pytest.mark.parametrize(
    ("windows", "effect"), [(None, 0.5), (series(0.3, 0.6, alarms=(1,)), 3.0), (series(0.3, 0.6), 0.5)]
)
def test_the_effect_is_the_largest_of_the_period_and_of_the_windows_in_alarm(windows, effect):
    assert report(FINDING, windows).effect == pytest.approx(effect)


@pytest.mark.parametrize(
    ("windows", "sentence"),
    [
        (series(None, None), "No window has enough rows to be judged."),
        (series(0.1, 0.1, blind="It cannot alarm."), "It cannot alarm."),
        (series(0.1, None), "Over 1 window: no alarm."),
        (series(0.1, 0.3, 0.1), "Over 3 windows: no alarm, 1 above the limit."),
        (
            series(0.11, 0.12, 0.13, 0.14, 0.16),
            "Over 5 windows: no alarm. 1 - AUC: It rose in each of the last 4 windows, to 80% of its limit.",
        ),
        (
            series(0.3, 0.6, 0.1, alarms=(1,)),
            "By window: an alarm 2024-01-01 to 2024-01-02, where 1 - AUC is 0.6, limit 0.2.",
        ),
        (
            series(0.3, 0.3, 0.1, 0.1, 0.5, 0.3, alarms=(1, 5)),
            "By window: 2 alarms, the largest 2024-01-05 to 2024-01-06, where 1 - AUC is 0.5, limit 0.2.",
        ),
    ],
)
def test_what_the_windows_say(windows, sentence):
    assert windows_sentence(windows) == sentence


def test_a_question_without_an_answer_is_collected_and_nothing_else_is():
    columns = [
        unanswered("fairness", Outcome.NOT_APPLICABLE, "There is one group."),
        unanswered("metrics", Outcome.NOT_ENOUGH_DATA, "Too few labels."),
        ColumnReport("x", "numeric", "not_applicable", "Of two types."),
    ]
    assert unanswerable(columns) == ["There is one group."]


def test_the_first_figure_with_a_pair_names_the_groups():
    columns = [
        ColumnReport("x", "numeric", "drifted", "Moved."),
        ColumnReport("f", "quality", "drifted", "Women against men.", content={"pair": [1, 2]}),
        ColumnReport("g", "quality", "drifted", "Old against young.", content={"pair": [1, 2]}),
    ]
    assert groups_that_decide(columns) == ["Women against men."]
    assert groups_that_decide(columns[:1]) == []
