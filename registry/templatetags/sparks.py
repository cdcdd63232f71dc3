"""Charts as small as a table cell: outlines as SVG paths, decoration beside numbers that say the same.

>>> outline([0.0, 1.0], highest=1.0)
'M0 24V24H48V0H96V24'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from registry.compute.kinds.drift.series import with_points

register = template.Library()
WIDTH, HEIGHT = 96, 24
SHOWN = 12


@register.inclusion_tag("ui/charts/spark.html")
def spark(content: Mapping[str, Any]) -> dict[str, Any]:
    """Both sides of a column's finding: its windows' statistic where it has some, else its distribution."""
    content = with_points(content)
    series = next((series for series in content.get("series") or () if series["points"]), None)
    if series:
        return _line(series["points"])
    if histogram := content.get("histogram"):
        return _sides(histogram.get("reference"), histogram.get("current"))
    shown = (content.get("commonest") or ())[:SHOWN]
    return _sides([category["reference"] for category in shown], [category["current"] for category in shown])


@register.inclusion_tag("ui/charts/spark.html")
def effects_spark(findings: Sequence[Any]) -> dict[str, Any]:
    """How far the runs of a check were from their limits, the oldest first; nothing for a single run."""
    points = [{"value": finding.effect, "limit": 1.0} for finding in findings]
    return _line(points) if len(points) > 1 else {}


def outline(shares: Sequence[float], *, highest: float) -> str:
    """The path around bars of these heights."""
    step = WIDTH / len(shares)
    tops = [round(HEIGHT * (1 - share / highest), 1) if highest else HEIGHT for share in shares]
    steps = "".join(f"V{top:g}H{round((index + 1) * step, 1):g}" for index, top in enumerate(tops))
    return f"M0 {HEIGHT}{steps}V{HEIGHT}"


def _sides(reference: Sequence[int] | None, current: Sequence[int] | None) -> dict[str, Any]:
    sides = [[count / (sum(side) or 1) for count in side] for side in (reference or (), current or ())]
    if not all(sides):
        return {}
    highest = max(map(max, sides))
    return {"reference": outline(sides[0], highest=highest), "current": outline(sides[1], highest=highest)}


def _line(points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The statistic over the windows, and the limit of most of them."""
    limit = sorted(point["limit"] for point in points)[len(points) // 2]
    highest = max(limit, *(point["value"] or 0 for point in points)) or 1
    across = [round(WIDTH * index / max(len(points) - 1, 1), 1) for index in range(len(points))]
    return {
        "limit": _path([(0, limit), (WIDTH, limit)], highest),
        "line": _path(
            [(x, p["value"]) for x, p in zip(across, points, strict=True) if p["value"] is not None], highest
        ),
    }


def _path(places: Sequence[tuple[float, float]], highest: float) -> str:
    points = (f"{x:g} {HEIGHT * (1 - y / highest):.1f}" for x, y in places)
    return "M" + "L".join(points) if places else ""
