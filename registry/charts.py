"""The registry's charts, as plain figures; colours are names that the page looks up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

REFERENCE, CURRENT, BAD = "var(--chart-reference)", "var(--chart-1)", "var(--state-bad)"


def distributions(histogram: Mapping[str, Any]) -> dict[str, Any]:
    """Both sides of a parity check as outlines over the same bins, shares of all rows."""
    edges = histogram["edges"]
    figure = go.Figure()
    for name, counts, colour, fill in (
        ("Trained", histogram["reference"], REFERENCE, "tozeroy"),
        ("Current", histogram["current"], CURRENT, None),
    ):
        total = sum(counts) or 1
        shares = [count / total for count in counts]
        figure.add_scatter(
            x=edges,
            y=[*shares, shares[-1]],
            name=name,
            line={"shape": "hv", "color": colour, "width": 2},
            fill=fill,
            hovertemplate="%{x:.4g}: %{y:.1%}",
        )
    figure.update_layout(
        template="none", yaxis={"tickformat": ".0%", "rangemode": "tozero"}, legend={"orientation": "h"}
    )
    return figure.to_plotly_json()


def by_slice(slices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The share of differing rows, a bar for each slice."""
    figure = go.Figure(
        go.Bar(
            x=[str(one["slice"]) for one in slices],
            y=[one["share"] for one in slices],
            name="Differing rows",
            marker={"color": BAD},
            hovertemplate="%{x}: %{y:.1%}",
        )
    )
    figure.update_layout(
        template="none",
        showlegend=False,
        xaxis={"type": "category"},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )
    return figure.to_plotly_json()
