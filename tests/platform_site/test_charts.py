"""Figures are plain data, and a heat map's cells take their colour from the highest of the map."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from platform_site.charts import HOTTEST, axis, by_highest, plot


def test_a_plot_is_its_traces_and_layout_as_plain_data():
    figure = plot(go.Bar(x=["a"], y=[1]), go.Scatter(x=["a"], y=[2]), barmode="stack", yaxis=axis("Hours"))
    assert [trace["type"] for trace in figure["data"]] == ["bar", "scatter"]
    assert figure["layout"]["barmode"] == "stack"
    assert figure["layout"]["yaxis"] == {"rangemode": "tozero", "title": {"text": "Hours"}}


def test_a_property_that_a_layout_does_not_have_is_refused():
    with pytest.raises(ValueError, match="bar_mode"):
        plot(bar_mode="stack")


@pytest.mark.parametrize(
    ("count", "step"),
    [(0, None), (1, 1), (12, 1), (13, 1), (37, 1), (38, 2), (62, 2), (63, 3), (88, 4), (100, HOTTEST)],
)
def test_a_cell_is_as_warm_as_its_share_of_the_highest(count, step):
    assert by_highest(count, 100) == (count, step)


def test_a_map_without_a_count_has_no_colour():
    assert by_highest(0, 0) == (0, None)
