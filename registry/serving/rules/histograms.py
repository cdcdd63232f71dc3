"""A histogram of predictions as serving reports it: counts between edges, or counts of labels.

>>> faults({"edges": [0.0, 0.5, 1.0], "counts": [1, 2], "missing": 1}, predictions=4)
[]
>>> faults({"labels": {"yes": 2}}, predictions=3)[0].message
'The histogram counts 2 predictions, and `predictions` is 3. Count those outside of it as below, above, other or missing.'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

OUTSIDE = ("below", "above", "other", "missing")
SHAPE = "Give `edges` with one number more than `counts`, or `labels` with a count for each."


NAMES = {"below": "below", "above": "above", "other": "other labels", "missing": "missing"}


class Bar(NamedTuple):
    """One part of a histogram: its name, how many predictions, and their share of all of them, from 0 to 1."""

    name: str
    predictions: int
    share: float


def bars(histogram: Mapping[str, Any] | None) -> list[Bar]:
    """The parts of a histogram in their order, those outside of it last; none where there is no histogram.

    >>> [(bar.name, bar.predictions, bar.share) for bar in bars({"edges": [0.0, 0.5, 1.0], "counts": [1, 2], "missing": 1})]
    [('0 to 0.5', 1, 0.25), ('0.5 to 1', 2, 0.5), ('missing', 1, 0.25)]
    """
    if not histogram:
        return []
    ranges = [f"{low:.6g} to {high:.6g}" for low, high in pairwise(histogram.get("edges") or ())]
    parts = list(zip(ranges, histogram.get("counts") or (), strict=True)) + list(
        (histogram.get("labels") or {}).items()
    )
    parts += [(NAMES[name], count) for name in OUTSIDE if (count := histogram.get(name))]
    total = sum(count for _, count in parts)
    return [Bar(str(name), count, count / total if total else 0.0) for name, count in parts]


class HistogramFault(NamedTuple):
    """One thing wrong with a histogram: the field, a code, a sentence."""

    field: str
    code: str
    message: str


def faults(histogram: Mapping[str, Any], *, predictions: int | None) -> list[HistogramFault]:
    """Everything that keeps the histogram from being one of that number of predictions."""
    return list(_faults(histogram, predictions))


def _faults(histogram: Mapping[str, Any], predictions: int | None) -> Iterator[HistogramFault]:
    edges, counts, labels = (histogram.get(name) for name in ("edges", "counts", "labels"))
    if edges is not None and counts is not None and labels is None and len(edges) == len(counts) + 1:
        if any(low >= high for low, high in pairwise(edges)):
            sentence = f"edges {edges[:5]} do not ascend. Each is to be greater than the one before."
            yield HistogramFault("histogram.edges", "not_ascending", sentence)
    elif labels is not None and edges is None and counts is None:
        counts = list(labels.values())
    else:
        yield HistogramFault("histogram", "malformed", SHAPE)
        return
    total = sum(counts) + sum(histogram.get(name) or 0 for name in OUTSIDE)
    if predictions is not None and total != predictions:
        sentence = f"The histogram counts {total} predictions, and `predictions` is {predictions}. "
        outside = "Count those outside of it as below, above, other or missing."
        yield HistogramFault("histogram", "other_total", sentence + outside)
