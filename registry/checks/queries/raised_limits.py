"""The limit of a finding beside what chance alone reaches, in words.

A fixed limit below what two samples of these sizes reach by chance is raised to that; a page that showed only one of
both numbers would be misread.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.models import ColumnFinding


def fixed_limit(finding: ColumnFinding) -> float | None:
    """The limit that was set, where chance raised it; None where it was not raised."""
    if finding.limit is None:
        return None
    series: list[Mapping[str, Any]] = finding.content.get("series") or []
    if series:
        limits = [entry.get("fixed_limit") for entry in series if entry["statistic"] == finding.statistic]
    else:
        limits = [entry["limit"] for entry in finding.content.get("decided", ()) if entry["name"] == finding.statistic]
    return next((limit for limit in limits if limit is not None and limit < finding.limit), None)


def raised(limit: float, bar: float) -> str:
    """
    >>> raised(0.1, 0.3512)
    'limit 0.1, raised to 0.351: chance alone'
    """
    return f"limit {limit:.3g}, raised to {bar:.3g}: chance alone"


def limit_sentence(finding: ColumnFinding) -> str:
    """The limit that decided, and from what chance raised it; empty where nothing decided."""
    if finding.limit is None:
        return ""
    fixed = fixed_limit(finding)
    return f"limit {finding.limit:.3g}" if fixed is None else raised(fixed, finding.limit)
