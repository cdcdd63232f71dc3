"""Charts of groups of capabilities: how much of each is implemented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from assessments.health.rules.scoring import GroupScore
from platform_site.charts import Chart, Heat

PARTS = (
    ("implemented", "Implemented", {"color": "var(--state-ok)"}),
    ("partial", "Partial", {"color": "var(--state-warn)"}),
    # Hatched: who does not see red and green apart sees what is missing.
    ("missing", "Missing", {"color": "var(--state-bad)", "pattern": {"shape": "/", "size": 6, "solidity": 0.25}}),
)
COLUMNS = ["Group", "Score", "Implemented", "Partial", "Missing", "Applicable"]


def groups(scores: Sequence[GroupScore]) -> Chart:
    """Return the share of each group that is implemented, partial and missing."""
    return Chart(
        "groups", "The eight groups", _groups_figure(scores), _groups_sentence(scores), COLUMNS, _group_rows(scores)
    )


def _groups_figure(scores: Sequence[GroupScore]) -> dict[str, Any]:
    """Each group as one bar of 100%: the share that is implemented, partial and missing, with the score beside its name."""
    figure = go.Figure()
    for name, label, marker in PARTS:
        counts = [getattr(score, name) for score in scores]
        figure.add_bar(
            y=[_bar_label(score) for score in scores],
            x=[100 * count / (score.applicable or 1) for score, count in zip(scores, counts, strict=True)],
            customdata=counts,
            name=label,
            orientation="h",
            marker=marker,
            hovertemplate="%{y}: %{customdata} " + label.lower() + "<extra></extra>",
        )
    figure.update_layout(
        template="none",
        barmode="stack",
        yaxis={"autorange": "reversed"},
        xaxis={"range": [0, 100], "ticksuffix": "%", "showgrid": True},
    )
    return figure.to_plotly_json()


def heat_map(rows: Sequence[tuple[str, Sequence[GroupScore]]]) -> tuple[list[str], list[tuple[str, list[Heat]]]]:
    """Organizations (rows) by groups (columns): the groups' names, and a name with its cells for each organization."""
    names = _group_names(rows)
    return names, [
        (name, [_heat(_score_in(name_in_header, scores)) for name_in_header in names]) for name, scores in rows
    ]


def heat_sentence(rows: Sequence[tuple[str, Sequence[GroupScore]]]) -> str:
    """The group with the lowest average score over all organizations."""
    means = {
        name: sum(group_scores) / len(group_scores)
        for name in _group_names(rows)
        if (group_scores := [score for _, scores in rows if (score := _score_in(name, scores)) is not None])
    }
    if not means:
        return "Nothing is applicable yet."
    lowest = min(means, key=lambda name: means[name])
    return f"Lowest overall: {lowest}, {means[lowest]:.0f}% on average."


def _bar_label(score: GroupScore) -> str:
    return score.group if score.health_score is None else f"{score.group}  {score.health_score:g}%"


def _group_names(rows: Sequence[tuple[str, Sequence[GroupScore]]]) -> list[str]:
    return list(dict.fromkeys(score.group for _, scores in rows for score in scores))


def _heat(score: float | None) -> Heat:
    return Heat(score, None if score is None else round(score / 25))


def _score_in(group: str, scores: Sequence[GroupScore]) -> float | None:
    return next((score.health_score for score in scores if score.group == group), None)


def _group_rows(scores: Sequence[GroupScore]) -> list[list[Any]]:
    """The same numbers as a table."""
    return [
        [score.group, score.health_score, score.implemented, score.partial, score.missing, score.applicable]
        for score in scores
    ]


def _groups_sentence(scores: Sequence[GroupScore]) -> str:
    """What the chart shows, in one sentence."""
    scored = {score.group: score.health_score for score in scores if score.health_score is not None}
    if not scored:
        return "Nothing is applicable yet."
    best = max(scored, key=lambda group: scored[group])
    empty = [score.group for score in scores if score.group in scored and score.implemented == 0]
    sentence = f"Highest score: {best}, {scored[best]:g}%."
    return f"{sentence} Nothing is implemented in {', '.join(empty)}." if empty else sentence
