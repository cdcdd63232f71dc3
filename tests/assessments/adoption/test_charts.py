"""Each chart shows what its sentence and its table say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from assessments.adoption import charts as charts
from assessments.adoption.rules.adoption import ActiveTeams, Coverage, FirstSuccess, ProjectMonth
from assessments.adoption.rules.velocity import Release, yearly

AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
ACTIVE = [ActiveTeams(AUGUST, 7), ActiveTeams(SEPTEMBER, 6), ActiveTeams(OCTOBER, 2)]
PROJECTS = [ProjectMonth(AUGUST, 4, 3), ProjectMonth(SEPTEMBER, 0, 0), ProjectMonth(OCTOBER, 2, 1)]
RELEASES = [Release("a", date(2024, 1, 1), date(2024, 1, 29)), Release("b", date(2026, 1, 5), date(2026, 3, 2))]


def test_the_running_month_is_pale():
    (bars,) = charts.active_teams(ACTIVE)["data"]
    assert list(bars["y"]) == [7, 6, 2]
    assert bars["marker"]["color"] == [charts.HERE, charts.HERE, charts.ELSEWHERE]
    assert charts.active_rows(ACTIVE) == [["Oct 2026", 2], ["Sep 2026", 6], ["Aug 2026", 7]]


@pytest.mark.parametrize(
    ("full", "falling", "told"),
    [
        (ACTIVE[:2], False, "6 teams ran a training in Sep 2026, 7 in the month before. The running month is pale."),
        (ACTIVE[:2], True, "6 teams ran a training in Sep 2026, 7 in the month before. Falling two months running."),
        ([], False, "No training run was reported in a month that is over."),
    ],
)
def test_the_sentence_of_the_active_teams(full, falling, told):
    assert charts.active_sentence(full, falling) == told


def test_the_bars_of_a_month_add_up_to_its_projects():
    here, elsewhere = charts.new_projects(PROJECTS)["data"]
    assert [a + b for a, b in zip(here["y"], elsewhere["y"], strict=True)] == [4, 0, 2]
    assert charts.project_rows(PROJECTS)[1] == ["Sep 2026", 0, 0, None]
    assert "4 of 6 new projects" in charts.projects_sentence(PROJECTS, False)
    assert charts.projects_sentence(PROJECTS[1:2], False) == "No new project was reported in twelve months."


def test_releases_stand_at_their_weeks_under_their_years_median():
    points, medians = charts.release_weeks(RELEASES, yearly(RELEASES))["data"]
    assert list(points["y"]) == [4.0, 8.0]
    assert list(medians["y"]) == [4.0, 4.0, None, 8.0, 8.0, None]
    assert charts.velocity_sentence(yearly(RELEASES)) == (
        "The median release took 8.0 weeks in 2026, 2.0 times the 4.0 weeks of 2024. "
        "From 2 times on it is a feature tax."
    )
    assert "a second year" in charts.velocity_sentence(yearly(RELEASES[:1]))
    assert charts.velocity_sentence([]) == "No release was reported."


def test_nothing_to_measure_is_said():
    assert charts.coverage_words(Coverage(0, 0, 3)) == "no supported use case is on record"
    assert charts.coverage_words(Coverage(5, 5, 3)) == "5 of 5 supported use cases run on the platform"
    assert charts.in_time_words([]) == (None, "no training run is reported")
    nine = datetime(2026, 11, 2, 9)
    teams = [FirstSuccess("a", nine, nine + timedelta(minutes=30)), FirstSuccess("b", nine, None)]
    assert charts.in_time_words(teams)[0] == "1 of 2"
