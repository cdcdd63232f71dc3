"""What of each group of capabilities is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from assessments.domain.scoring import GroupScore

PARTS = (
    ("implemented", "Implemented", "var(--state-ok)"),
    ("partial", "Partial", "var(--state-warn)"),
    ("missing", "Missing", "var(--state-bad)"),
)
COLUMNS = ["Group", "Score", "Implemented", "Partial", "Missing", "Applicable"]


def groups(scores: Sequence[GroupScore]) -> dict[str, Any]:
    """Each group as one bar: how much is implemented, partial and missing."""
    figure = go.Figure()
    for name, label, colour in PARTS:
        figure.add_bar(
            y=[score.group for score in scores],
            x=[getattr(score, name) for score in scores],
            name=label,
            orientation="h",
            marker={"color": colour},
            hovertemplate="%{y}: %{x} " + label.lower(),
        )
    figure.update_layout(
        template="none", barmode="stack", yaxis={"autorange": "reversed"}, xaxis={"dtick": 1, "showgrid": True}
    )
    return figure.to_plotly_json()


def group_rows(scores: Sequence[GroupScore]) -> list[list[Any]]:
    """The same numbers as a table."""
    return [
        [score.group, score.health_score, score.implemented, score.partial, score.missing, score.applicable]
        for score in scores
    ]


def groups_sentence(scores: Sequence[GroupScore]) -> str:
    """What the chart shows, in one sentence."""
    scored = [score for score in scores if score.health_score is not None]
    if not scored:
        return "Nothing is applicable yet."
    best = max(scored, key=lambda score: score.health_score)
    empty = [score.group for score in scored if score.implemented == 0]
    told = f"Furthest: {best.group} at {best.health_score:g} %."
    return f"{told} Nothing implemented in {', '.join(empty)}." if empty else told
