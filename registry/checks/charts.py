"""The charts of checks, as plain figures; colours are names that the page looks up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from platform_site.charts import Chart, axis, plot
from platform_site.text.wording import counted

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
REFERENCE, CURRENT, BAD = "var(--chart-reference)", "var(--chart-1)", "var(--state-bad)"
BAND, SHARE_OF_ROWS = "var(--chart-band)", "Share of the rows"
MONTH = re.compile(r"\d{4}-\d{2}")
UNIFIED = {"hovermode": "x unified", "legend": {"orientation": "h"}}


def distributions(histogram: Mapping[str, Any], column: str = "") -> dict[str, Any]:
    """Both sides as outlines over the same bins of a column's values, shares of the rows shown."""
    edges = histogram["edges"]
    traces = []
    for name, counts, colour, fill in (
        ("Reference", histogram["reference"], REFERENCE, "tozeroy"),
        ("Current", histogram["current"], CURRENT, None),
    ):
        total = sum(counts) or 1
        shares = [count / total for count in counts]
        line = {"shape": "hv", "color": colour, "width": 2}
        y = [*shares, shares[-1]]
        traces.append(go.Scatter(x=edges, y=y, name=name, line=line, fill=fill, hovertemplate="%{y:.1%}"))
    return plot(*traces, xaxis=_values(column), yaxis=axis(SHARE_OF_ROWS) | {"tickformat": ".0%"}, **UNIFIED)


def difference(histogram: Mapping[str, Any], column: str = "") -> dict[str, Any]:
    """Current less reference, in shares of the rows shown, a bar for each bin of a column's values."""
    edges = histogram["edges"]
    reference, current = (
        [count / (sum(histogram[side]) or 1) for count in histogram[side]] for side in ("reference", "current")
    )
    changes = [after - before for before, after in zip(reference, current, strict=True)]
    bars = go.Bar(
        x=[(low + high) / 2 for low, high in pairwise(edges)],
        y=changes,
        width=[high - low for low, high in pairwise(edges)],
        name="Change",
        marker={"color": [CURRENT if change >= 0 else REFERENCE for change in changes]},
        hovertemplate="%{x:.4g}: %{y:+.1%}",
    )
    yaxis = {"tickformat": "+.1%", "title": {"text": "Change of the share"}}
    return plot(bars, showlegend=False, bargap=0, xaxis=_values(column), yaxis=yaxis)


def by_slice(slices: Sequence[Mapping[str, Any]], by: str = "") -> dict[str, Any]:
    """The share of differing rows, a bar for each slice; months stand on an axis of time, where their names lie flat."""
    names = [str(slice_["slice"]) for slice_ in slices]
    is_monthly = all(MONTH.fullmatch(name) for name in names)
    bars = go.Bar(
        x=names,
        y=[slice_["share"] for slice_ in slices],
        name="Differing rows",
        marker={"color": BAD},
        hovertemplate="%{x}: %{y:.1%}",
    )
    xaxis = {"type": "date", "tickformat": "%b\n%Y"} if is_monthly else {"type": "category", "title": {"text": by}}
    return plot(bars, showlegend=False, xaxis=xaxis, yaxis=axis("Rows that differ") | {"tickformat": ".0%"})


def series(
    points: Sequence[Mapping[str, Any]], statistic: str = "", deployments: Iterable[tuple[datetime, str]] = ()
) -> dict[str, Any]:
    """A statistic over windows, what lies within its limit as a band, the windows that raised an alarm, and a mark where a
    version was deployed: (moment, name)."""
    windows = [point["window"] for point in points]
    values, limits = [point["value"] for point in points], [point["limit"] for point in points]
    inside = {"fill": "tozeroy", "fillcolor": BAND} if _alarms_above(points) else {}
    line = {"color": REFERENCE, "width": 0 if inside else 1.5, "shape": "hvh", "dash": "dash"}
    limit = go.Scatter(x=windows, y=limits, name="Limit", mode="lines", line=line, hovertemplate="%{y:.4g}", **inside)
    statistics = go.Scatter(
        x=windows,
        y=values,
        name="Statistic",
        mode="lines",
        line={"color": CURRENT, "width": 2},
        hovertemplate="%{y:.4g}",
    )
    alarmed = [point for point in points if point["alarm"]]
    alarms = go.Scatter(
        x=[point["window"] for point in alarmed],
        y=[point["value"] for point in alarmed],
        name="Alarm",
        mode="markers",
        marker={"color": BAD, "size": 8, "symbol": "diamond"},
        hoverinfo="skip",
    )
    traces = [limit, statistics, *([alarms] if alarmed else [])]
    return plot(*traces, xaxis={"type": "date"}, yaxis=axis(statistic), **_marks(deployments), **UNIFIED)


