"""The charts of reported decisions, as plain figures; colours are names that the page looks up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

UP, DOWN = "var(--chart-1)", "var(--chart-2)"


def contributions(rows: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """What each input contributed, a bar for each, the largest on top: up to the right, down to the left."""
    figure = go.Figure(
        go.Bar(
            x=[value for _, value in rows],
            y=[name for name, _ in rows],
            orientation="h",
            name="Contribution",
            marker={"color": [UP if value >= 0 else DOWN for _, value in rows]},
            hovertemplate="%{y}: %{x:+.4g}",
        )
    )
    figure.update_layout(
        template="none",
        showlegend=False,
        yaxis={"type": "category", "autorange": "reversed", "automargin": True},
        xaxis={"tickformat": "+.3~g", "zeroline": True},
    )
    return figure.to_plotly_json()
