"""What tickets cost: by engineering hours, by week, by the time to resolve them, by how long they wait, by team."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from assessments.tickets.queries.backlog import AGES, OpenTickets
from assessments.tickets.queries.weeks import Week
from assessments.tickets.rules.costs import RECORDED, TypeFigures
from assessments.tickets.rules.tickets import TicketType
from assessments.tickets.rules.triage import VITAL_SHARE, ParetoLine, pareto, vital_few
from platform_site.charts import Chart, Heat, axis, by_highest, plot
from platform_site.text.wording import in_words

TREND_WEEKS = 4
COLOURS = {str(kind): f"var(--chart-{place})" for place, kind in enumerate(TicketType, start=1)}


def engineering_hours(figures: Sequence[TypeFigures]) -> Chart:
    """Return the engineering hours of each type, and their cumulative share.

    Where nobody recorded an effort, the time to resolve is counted instead; the table and the sentence say so.
    """
    lines, few = pareto(figures), vital_few(figures)
    counts = {figure.type: figure.count for figure in figures}
    estimated = {figure.type for figure in figures if figure.hours_are != RECORDED}
    sentence = f"{VITAL_SHARE:.0%} of the hours: {', '.join(map(in_words, few))}."
    if estimated:
        sentence += " Where nobody recorded an effort, the time to resolve is counted instead."
    rows = [
        (
            in_words(line.type),
            line.effort_hours,
            100 * line.cumulative_share,
            counts[line.type],
            "estimated by resolution time" if line.type in estimated else "recorded",
        )
        for line in lines
    ]
    return Chart(
        id="pareto",
        title="Engineering hours by type",
        figure=_pareto(lines, few),
        sentence=sentence if few else "No hours are known in this window.",
        columns=["Type", "Hours", "Cumulative share, %", "Tickets", "Hours are"],
        rows=rows,
    )


def _pareto(lines: Sequence[ParetoLine], few: Sequence[str]) -> dict[str, object]:
    """Bars of hours, the most first, with the cumulative share as a line and the 80% that the vital few reach."""
    names = [in_words(line.type) for line in lines]
    return plot(
        go.Bar(
            x=names,
            y=[line.effort_hours for line in lines],
            name="Hours",
            marker={"color": ["var(--chart-1)" if line.type in few else "var(--chart-reference)" for line in lines]},
            hovertemplate="%{x}: %{y:.1f} hours<extra></extra>",
        ),
        go.Scatter(
            x=names,
            y=[100 * line.cumulative_share for line in lines],
            yaxis="y2",
            name="Cumulative share",
            line={"color": "var(--chart-2)"},
            hovertemplate="up to %{x}: %{y:.0f}%<extra></extra>",
        ),
        go.Scatter(
            x=names,
            y=[100 * VITAL_SHARE] * len(names),
            yaxis="y2",
            mode="lines",
            name=f"{VITAL_SHARE:.0%}",
            line={"color": "var(--state-warn)", "dash": "dash"},
            hoverinfo="skip",
        ),
        yaxis=axis("Hours"),
        yaxis2={"overlaying": "y", "side": "right", "range": [0, 105], "ticksuffix": "%", "showgrid": False},
    )


def weekly(weeks: Sequence[Week]) -> Chart:
    """Return the tickets of each week by type, stacked, with the mean of the last four weeks; newest first as a table."""
    days, totals = [week.start.date().isoformat() for week in weeks], [week.total for week in weeks]
    bars = [
        go.Bar(x=days, y=[week.by_type[kind] for week in weeks], name=in_words(kind), marker={"color": colour})
        for kind, colour in COLOURS.items()
    ]
    line = {"color": "var(--ink)", "dash": "dot"}
    trend = go.Scatter(x=days, y=_trend(totals), name="Mean of four weeks", line=line)
    return Chart(
        id="weekly",
        title="Tickets per week by type",
        figure=plot(*bars, trend, barmode="stack", xaxis={"type": "date"}, yaxis={"title": {"text": "Tickets"}}),
        sentence=_weekly_sentence(totals),
        columns=["Week of", *map(in_words, COLOURS), "Untagged", "All"],
        rows=[
            (day, *week.by_type.values(), week.total - sum(week.by_type.values()), week.total)
            for day, week in reversed([*zip(days, weeks, strict=True)])
        ],
    )


def _trend(totals: Sequence[int]) -> list[float | None]:
    means = [sum(totals[end - TREND_WEEKS : end]) / TREND_WEEKS for end in range(TREND_WEEKS, len(totals) + 1)]
    return [*[None] * min(TREND_WEEKS - 1, len(totals)), *means]


def _weekly_sentence(totals: Sequence[int]) -> str:
    """The last four weeks against the four before."""
    if len(totals) < 2 * TREND_WEEKS:
        return "A trend shows from eight full weeks on."
    last, before = sum(totals[-TREND_WEEKS:]), sum(totals[-2 * TREND_WEEKS : -TREND_WEEKS])
    compared = "as many as" if last == before else "more than" if last > before else "fewer than"
    return f"{last} tickets in the last four weeks, {compared} the {before} in the four before."


def resolution(figures: Sequence[TypeFigures]) -> Chart:
    """Return the median and the 90th percentile of the hours from opening to resolving a ticket, by type."""
    closed = [figure for figure in figures if figure.median_resolution_hours is not None]
    rows = [(in_words(figure.type), figure.median_resolution_hours, figure.p90_resolution_hours) for figure in closed]
    names, medians, percentiles = zip(*rows, strict=True) if rows else ((), (), ())
    hover = "%{x}: %{y:.1f} hours"
    slowest = max(rows, key=lambda row: row[1] or 0, default=None)
    return Chart(
        id="resolution",
        title="Time to resolve by type",
        figure=plot(
            go.Bar(x=names, y=medians, name="Median", marker={"color": "var(--chart-1)"}, hovertemplate=hover),
            go.Bar(
                x=names,
                y=percentiles,
                name="90th percentile",
                marker={"color": "var(--chart-reference)"},
                hovertemplate=hover,
            ),
            barmode="group",
            yaxis={"title": {"text": "Hours"}},
        ),
        sentence=f"Slowest: {slowest[0]}, half of them within {slowest[1]:.1f} hours."
        if slowest
        else "No ticket that was opened in this window is resolved yet.",
        columns=["Type", "Median, hours", "90th percentile, hours"],
        rows=rows,
    )


def backlog(open_tickets: Sequence[OpenTickets]) -> Chart:
    """Return the tickets that are open now, by how long they have waited."""
    total = sum(group.count for group in open_tickets)
    bars = go.Bar(
        x=[group.label for group in open_tickets],
        y=[group.count for group in open_tickets],
        marker={"color": "var(--chart-1)"},
        hovertemplate="%{x}: %{y} open<extra></extra>",
    )
    oldest = f"{total} open now, {open_tickets[-1].count} of them for {AGES[-1].label}."
    return Chart(
        id="backlog",
        title="Open tickets by age",
        figure=plot(bars, showlegend=False, yaxis={"title": {"text": "Open tickets"}}),
        sentence=oldest if total else "No ticket is open.",
        columns=["Open for", "Tickets"],
        rows=open_tickets,
    )


def team_heat(counts: dict[tuple[str, str], int]) -> tuple[list[str], list[tuple[str, list[Heat]]]]:
    """Teams (rows, the most tickets first) by types (columns): how many tickets."""
    kinds = [*map(str, TicketType), ""]
    totals = {team: sum(counts.get((team, kind), 0) for kind in kinds) for team, _ in counts}
    highest = max(counts.values(), default=0)
    rows = [
        (team or "no team", [by_highest(counts.get((team, kind), 0), highest) for kind in kinds])
        for team in sorted(totals, key=lambda team: (-totals[team], team))
    ]
    return [in_words(kind) or "unlabelled" for kind in kinds], rows


def heat_cells(rows: Sequence[tuple[str, Sequence[Heat]]]) -> list[list[object]]:
    """The rows of a heat map as plain cells, for a file."""
    return [[name, *(cell.score for cell in cells)] for name, cells in rows]
