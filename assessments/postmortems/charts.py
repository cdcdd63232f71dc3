"""The timeline of an incident: how late it was noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import plotly.graph_objects as go

from assessments.models import Postmortem
from assessments.postmortems.rules import span
from platform_site.charts import Chart
from platform_site.text.wording import in_words

COLUMNS = ["What", "When", "After it happened"]
AS_IT_WAS = "As it was"


def timeline(postmortem: Postmortem) -> Chart:
    """Return when the incident happened, would have been noticed, and was noticed."""
    title, figure = "When it happened, would have been noticed, and was noticed", _timeline_figure(postmortem)
    return Chart("timeline", title, figure, postmortem.sentence, COLUMNS, _timeline_rows(postmortem))


def _timeline_figure(postmortem: Postmortem) -> dict[str, Any]:
    """Two lines from the moment it happened: to when it would have been noticed, and to when it was."""
    figure = go.Figure()
    happened = _iso(postmortem.happened_at)
    for name, seen_at, colour, words in (
        (AS_IT_WAS, postmortem.seen_at, "var(--state-bad)", "seen"),
        (
            f"With {_title_of(postmortem)}",
            postmortem.would_have_been_seen_at,
            "var(--state-ok)",
            "would have been seen",
        ),
    ):
        figure.add_scatter(
            x=[happened, _iso(seen_at)],
            y=[name, name],
            text=["happened", words],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 5},
            marker={"color": colour, "size": 13, "symbol": ["line-ns-open", "circle"]},
            hovertemplate="%{x|%d %b %Y, %H:%M}: %{text}<extra></extra>",
        )
    figure.update_layout(
        template="none",
        xaxis={"type": "date", "showgrid": True, "nticks": 6},
        yaxis={"range": [-0.6, 1.6], "showgrid": False},
    )
    figure.add_vline(x=happened, line={"color": "var(--chart-axis)", "width": 1, "dash": "dot"})
    return figure.to_plotly_json()


def _timeline_rows(postmortem: Postmortem) -> list[list[str]]:
    """The same moments as a table."""
    return [
        ["It happened", _words(postmortem.happened_at), "–"],
        [f"With {_title_of(postmortem)} it would have been seen", _words(postmortem.would_have_been_seen_at),
         span(postmortem.detection.would_after)],
        ["It was seen", _words(postmortem.seen_at), span(postmortem.detection.seen_after)],
    ]  # fmt: skip


def _title_of(postmortem: Postmortem) -> str:
    return in_words(postmortem.capability.name)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _words(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
