"""The chart of groups, and the heat map of organizations."""

from __future__ import annotations

from assessments.health.charts.groups import groups, heat_map, heat_sentence
from assessments.health.rules.scoring import GroupScore

SERVING = GroupScore("Serving", 2, 1, 1, 0, 50.0)
TRAINING = GroupScore("Training", 4, 0, 1, 3, 0.0)
NOTHING = GroupScore("Governance", 0, 0, 0, 0, None)


def test_the_sentence_names_the_highest_score_and_what_is_empty():
    chart = groups([SERVING, TRAINING, NOTHING])
    assert chart.sentence == "Highest score: Serving, 50%. Nothing is implemented in Training."
    assert groups([SERVING]).sentence == "Highest score: Serving, 50%."


def test_nothing_applicable_is_no_share_and_no_error():
    chart = groups([NOTHING])
    assert chart.sentence == "Nothing is applicable yet."
    assert [list(bar["x"]) for bar in chart.figure["data"]] == [[0.0]] * 3
    assert list(chart.figure["data"][0]["y"]) == ["Governance"]


def test_bars_are_shares_of_what_applies_and_the_table_has_the_counts():
    chart = groups([SERVING, TRAINING])
    assert [list(bar["x"]) for bar in chart.figure["data"]] == [[50.0, 0.0], [50.0, 25.0], [0.0, 75.0]]
    assert chart.rows[1] == ["Training", 0.0, 0, 1, 3, 4]


def test_a_heat_map_has_every_group_and_a_gap_where_an_organization_has_none():
    columns, rows = heat_map([("A", [SERVING]), ("B", [TRAINING, NOTHING])])
    assert columns == ["Serving", "Training", "Governance"]
    assert [[cell[0] for cell in cells] for _, cells in rows] == [[50.0, None, None], [None, 0.0, None]]


def test_the_lowest_group_is_by_its_mean_over_those_that_have_it():
    assert heat_sentence([("A", [SERVING]), ("B", [SERVING._replace(health_score=10.0), TRAINING])]) == (
        "Lowest overall: Training, 0% on average."
    )
    assert heat_sentence([]) == heat_sentence([("A", [NOTHING])]) == "Nothing is applicable yet."
