"""Confidence intervals of a share, and of the difference and the ratio of two values that have one each.

A share has Wilson's score interval. The difference of two values takes the square root of the squared distances to
the ends of both intervals (Newcombe's method for shares), and their ratio the same idea solved for a quotient. Where
several comparisons are made at once, each interval is wider, so that all of them hold together with 95%.

Sources: Wilson (1927), Probable inference, JASA 22; Newcombe (1998), Interval estimation for the difference between
independent proportions, Stat. Med. 17; Donner and Zou (2012), Closed-form confidence intervals for functions of the
normal mean and standard deviation, SMMR 21.

>>> women, men = wilson(373, 1204), wilson(1561, 3001)
>>> [round(float(end), 3) for end in difference(men, women)]
[0.21, 0.178, 0.241]
>>> [round(float(end), 3) for end in ratio(women, men)]
[0.596, 0.543, 0.652]
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A value and the ends of its interval: numbers, or arrays of one shape."""

    value: Any
    low: Any
    high: Any


def deviations(comparisons: int = 1) -> float:
    """How many standard errors an interval reaches to either side, so that all ``comparisons`` hold together with 95%.

    >>> round(deviations(), 3), round(deviations(10), 3)
    (1.96, 2.807)
    """
    return NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 2 / max(comparisons, 1))


def wilson(hits: Any, rows: Any, z: float = deviations()) -> Interval:
    """The interval of ``hits`` of ``rows``, which need not be whole; from 0 to 1 without rows."""
    hits, rows = np.asarray(hits, dtype=float), np.asarray(rows, dtype=float)
    share = np.divide(hits, rows, out=np.zeros_like(rows), where=rows > 0)
    centre = (hits + z * z / 2) / (rows + z * z)
    half = z / (rows + z * z) * np.sqrt(np.maximum(rows * share * (1 - share), 0) + z * z / 4)
    return Interval(
        share, np.maximum(np.minimum(centre - half, share), 0), np.minimum(np.maximum(centre + half, share), 1)
    )


def difference(first: Interval, second: Interval) -> Interval:
    """The first value less the second."""
    value = first.value - second.value
    below = np.hypot(first.value - first.low, second.high - second.value)
    above = np.hypot(first.high - first.value, second.value - second.low)
    return Interval(value, value - below, value + above)


def ratio(first: Interval, second: Interval) -> Interval:
    """The first value divided by the second, neither below 0; infinite where the second, or its lower end, is 0."""
    top, bottom = (Interval(*(np.asarray(part, dtype=float) for part in side)) for side in (first, second))
    product = top.value * bottom.value
    low_top, high_top = top.low * (2 * top.value - top.low), top.high * (2 * top.value - top.high)
    low_bottom, high_bottom = (
        bottom.low * (2 * bottom.value - bottom.low),
        bottom.high * (2 * bottom.value - bottom.high),
    )
    reach = product + np.sqrt(np.maximum(product**2 - low_top * high_bottom, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(reach > 0, low_top / reach, 0.0)
        high = np.where(
            low_bottom > 0, (product + np.sqrt(np.maximum(product**2 - high_top * low_bottom, 0))) / low_bottom, np.inf
        )
        value = np.where(bottom.value > 0, top.value / bottom.value, np.where(top.value > 0, np.inf, 1.0))
    return Interval(value, low, high)
