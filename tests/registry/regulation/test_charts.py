"""The bars of an explanation: one per row, in the order of the rows, coloured by their sign."""

from __future__ import annotations

from registry.regulation.charts import DOWN, UP, contributions
from registry.regulation.rules.explanation import ranked


def test_each_row_is_a_bar_with_the_colour_of_its_direction():
    (bar,) = contributions(ranked({"income": 0.2, "debt": -0.3, "age": 0.0}))["data"]
    assert list(bar["y"]) == ["debt", "income", "age"]
    assert list(bar["x"]) == [-0.3, 0.2, 0.0]
    assert list(bar["marker"]["color"]) == [DOWN, UP, UP]


def test_the_first_row_is_on_top_and_names_that_look_like_numbers_stay_names():
    axis = contributions([("2024", 1.0), ("7", -1.0)])["layout"]["yaxis"]
    assert (axis["autorange"], axis["type"]) == ("reversed", "category")


def test_no_rows_are_no_bars():
    (bar,) = contributions([])["data"]
    assert (list(bar["x"]), list(bar["y"])) == ([], [])
