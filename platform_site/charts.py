"""A chart with everything that a page shows of it, and the cells of a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

HOTTEST = 4


class Chart(NamedTuple):
    """A figure, the sentence that says what it shows, and its numbers as a table; `id` is unique on its page."""

    id: str
    title: str
    figure: dict[str, Any]
    sentence: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Heat(NamedTuple):
    """One cell of a heat map: its number, and its step from 0 (cold) to 4 (hot); None where there is nothing to show."""

    score: float | None
    step: int | None


def plot(*traces: Any, **layout: Any) -> dict[str, Any]:
    """Return the traces as plain data; the page adds its own style instead of a Plotly template."""
    figure: dict[str, Any] = go.Figure(traces).update_layout(template="none", **layout).to_plotly_json()
    return figure


def axis(title: str) -> dict[str, Any]:
    """Return a vertical axis that begins at zero."""
    return {"rangemode": "tozero", "title": {"text": title}}


def by_highest(count: int, highest: int) -> Heat:
    """A count against the highest of its map; no colour for none.

    >>> by_highest(5, 10).step, by_highest(1, 1000).step, by_highest(0, 10).step
    (2, 1, None)
    """
    return Heat(count, max(1, round(HOTTEST * count / highest)) if count else None)


def spark_line(values: Sequence[float], *, highest: float) -> str:
    """The SVG path of values 0..highest from left to right in 96 × 24, as `ui/charts/spark.html` draws it; "" below two.

    >>> spark_line([0, 50, 100], highest=100)
    'M0 24.0L48 12.0L96 0.0'
    """
    if len(values) < 2:
        return ""
    step = 96 / (len(values) - 1)
    return "M" + "L".join(f"{index * step:g} {24 * (1 - value / highest):.1f}" for index, value in enumerate(values))
