"""The score of an organization over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from assessments.health.queries.assessments import Point
from platform_site.charts import Chart

MOST_TICKS = 8
COLUMNS = ["Day", "Score, %", "Confirmed", "Provisional", "Changes"]


def scores(points: Sequence[Point]) -> Chart:
    """Return the health score at each published assessment."""
    return Chart(
        "scores", "Score over time", _scores_figure(points), _scores_sentence(points), COLUMNS, _score_rows(points)
    )


def _scores_figure(points: Sequence[Point]) -> dict[str, Any]:
    """One line: the health score in per cent at each published assessment."""
    figure = go.Figure()
    figure.add_scatter(
        x=[point.assessment.assessed_on.isoformat() for point in points],
        y=[point.summary.health_score for point in points],
        mode="lines+markers",
        name="Score",
        line={"color": "var(--chart-1)"},
        hovertemplate="%{x}: %{y:g}%",
    )
    figure.update_layout(template="none", yaxis={"range": [0, 100], "ticksuffix": "%"}, xaxis=_days(points))
    return figure.to_plotly_json()


def _days(points: Sequence[Point]) -> dict[str, Any]:
    """An axis with the days of the assessments themselves, at most `MOST_TICKS` of them, the newest among them.

    Ticks at equal distances repeat the same month where assessments are near to each other.
    """
    days = list(dict.fromkeys(point.assessment.assessed_on for point in points))
    step = -(-len(days) // MOST_TICKS) or 1
    shown = days[::-1][::step][::-1]
    return {
        "type": "date",
        "tickmode": "array",
        "tickvals": [day.isoformat() for day in shown],
        "ticktext": [f"{day.day} {day:%b}<br>{day.year}" for day in shown],
    }


def _score_rows(points: Sequence[Point]) -> list[list[Any]]:
    """The same numbers as a table, newest first."""
    return [
        [
            point.assessment.assessed_on.isoformat(),
            point.summary.health_score,
            point.summary.confirmed.label,
            point.summary.provisional.label,
            ", ".join(f"{move.capability}: {move.before} to {move.after}" for move in point.moves),
        ]
        for point in reversed(points)
    ]


def _scores_sentence(points: Sequence[Point]) -> str:
    """What the chart shows, in one sentence."""
    scored = [point for point in points if point.summary.health_score is not None]
    if not scored:
        return "No score yet."
    first, last = scored[0], scored[-1]
    if first is last:
        return f"{last.summary.health_score:g}% at the only scored assessment."
    return f"From {first.summary.health_score:g}% to {last.summary.health_score:g}% over {len(scored)} assessments."
