"""What tickets cost: by engineering hours, by week, by the time to resolve them, by how long they wait, by team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from assessments.tickets.queries.backlog import AGES, OpenTickets
from assessments.tickets.queries.weeks import Week
from assessments.tickets.rules.costs import ESTIMATED, NONE, RECORDED, TypeFigures
from assessments.tickets.rules.halving import HOURS, TICKETS
from assessments.tickets.rules.tickets import TicketType
from assessments.tickets.rules.triage import VITAL_SHARE, Pareto, pareto, vital_few
from platform_site.charts import Chart, Heat, axis, by_highest, plot
from platform_site.text.wording import in_words, percent_of_share

TREND_WEEKS = 4
COLOURS = {str(kind): f"var(--chart-{place})" for place, kind in enumerate(TicketType, start=1)}


HOURS_ARE = {RECORDED: "recorded", ESTIMATED: "partly estimated", NONE: "not recorded"}


def engineering_hours(figures: Sequence[TypeFigures]) -> Chart:
    """Return the engineering hours of each type and their cumulative share; the tickets where nobody recorded hours."""
    bars, few = pareto(figures), vital_few(figures)
    of = {figure.type: figure for figure in figures}
    rows = [
        (
            in_words(line.type),
            of[line.type].effort_hours,
            of[line.type].recorded_hours,
            of[line.type].estimated_hours,
            100 * line.cumulative_share,
            of[line.type].count,
            HOURS_ARE[of[line.type].hours_are],
        )
        for line in bars.lines
    ]
    return Chart(
        id="pareto",
        title="Engineering hours by type" if bars.counted_in == HOURS else "Tickets by type",
        figure=_pareto(bars, of, few),
        sentence=_pareto_sentence(bars, figures, few),
        columns=["Type", "Hours", "Recorded", "Estimated", "Cumulative share, %", "Tickets", "Hours are"],
        rows=rows,
    )


def _pareto_sentence(bars: Pareto, figures: Sequence[TypeFigures], few: Sequence[str]) -> str:
    if not few:
        return "No labelled ticket was opened in this window."
    share = f"{VITAL_SHARE:.0%} of the {bars.counted_in}: {', '.join(map(in_words, few))}."
    if bars.counted_in == TICKETS:
        return f"{share} Counted in tickets, because nobody recorded hours in this window."
    estimated = sum(figure.estimated_hours for figure in figures)
    total = sum(figure.effort_hours for figure in figures)
    if not estimated:
        return f"{share} All hours are recorded."
    return f"{share} {percent_of_share(estimated / total)} of the hours are estimated from the recorded ones."


def _pareto(bars: Pareto, of: Mapping[str, TypeFigures], few: Sequence[str]) -> dict[str, object]:
    """Bars, the largest first, recorded below estimated, with the cumulative share as a line and the 80% mark."""
    names = [in_words(line.type) for line in bars.lines]
    colour = ["var(--chart-1)" if line.type in few else "var(--chart-reference)" for line in bars.lines]
    if bars.counted_in == TICKETS:
        parts = [("Tickets", [line.amount for line in bars.lines], 1.0)]
    else:
        parts = [
            ("Recorded", [of[line.type].recorded_hours for line in bars.lines], 1.0),
            ("Estimated", [of[line.type].estimated_hours for line in bars.lines], 0.45),
        ]
    columns = [
        go.Bar(x=names, y=y, name=name, marker={"color": colour}, opacity=opacity,
               hovertemplate=f"%{{x}}: %{{y:.1f}} {name.lower()}<extra></extra>")
        for name, y, opacity in parts
    ]  # fmt: skip
    return plot(
        *columns,
        go.Scatter(
            x=names,
            y=[100 * line.cumulative_share for line in bars.lines],
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
        barmode="stack",
        yaxis=axis(bars.counted_in.capitalize()),
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