def estimated(points: Sequence[Mapping[str, Any]], error: float, metric: str = "") -> dict[str, Any]:
    """An estimated metric over windows, in a band of three standard errors to either side."""
    known = [point for point in points if point["value"] is not None]
    windows = [point["window"] for point in known]
    traces = []
    for name, side, fill in (("Three standard errors below", -3, None), ("Three standard errors above", 3, "tonexty")):
        edge = [min(max(point["value"] + side * error, 0.0), 1.0) for point in known]
        line = {"color": REFERENCE, "width": 1}
        traces.append(
            go.Scatter(
                x=windows, y=edge, name=name, mode="lines", line=line, fill=fill, fillcolor=BAND, showlegend=False,
                hovertemplate="%{y:.4g}",
            )
        )  # fmt: skip
    line = {"color": CURRENT, "width": 2, "dash": "dot"}
    y = [point["value"] for point in known]
    estimate = go.Scatter(x=windows, y=y, name="Estimate", mode="lines", line=line, hovertemplate="%{y:.4g}")
    return plot(*traces, estimate, xaxis={"type": "date"}, yaxis={"title": {"text": metric}}, **UNIFIED)


def history(findings: Sequence[Any], statistic: str = "") -> dict[str, Any]:
    """A column's deciding statistic over the runs of its check, and its limit then."""
    runs = [f"Run {finding.run_id}" for finding in findings]
    values, limits = [finding.value for finding in findings], [finding.limit for finding in findings]
    line = {"color": REFERENCE, "dash": "dash"}
    return plot(
        go.Scatter(x=runs, y=limits, name="Limit", mode="lines", line=line, hovertemplate="%{y:.4g}"),
        go.Scatter(
            x=runs, y=values, name="Statistic", mode="lines+markers", line={"color": CURRENT}, hovertemplate="%{y:.4g}"
        ),
        xaxis={"type": "category"},
        yaxis=axis(statistic),
        **UNIFIED,
    )


def drift_over_runs(findings: Sequence[Any], deployed: Sequence[tuple[datetime, str]]) -> Chart:
    """The largest drift of each run of a model's checks in units of its limit, with what is within the limit as a band and
    deployments to production as marks."""
    by_check: dict[str, list[Any]] = {}
    for finding in findings:
        by_check.setdefault(str(finding.run.check_definition), []).append(finding)
    traces = [_drift_of(name, rows, index) for index, (name, rows) in enumerate(by_check.items())]
    first = findings[0].run.finished_at
    marks = [(moment, name) for moment, name in deployed if moment >= first]
    marked = _marks(marks)
    within = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "line": {"width": 0}}
    shapes = [within | {"fillcolor": BAND, "layer": "below"}, *marked.get("shapes", ())]
    figure = plot(
        *traces,
        xaxis={"type": "date", "title": {"text": "Run finished (UTC)"}},
        yaxis=axis("Largest drift, × limit"),
        **(marked | {"shapes": shapes}),
        **UNIFIED,
    )
    over = sum(finding.effect > 1 for finding in findings)
    sentence = (
        f"{over} of the newest {counted(len(findings), 'run')} went over a limit. Within the band nothing alarms."
    )
    if marks:
        sentence += f" {counted(len(marks), 'deployment')} to production in that time, as dotted lines."
    rows = [
        (f"{finding.run.finished_at:%Y-%m-%d %H:%M}", str(finding.run.check_definition), finding.column, finding.effect)
        for finding in reversed(findings)
    ]
    return Chart(
        "drift", "Drift over the newest runs", figure, sentence, ("Finished", "Check", "Column", "× limit"), rows
    )


def _drift_of(name: str, rows: Sequence[Any], index: int) -> Any:
    colour = f"var(--chart-{index % 8 + 1})"
    return go.Scatter(
        x=[finding.run.finished_at.isoformat() for finding in rows],
        y=[finding.effect for finding in rows],
        text=[finding.column for finding in rows],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 7, "symbol": SYMBOLS[index % len(SYMBOLS)]},
        hovertemplate="%{y:.3g} × limit, %{text}",
    )


def _values(column: str) -> dict[str, Any]:
    """The axis of a column's values, in the column's own unit."""
    return {"title": {"text": column}, "hoverformat": ".4g"}


def _alarms_above(points: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a value above its limit is beyond it: not so for a metric that must not fall below."""
    known = [point for point in points if None not in (point["value"], point["limit"])]
    return all(point.get("above", True) or point["value"] <= point["limit"] for point in known)


def _marks(deployments: Iterable[tuple[datetime, str]]) -> dict[str, Any]:
    """An upright line with its name for each deployment."""
    marks = [(moment.isoformat(), name) for moment, name in deployments]
    line = {"color": REFERENCE, "width": 1, "dash": "dot"}
    shapes = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line} for x, _ in marks]
    at = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "font": {"size": 11}}
    return {"shapes": shapes, "annotations": [{"x": x, "text": name, **at} for x, name in marks]} if marks else {}
