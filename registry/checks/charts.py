"""The charts of checks, as plain figures; colours are names that the page looks up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

REFERENCE, CURRENT, BAD = "var(--chart-reference)", "var(--chart-1)", "var(--state-bad)"


def distributions(histogram: Mapping[str, Any]) -> dict[str, Any]:
    """Both sides as outlines over the same bins, shares of the rows shown."""
    edges = histogram["edges"]
    figure = go.Figure()
    for name, counts, colour, fill in (
        ("Reference", histogram["reference"], REFERENCE, "tozeroy"),
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
            x=[str(slice_["slice"]) for slice_ in slices],
            y=[slice_["share"] for slice_ in slices],
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


def difference(histogram: Mapping[str, Any]) -> dict[str, Any]:
    """Current less reference, in shares of the rows shown, a bar for each bin."""
    edges = histogram["edges"]
    reference, current = (
        [count / (sum(histogram[side]) or 1) for count in histogram[side]] for side in ("reference", "current")
    )
    changes = [after - before for before, after in zip(reference, current, strict=True)]
    figure = go.Figure(
        go.Bar(
            x=[(low + high) / 2 for low, high in pairwise(edges)],
            y=changes,
            width=[high - low for low, high in pairwise(edges)],
            name="Change",
            marker={"color": [CURRENT if change >= 0 else REFERENCE for change in changes]},
            hovertemplate="%{x:.4g}: %{y:+.1%}",
        )
    )
    figure.update_layout(template="none", showlegend=False, bargap=0, yaxis={"tickformat": "+.1%"})
    return figure.to_plotly_json()


def series(points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A statistic over windows, its limit, and the windows that raised an alarm."""
    windows = [point["window"] for point in points]
    figure = go.Figure()
    figure.add_scatter(
        x=windows,
        y=[point["value"] for point in points],
        name="Statistic",
        mode="lines",
        line={"color": CURRENT, "width": 2},
    )
    figure.add_scatter(
        x=windows,
        y=[point["limit"] for point in points],
        name="Limit",
        mode="lines",
        line={"color": REFERENCE, "width": 1.5, "shape": "hvh"},
    )
    alarmed = [point for point in points if point["alarm"]]
    if alarmed:
        figure.add_scatter(
            x=[point["window"] for point in alarmed],
            y=[point["value"] for point in alarmed],
            name="Alarm",
            mode="markers",
            marker={"color": BAD, "size": 8, "symbol": "diamond"},
        )
    figure.update_layout(
        template="none", xaxis={"type": "date"}, yaxis={"rangemode": "tozero"}, legend={"orientation": "h"}
    )
    return figure.to_plotly_json()


def estimated(points: Sequence[Mapping[str, Any]], error: float) -> dict[str, Any]:
    """An estimated metric over windows, between three standard errors to either side."""
    known = [point for point in points if point["value"] is not None]
    windows = [point["window"] for point in known]
    figure = go.Figure()
    for name, side in (("Three standard errors below", -3), ("Three standard errors above", 3)):
        figure.add_scatter(
            x=windows,
            y=[min(max(point["value"] + side * error, 0.0), 1.0) for point in known],
            name=name,
            mode="lines",
            line={"color": REFERENCE, "width": 1},
            showlegend=False,
        )
    figure.add_scatter(
        x=windows,
        y=[point["value"] for point in known],
        name="Estimate",
        mode="lines",
        line={"color": CURRENT, "width": 2, "dash": "dot"},
    )
    figure.update_layout(template="none", xaxis={"type": "date"}, legend={"orientation": "h"})
    return figure.to_plotly_json()


def history(findings: Sequence[Any]) -> dict[str, Any]:
    """A column's deciding statistic over the runs of its check, and its limit then."""
    runs = [f"Run {finding.run_id}" for finding in findings]
    figure = go.Figure()
    figure.add_scatter(
        x=runs,
        y=[finding.value for finding in findings],
        name="Statistic",
        mode="lines+markers",
        line={"color": CURRENT},
    )
    figure.add_scatter(
        x=runs,
        y=[finding.limit for finding in findings],
        name="Limit",
        mode="lines",
        line={"color": REFERENCE, "dash": "dash"},
    )
    figure.update_layout(
        template="none", xaxis={"type": "category"}, yaxis={"rangemode": "tozero"}, legend={"orientation": "h"}
    )
    return figure.to_plotly_json()
