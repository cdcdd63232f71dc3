"""The score of an organization over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from assessments.health.queries.assessments import Point
from assessments.health.queries.targets import TargetShown
from platform_site.charts import Chart

MOST_TICKS = 8
COLUMNS = ["Day", "Score, %", "Confirmed", "Provisional", "Changes"]


def scores(points: Sequence[Point], target: TargetShown | None = None) -> Chart:
    """Return the health score at each published assessment; with a target, the way to it."""
    sentence = " ".join(filter(None, (_scores_sentence(points), target.progress.sentence if target else "")))
    rows = [*(_target_rows(target) if target else []), *_score_rows(points)]
    return Chart("scores", "Score over time", _scores_figure(points, target), sentence, COLUMNS, rows)


def _scores_figure(points: Sequence[Point], target: TargetShown | None) -> dict[str, Any]:
    """One line: the health score in per cent at each published assessment; and two to the target."""
    figure = go.Figure()
    figure.add_scatter(
        x=[point.assessment.assessed_on.isoformat() for point in points],
        y=[point.summary.health_score for point in points],
        mode="lines+markers",
        name="Score",
        line={"color": "var(--chart-1)"},
        hovertemplate="%{x}: %{y:g}%",
    )
    if target and points:
        _add_target(figure, points[0].assessment.assessed_on, target)
    layout = {"yaxis": {"range": [0, 100], "ticksuffix": "%"}, "xaxis": _days(points, target)}
    figure.update_layout(template="none", **layout)
    return figure.to_plotly_json()


def _add_target(figure: go.Figure, first: date, target: TargetShown) -> None:
    """The score that is wanted, as a level line until its day, and the straight line that the pace draws to that day."""
    aim, line = target.aim, target.progress.forecast
    if aim.score is not None:
        figure.add_scatter(
            x=[min(first, aim.due_on).isoformat(), aim.due_on.isoformat()],
            y=[aim.score, aim.score],
            mode="lines+markers",
            name="Target",
            line={"color": "var(--chart-reference)", "dash": "dot"},
            hovertemplate="Target by %{x}: %{y:g}%",
        )
    if line is not None:
        figure.add_scatter(
            x=[line.since.isoformat(), line.due_on.isoformat()],
            y=[line.score, line.due_score],
            mode="lines+markers",
            name="At the present pace",
            line={"color": "var(--chart-1)", "dash": "dash"},
            hovertemplate="%{x}: %{y:g}%",
        )


def _days(points: Sequence[Point], target: TargetShown | None) -> dict[str, Any]:
    """An axis with the days of the assessments themselves, at most `MOST_TICKS` of them, the newest among them, and the
    day of the target.

    Ticks at equal distances repeat the same month where assessments are near to each other.
    """
    days = list(dict.fromkeys(point.assessment.assessed_on for point in points))
    step = -(-len(days) // MOST_TICKS) or 1
    shown = [*days[::-1][::step][::-1], *([target.aim.due_on] if target else [])]
    return {
        "type": "date",
        "tickmode": "array",
        "tickvals": [day.isoformat() for day in shown],
        "ticktext": [f"{day.day} {day:%b}<br>{day.year}" for day in shown],
    }


def _target_rows(target: TargetShown) -> list[list[Any]]:
    """The target and the forecast, as they stand above the numbers of the assessments."""
    day, line = target.aim.due_on.isoformat(), target.progress.forecast
    forecast = [[day, line.due_score, "", "", "Forecast at the present pace"]] if line else []
    return [[day, target.aim.score, target.aim.level and target.words, "", "Target"], *forecast]


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
