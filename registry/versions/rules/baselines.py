"""What a check compares with: the results on which a version was let to production, and better ones since (G6). Pure.

A worse result that is added to the version that serves is on record, and lowers no bar: else the person whose next version
fails could lower it alone. Nor does the first result of a metric that it was never judged on make one: its value would be
whatever that person adds.

>>> bar({("auc", ""): 0.9}, [Result("auc", "", 0.6)]), bar({("rmse", ""): 14.0}, [Result("rmse", "", 13.0)])
({('auc', ''): 0.9}, {('rmse', ''): 13.0})
>>> bar({("auc", ""): 0.9}, [Result("f1", "", 0.1)]), late({("auc", ""): 0.9}, [Result("f1", "", 0.1)])
({('auc', ''): 0.9}, frozenset({('f1', '')}))
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from registry.versions.rules.fairness import Results
from registry.versions.rules.metrics import CATALOGUE, error, impossible


class Result(NamedTuple):
    """One evaluation result."""

    metric: str
    slice: str
    value: float


def bar(judged: Results, since: Iterable[Result]) -> dict[tuple[str, str], float]:
    """The value of each metric and slice to compare with: the one that was ``judged``, or the best recorded ``since``.

    What was not judged sets no bar; where nothing was, everything counts. A metric that the catalogue does not have knows no
    better and worse: its newest value. A value that the metric cannot have replaces none that it can.
    """
    values = dict(judged)
    for result in since:
        about = (result.metric, result.slice)
        if about not in values:
            if not judged:
                values[about] = result.value
        elif _replaces(result.metric, values[about], result.value):
            values[about] = result.value
    return values


def late(judged: Results, since: Iterable[Result]) -> frozenset[tuple[str, str]]:
    """The metrics and slices that were recorded only after the version was judged on others."""
    if not judged:
        return frozenset()
    return frozenset({(result.metric, result.slice) for result in since} - judged.keys())


def settled(
    judged: Mapping[tuple[str, str], float], values: Mapping[tuple[str, str], float]
) -> frozenset[tuple[str, str]]:
    """The metrics and slices among which the main metric is looked for: those that were judged, where there are any."""
    return frozenset(judged or values)


def _replaces(metric: str, before: float, value: float) -> bool:
    if metric not in CATALOGUE or not _is_possible(metric, before):
        return True
    return _is_possible(metric, value) and error(metric, value) < error(metric, before)


def _is_possible(metric: str, value: float) -> bool:
    return math.isfinite(value) and not impossible(metric, value)
