"""Each chart shows what its sentence and its table say."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.charts import figures as charts
from assessments.adoption.rules.adoption import ActiveTeams, Coverage, ProjectMonth
from assessments.adoption.rules.velocity import Release, yearly

AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
TEAMS = tuple("abcdefg")
ACTIVE = [ActiveTeams(AUGUST, TEAMS), ActiveTeams(SEPTEMBER, TEAMS[:6]), ActiveTeams(OCTOBER, ("b", "z"))]
PROJECTS = [ProjectMonth(AUGUST, 4, 3), ProjectMonth(SEPTEMBER, 0, 0), ProjectMonth(OCTOBER, 2, 1)]
RELEASES = [Release("a", date(2024, 1, 1), date(2024, 1, 29))] * 3 + [
    Release("b", date(2026, 1, 5), date(2026, 3, 2))
] * 3


def test_the_current_month_is_pale():
    chart = charts.active_teams(ACTIVE, ACTIVE[:2], False)
    (bars,) = chart.figure["data"]
    assert list(bars["y"]) == [7, 6, 2]
    assert bars["marker"]["color"] == [charts.HERE, charts.HERE, charts.ELSEWHERE]
    assert chart.rows == [
        ("Oct 2026", 2, "z", "a, c, d, e, f"), ("Sep 2026", 6, None, "g"), ("Aug 2026", 7, None, None),
    ]  # fmt: skip


def test_of_many_names_a_chart_has_the_first():
    months = [ActiveTeams(AUGUST, ()), ActiveTeams(SEPTEMBER, tuple(f"t{n:04}" for n in range(3_000)))]
    came = charts.active_teams(months, months[:1], False).rows[0][2]
    assert came == "t0000, t0001, t0002, t0003, t0004, t0005 and 2,994 more"


@pytest.mark.parametrize(
    ("full", "falling", "sentence"),
    [
        (ACTIVE[:2], False, "6 teams ran a training in Sep 2026, 7 in the month before. The current month is pale."),
        (ACTIVE[:2], True, f"6 teams ran a training in Sep 2026, 7 in the month before. {charts.FALLING}"),
        (ACTIVE[:1], False, "7 teams ran a training in Aug 2026. The current month is pale."),
        ([], False, "No training run was reported in a month that is over."),
    ],
)
def test_the_sentence_of_the_active_teams(full, falling, sentence):
    assert charts.active_teams(ACTIVE, full, falling).sentence == sentence


def test_the_sentence_says_of_how_many_teams():
    assert charts.active_teams(ACTIVE, ACTIVE[:2], False, 12).sentence.startswith("6 of 12 teams ran a training")


def test_the_bars_of_a_month_add_up_to_its_projects():
    chart = charts.new_projects(PROJECTS, False)
    here, elsewhere = chart.figure["data"]
    assert [a + b for a, b in zip(here["y"], elsewhere["y"], strict=True)] == [4, 0, 2]
    assert chart.rows[1] == ("Sep 2026", 0, 0, None)
    assert chart.sentence == (
        "4 of 6 new projects of the last twelve months began on the platform. The last full months: 75%."
    )
    assert charts.new_projects(PROJECTS, True).sentence == f"{chart.sentence} {charts.FALLING}"
    assert charts.new_projects(PROJECTS[1:2], False).sentence == "No new project was reported in twelve months."


def test_releases_stand_at_their_weeks_under_their_years_median():
    chart = charts.release_weeks(RELEASES, yearly(RELEASES))
    points, medians = chart.figure["data"]
    assert list(points["y"]) == [4.0] * 3 + [8.0] * 3
    assert list(medians["y"]) == [4.0, 4.0, None, 8.0, 8.0, None]
    assert chart.rows[0] == ("b", "2026-01-05", "2026-03-02", 8.0)
    assert chart.sentence == (
        "The median release took 8.0 weeks in 2026, 2.0× the 4.0 weeks of 2024. At 2× or more we call it a feature tax."
    )
    assert "2024 has 1." in charts.release_weeks(RELEASES[:1], yearly(RELEASES[:1])).sentence
    assert charts.release_weeks([], []).sentence == "No release was reported."


def test_nothing_to_measure_is_said():
    assert charts.coverage_words(Coverage(0, 0, 3)) == "no supported use case is on record"
    assert charts.coverage_words(Coverage(5, 5, 3)) == "5 of 5 supported use cases run on the platform"
