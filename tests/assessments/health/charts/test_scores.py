"""The chart of scores over time."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from assessments.health.charts.scores import scores
from assessments.health.queries.assessments import Point, ScoreAndLevels
from assessments.health.rules.comparison import Change
from assessments.health.rules.maturity import AD_HOC


def point(day: int, score: float | None, *moves: Change) -> Point:
    return Point(SimpleNamespace(assessed_on=date(2026, 1, day)), ScoreAndLevels(score, AD_HOC, AD_HOC), list(moves))


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([], "No score yet."),
        ([point(1, None)], "No score yet."),
        ([point(1, 40.0), point(2, None)], "40% at the only scored assessment."),
        ([point(1, 40.0), point(2, None), point(3, 35.5)], "From 40% to 35.5% over 2 assessments."),
    ],
)
def test_the_sentence_is_about_assessments_with_a_score(points, sentence):
    assert scores(points).sentence == sentence


def test_the_line_has_a_gap_without_a_score_and_the_table_is_newest_first():
    chart = scores([point(1, None), point(2, 50.0, Change("lineage", None, "partial"))])
    assert list(chart.figure["data"][0]["y"]) == [None, 50.0]
    assert [row[0] for row in chart.rows] == ["2026-01-02", "2026-01-01"]
    assert chart.rows[0][4] == "lineage: None to partial"
