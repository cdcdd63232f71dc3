"""The charts of checks show shares, not counts, and mark the alarms."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from registry.checks import charts

HISTOGRAM = {"edges": [0.0, 1.0, 2.0], "reference": [1, 3], "current": [0, 0]}


def test_both_sides_are_shares_of_their_own_rows():
    reference, current = charts.distributions(HISTOGRAM)["data"]
    assert (list(reference["y"]), list(current["y"])) == ([0.25, 0.75, 0.75], [0.0, 0.0, 0.0])


def test_the_difference_is_current_minus_reference():
    (bars,) = charts.difference(HISTOGRAM)["data"]
    assert (list(bars["x"]), list(bars["y"])) == ([0.5, 1.5], [-0.25, -0.75])


def test_only_windows_with_an_alarm_are_marked():
    points = [{"window": f"2024-01-0{day}", "value": day, "limit": 1.5, "alarm": day == 2} for day in (1, 2)]
    assert [list(trace["x"]) for trace in charts.series(points)["data"]][2] == ["2024-01-02"]
    assert charts.series(points, "PSI")["layout"]["yaxis"]["title"]["text"] == "PSI"
    assert len(charts.series(points[:1])["data"]) == 2


def test_a_bar_is_the_share_of_a_slice():
    (bars,) = charts.by_slice([{"slice": None, "share": 0.5}, {"slice": 3, "share": 0.0}])["data"]
    assert (list(bars["x"]), list(bars["y"])) == (["None", "3"], [0.5, 0.0])


def test_an_estimate_stands_between_three_standard_errors_and_within_0_and_1():
    points = [
        {"window": "2024-01-01", "value": 0.5},
        {"window": "2024-01-02", "value": None},
        {"window": "2024-01-03", "value": 0.9},
    ]
    below, above, estimate = charts.estimated(points, 0.1)["data"]
    assert list(estimate["x"]) == ["2024-01-01", "2024-01-03"]
    assert [round(value, 9) for value in below["y"]] == [0.2, 0.6]
    assert [round(value, 9) for value in above["y"]] == [0.8, 1.0]


@pytest.mark.parametrize(
    ("value", "above", "is_band"), [(1.0, False, True), (2.0, True, True), (2.0, False, False), (None, False, True)]
)
def test_the_band_lies_below_the_limit_where_a_value_above_it_is_beyond(value, above, is_band):
    points = [{"window": "2024-01-01", "value": value, "limit": 1.5, "above": above, "alarm": False}]
    assert ("fill" in charts.series(points)["data"][0]) is is_band


def test_deployments_are_marked_with_their_names():
    points = [{"window": "2024-01-01", "value": 1, "limit": 1.5, "alarm": False}]
    assert "shapes" not in charts.series(points)["layout"]
    layout = charts.series(points, "PSI", [(datetime(2024, 1, 1, 8, tzinfo=UTC), "demand, revision 3")])["layout"]
    assert layout["shapes"][0]["x0"] == "2024-01-01T08:00:00+00:00"
    assert layout["annotations"][0]["text"] == "demand, revision 3"


@pytest.mark.parametrize(("slices", "kind"), [(["2024-01", "2024-02"], "date"), (["2024-01", "north"], "category")])
def test_months_stand_on_an_axis_of_time(slices, kind):
    figure = charts.by_slice([{"slice": name, "share": 0.5} for name in slices], "Region")
    assert figure["layout"]["xaxis"]["type"] == kind
    assert figure["layout"]["yaxis"]["title"]["text"] == "Rows that differ"


def test_every_axis_of_values_is_named_by_its_column():
    for figure in (charts.distributions(HISTOGRAM, "arr_delay"), charts.difference(HISTOGRAM, "arr_delay")):
        assert figure["layout"]["xaxis"]["title"]["text"] == "arr_delay"
        assert figure["layout"]["yaxis"]["title"]["text"]


def finding(run, effect, check="drift", column="load"):
    at = datetime(2026, 11, run, 8, tzinfo=UTC)
    return SimpleNamespace(
        run_id=run, run=SimpleNamespace(finished_at=at, check_definition=check), column=column, effect=effect
    )


def test_drift_over_runs_has_the_limit_as_a_band_and_deployments_as_marks():
    deployed = [(datetime(2026, 11, day, tzinfo=UTC), f"revision {day}") for day in (3, 1)]
    chart = charts.drift_over_runs([finding(2, 0.4), finding(4, 1.5), finding(5, 0.2, "other")], deployed)
    assert [(trace["name"], list(trace["y"])) for trace in chart.figure["data"]] == [
        ("drift", [0.4, 1.5]),
        ("other", [0.2]),
    ]
    assert len({trace["marker"]["symbol"] for trace in chart.figure["data"]}) == 2
    band, mark = chart.figure["layout"]["shapes"]
    assert (band["y0"], band["y1"], mark["x0"][:10]) == (0, 1, "2026-11-03")
    assert [note["text"] for note in chart.figure["layout"]["annotations"]] == ["revision 3"]
    axes = [chart.figure["layout"][name]["title"]["text"] for name in ("xaxis", "yaxis")]
    assert axes == ["Run finished (UTC)", "Largest drift, × limit"]
    assert chart.sentence.startswith("1 of the newest 3 runs went over a limit.")
    assert chart.rows[0] == ("2026-11-05 08:00", "other", "load", 0.2)
