"""What tickets cost: by engineering hours, by week, by the time to resolve them, by how long they wait, by team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from assessments.tickets.queries.backlog import AGES, Waiting
from assessments.tickets.queries.weeks import Week
from assessments.tickets.rules.costs import RECORDED, TypeFigures
from assessments.tickets.rules.tickets import TicketType
from assessments.tickets.rules.triage import VITAL_SHARE, pareto, vital_few
from platform_site.charts import Chart
from platform_site.heat_map import Heat, by_highest
from platform_site.text.wording import in_words

PARETO_COLUMNS = ["Type", "Hours", "Cumulative share, %", "Tickets", "Hours are"]
RESOLUTION_COLUMNS = ["Type", "Median, hours", "90th percentile, hours"]
TREND_WEEKS = 4
COLOURS = {str(kind): f"var(--chart-{place})" for place, kind in enumerate(TicketType, start=1)}


def engineering_hours(figures: Sequence[TypeFigures]) -> Chart:
    """Return the engineering hours of each type, and their cumulative share."""
    figure, sentence = _pareto_figure(figures), _pareto_sentence(figures)
    return Chart("pareto", "Engineering hours by type", figure, sentence, PARETO_COLUMNS, _pareto_rows(figures))


def weekly(weeks: Sequence[Week]) -> Chart:
    """Return the tickets of each week by type."""
    figure, sentence = _weekly_figure(weeks), _weekly_sentence(weeks)
    return Chart("weekly", "Tickets a week by type", figure, sentence, _weekly_columns(), _weekly_rows(weeks))


def resolution(figures: Sequence[TypeFigures]) -> Chart:
    """Return the hours from opening to resolving a ticket, by type."""
    figure, sentence = _resolution_figure(figures), _resolution_sentence(figures)
    rows = _resolution_rows(figures)
    return Chart("resolution", "Time to resolve by type", figure, sentence, RESOLUTION_COLUMNS, rows)


def backlog(waiting: Sequence[Waiting]) -> Chart:
    """Return the open tickets by age."""
    figure, sentence = _backlog_figure(waiting), _backlog_sentence(waiting)
    return Chart("backlog", "Open tickets by age", figure, sentence, ["Open for", "Tickets"], _backlog_rows(waiting))


def words(kind: str) -> str:
    """how_to reads as how to."""
    return in_words(kind)


def _pareto_figure(figures: Sequence[TypeFigures]) -> dict[str, Any]:
    """Bars of hours, the most first, with the cumulative share as a line and the 80 % that the vital few reach."""
    lines, few = pareto(figures), set(vital_few(figures))
    names = [words(line.type) for line in lines]
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=[line.effort_hours for line in lines],
        name="Hours",
        marker={"color": ["var(--chart-1)" if line.type in few else "var(--chart-reference)" for line in lines]},
        hovertemplate="%{x}: %{y:.1f} hours<extra></extra>",
    )
    shares = [100 * line.cumulative_share for line in lines]
    figure.add_scatter(
        x=names,
        y=shares,
        yaxis="y2",
        name="Cumulative share",
        line={"color": "var(--chart-2)"},
        hovertemplate="up to %{x}: %{y:.0f} %<extra></extra>",
    )
    figure.add_scatter(
        x=names,
        y=[100 * VITAL_SHARE] * len(names),
        yaxis="y2",
        mode="lines",
        name="80 %",
        line={"color": "var(--state-warn)", "dash": "dash"},
        hoverinfo="skip",
    )
    second = {"overlaying": "y", "side": "right", "range": [0, 105], "ticksuffix": " %", "showgrid": False}
    figure.update_layout(template="none", yaxis={"rangemode": "tozero", "title": {"text": "Hours"}}, yaxis2=second)
    return figure.to_plotly_json()


def _pareto_rows(figures: Sequence[TypeFigures]) -> list[list[Any]]:
    """The same numbers; where an effort was not recorded the resolution time stands in, and that is said."""
    known = {figure.type: figure for figure in figures}
    return [
        [
            words(line.type),
            line.effort_hours,
            100 * line.cumulative_share,
            known[line.type].count,
            "recorded" if known[line.type].hours_are == RECORDED else "estimated by resolution time",
        ]
        for line in pareto(figures)
    ]


def _pareto_sentence(figures: Sequence[TypeFigures]) -> str:
    """The vital few, and whether hours are estimated."""
    few = vital_few(figures)
    if not few:
        return "No hours are known in this window."
    told = f"{', '.join(map(words, few))} make up 80 % of the hours."
    guessed = any(figure.hours_are != RECORDED for figure in figures)
    return f"{told} Where nobody recorded an effort, the time to resolve stands in." if guessed else told


def _weekly_figure(weeks: Sequence[Week]) -> dict[str, Any]:
    """Tickets of each type a week, stacked, with the mean of the last four weeks as a line."""
    days = [week.start.date().isoformat() for week in weeks]
    figure = go.Figure()
    for kind in map(str, TicketType):
        counts = [week.by_type[kind] for week in weeks]
        figure.add_bar(x=days, y=counts, name=words(kind), marker={"color": COLOURS[kind]})
    figure.add_scatter(x=days, y=_trend(weeks), name="Mean of four weeks", line={"color": "var(--ink)", "dash": "dot"})
    figure.update_layout(template="none", barmode="stack", xaxis={"type": "date"}, yaxis={"title": {"text": "Tickets"}})
    return figure.to_plotly_json()


def _weekly_columns() -> list[str]:
    return ["Week of", *(words(str(kind)) for kind in TicketType), "Untagged", "All"]


def _weekly_rows(weeks: Sequence[Week]) -> list[list[Any]]:
    """The same numbers, the newest week first."""
    return [
        [week.start.date().isoformat(), *week.by_type.values(), week.total - sum(week.by_type.values()), week.total]
        for week in reversed(weeks)
    ]


def _weekly_sentence(weeks: Sequence[Week]) -> str:
    """The last four weeks against the four before."""
    if len(weeks) < 2 * TREND_WEEKS:
        return "A trend shows from eight full weeks on."
    last, before = (sum(week.total for week in part) for part in (weeks[-4:], weeks[-8:-4]))
    way = "as many as" if last == before else "more than" if last > before else "fewer than"
    return f"{last} tickets in the last four weeks, {way} the {before} in the four before."


def _resolution_figure(figures: Sequence[TypeFigures]) -> dict[str, Any]:
    """The median and the 90th percentile of the hours to resolve, by type."""
    closed = _closed(figures)
    names = [words(one.type) for one in closed]
    figure = go.Figure()
    for values, name, colour in (
        ([one.median_resolution_hours for one in closed], "Median", "var(--chart-1)"),
        ([one.p90_resolution_hours for one in closed], "90th percentile", "var(--chart-reference)"),
    ):
        figure.add_bar(x=names, y=values, name=name, marker={"color": colour}, hovertemplate="%{x}: %{y:.1f} hours")
    figure.update_layout(template="none", barmode="group", yaxis={"title": {"text": "Hours"}})
    return figure.to_plotly_json()


def _resolution_rows(figures: Sequence[TypeFigures]) -> list[list[Any]]:
    """The same numbers."""
    return [[words(one.type), one.median_resolution_hours, one.p90_resolution_hours] for one in _closed(figures)]


def _resolution_sentence(figures: Sequence[TypeFigures]) -> str:
    """Which type waits longest."""
    closed = _closed(figures)
    if not closed:
        return "Nothing that was opened in this window is resolved yet."
    slowest = max(closed, key=lambda one: one.median_resolution_hours or 0)
    return f"Slowest: {words(slowest.type)}, half of them within {slowest.median_resolution_hours:.1f} hours."


def _backlog_figure(waiting: Sequence[Waiting]) -> dict[str, Any]:
    """The tickets that are open now, by how long they have waited."""
    figure = go.Figure(
        go.Bar(
            x=[one.label for one in waiting],
            y=[one.count for one in waiting],
            marker={"color": "var(--chart-1)"},
            hovertemplate="%{x}: %{y} open<extra></extra>",
        )
    )
    figure.update_layout(template="none", showlegend=False, yaxis={"title": {"text": "Open tickets"}})
    return figure.to_plotly_json()


def _backlog_rows(waiting: Sequence[Waiting]) -> list[list[Any]]:
    """The same numbers."""
    return [[one.label, one.count] for one in waiting]


def _backlog_sentence(waiting: Sequence[Waiting]) -> str:
    """How many wait, and how many for longest."""
    total = sum(one.count for one in waiting)
    return f"{total} open now, {waiting[-1].count} of them for {AGES[-1].label}." if total else "Nothing is open."


def team_heat(counts: dict[tuple[str, str], int]) -> tuple[list[str], list[tuple[str, list[Heat]]]]:
    """Teams (rows, the most tickets first) by types (columns): how many tickets."""
    kinds = [*map(str, TicketType), ""]
    totals = {team: sum(counts.get((team, kind), 0) for kind in kinds) for team, _ in counts}
    highest = max(counts.values(), default=0)
    rows = [
        (team or "no team said", [by_highest(counts.get((team, kind), 0), highest) for kind in kinds])
        for team in sorted(totals, key=lambda team: (-totals[team], team))
    ]
    return [words(kind) or "untagged" for kind in kinds], rows


def _closed(figures: Sequence[TypeFigures]) -> list[TypeFigures]:
    return [figure for figure in figures if figure.median_resolution_hours is not None]


def _trend(weeks: Sequence[Week]) -> list[float | None]:
    totals = [week.total for week in weeks]
    return [
        sum(totals[place - TREND_WEEKS + 1 : place + 1]) / TREND_WEEKS if place + 1 >= TREND_WEEKS else None
        for place in range(len(totals))
    ]
