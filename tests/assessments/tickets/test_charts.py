"""Each chart of the tickets shows what its sentence and its table say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.tickets import charts
from assessments.tickets.queries.backlog import AGES, OpenTickets
from assessments.tickets.queries.weeks import Week
from assessments.tickets.rules.costs import ESTIMATED, NONE, RECORDED, TypeFigures

ACCESS = TypeFigures("access", 6, 0.6, 3.0, 9.5, 60.0, 10.0, RECORDED, 60.0, 0.0)
HOW_TO = TypeFigures("how_to", 3, 0.3, 12.0, 20.0, 30.0, 10.0, ESTIMATED, 12.0, 18.0)
BUG = TypeFigures("bug", 1, 0.1, None, None, 10.0, 10.0, RECORDED, 10.0, 0.0)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def weeks_of(totals: list[int]) -> list[Week]:
    """Weeks of bugs, but for one ticket of each week that nobody tagged."""
    kinds = dict.fromkeys(charts.COLOURS, 0)
    return [
        Week(MONDAY + timedelta(weeks=index), total, kinds | {"bug": total - 1}) for index, total in enumerate(totals)
    ]


def test_the_bars_of_hours_and_their_cumulative_share():
    chart = charts.engineering_hours([ACCESS, HOW_TO, BUG])
    recorded, estimated, shares, threshold = chart.figure["data"]
    assert (list(recorded["y"]), list(estimated["y"])) == ([60, 12, 10], [0, 18, 0])
    assert recorded["marker"]["color"] == ["var(--chart-1)", "var(--chart-1)", "var(--chart-reference)"]
    assert list(shares["y"]) == pytest.approx([60, 90, 100])
    assert list(threshold["y"]) == [80, 80, 80]
    assert chart.rows[:2] == [
        ("access", 60, 60, 0, 60, 6, "recorded"),
        ("how to", 30, 12, 18, 90, 3, "partly estimated"),
    ]
    assert (
        chart.sentence == "80% of the hours: access, how to. 18.0% of the hours are estimated from the recorded ones."
    )
    assert charts.engineering_hours([ACCESS]).sentence == "80% of the hours: access. All hours are recorded."


def test_without_recorded_hours_the_bars_are_tickets_and_the_sentence_says_why():
    unknown = [figure._replace(effort_hours=0.0, recorded_hours=0.0, estimated_hours=0.0, hours_are=NONE,
                               hours_per_ticket=None) for figure in (ACCESS, HOW_TO)]  # fmt: skip
    chart = charts.engineering_hours(unknown)
    bars, shares, _ = chart.figure["data"]
    assert (list(bars["y"]), list(shares["y"])) == ([6, 3], pytest.approx([200 / 3, 100]))
    assert chart.title == "Tickets by type"
    assert chart.sentence == (
        "80% of the tickets: access, how to. Counted in tickets, because nobody recorded hours in this window."
    )


def test_no_tickets_no_pareto():
    chart = charts.engineering_hours([])
    assert (chart.sentence, chart.rows) == ("No labelled ticket was opened in this window.", [])


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        ([1, 1, 1, 1, 1, 1, 1], "A trend shows from eight full weeks on."),
        ([9, 1, 1, 1, 1, 2, 2, 2, 2], "8 tickets in the last four weeks, more than the 4 in the four before."),
        ([2, 2, 2, 2, 1, 1, 1, 1], "4 tickets in the last four weeks, fewer than the 8 in the four before."),
        ([2, 2, 2, 2, 2, 2, 2, 2], "8 tickets in the last four weeks, as many as the 8 in the four before."),
    ],
)
def test_the_last_four_weeks_against_the_four_before(totals, sentence):
    assert charts.weekly(weeks_of(totals)).sentence == sentence


@pytest.mark.parametrize(
    ("totals", "trend"),
    [
        ([], []),
        ([4, 8], [None, None]),
        ([4, 8, 4], [None, None, None]),
        ([4, 8, 4, 8], [None, None, None, 6]),
        ([4, 8, 4, 8, 0], [None, None, None, 6, 5]),
    ],
)
def test_the_trend_is_the_mean_of_four_weeks(totals, trend):
    *_, line = charts.weekly(weeks_of(totals)).figure["data"]
    assert list(line["y"]) == trend


def test_a_week_has_a_bar_for_each_type_and_its_untagged_tickets_in_the_table():
    chart = charts.weekly(weeks_of([3, 5]))
    bugs = next(trace for trace in chart.figure["data"] if trace["name"] == "bug")
    assert (list(bugs["x"]), list(bugs["y"])) == (["2026-01-05", "2026-01-12"], [2, 4])
    assert chart.columns == ["Week of", "access", "how to", "feature request", "bug", "other", "Untagged", "All"]
    assert chart.rows == [("2026-01-12", 0, 0, 0, 4, 0, 1, 5), ("2026-01-05", 0, 0, 0, 2, 0, 1, 3)]


def test_the_slowest_type_is_named_and_an_open_one_is_left_out():
    chart = charts.resolution([ACCESS, HOW_TO, BUG])
    medians, percentiles = chart.figure["data"]
    assert (list(medians["x"]), list(medians["y"]), list(percentiles["y"])) == (
        ["access", "how to"], [3.0, 12.0], [9.5, 20.0],
    )  # fmt: skip
    assert chart.rows == [("access", 3.0, 9.5), ("how to", 12.0, 20.0)]
    assert chart.sentence == "Slowest: how to, half of them within 12.0 hours."
    assert charts.resolution([BUG]).sentence == "No ticket that was opened in this window is resolved yet."


def test_the_open_tickets_by_age():
    groups = [OpenTickets(age.label, count) for age, count in zip(AGES, (5, 0, 0, 2, 1), strict=True)]
    chart = charts.backlog(groups)
    (bars,) = chart.figure["data"]
    assert list(bars["y"]) == [5, 0, 0, 2, 1]
    assert chart.sentence == "8 open now, 1 of them for over 12 weeks."
    assert charts.backlog([group._replace(count=0) for group in groups]).sentence == "No ticket is open."


def test_the_team_with_the_most_tickets_comes_first():
    columns, rows = charts.team_heat({("ml", "bug"): 1, ("", "access"): 2, ("ads", ""): 8})
    assert columns == ["access", "how to", "feature request", "bug", "other", "unlabelled"]
    assert [team for team, _ in rows] == ["ads", "no team", "ml"]
    assert [(cell.score, cell.step) for cell in rows[0][1]] == [(0, None)] * 5 + [(8, 4)]
    assert charts.team_heat({})[1] == []
