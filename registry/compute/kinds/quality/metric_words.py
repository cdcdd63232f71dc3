"""What a metric did, in a sentence built from the interval that decided.

>>> before, after = Measured("accuracy", 0.99, 0.0005, 40_000), Measured("accuracy", 0.98, 0.0007, 40_000)
>>> change_sentence(before, after, Interval(1.0, 0.766, 1.254), 0.1)
'Accuracy went from 0.99 to 0.98: its errors changed by +100% (95% interval +76.6% to +125%; limit +10%).'
"""

from __future__ import annotations

import math

from registry.compute.stats.intervals import Interval
from registry.compute.stats.metrics.measured import Measured


def change_sentence(before: Measured, after: Measured, change: Interval, limit: float) -> str:
    """From what to what the metric went, by how much its error changed, and the limit of that."""
    metric = before.metric
    title = metric.title[0].upper() + metric.title[1:]
    sentence = f"{title} went from {before.value:.4g} to {after.value:.4g}"
    scale = before.scale or metric.scale
    if scale is not None:
        what = "its size" if before.name == "bias" else "beyond what chance explains, it"
        value, low, high = (end * scale for end in change)
        return f"{sentence}: {what} changed by {value:+.3g} (95% interval {low:+.3g} to {high:+.3g}; limit +{limit * scale:.3g})."
    what = "its errors" if metric.is_success else "it"
    if math.isinf(change.value):
        least = f"the growth is at least {_percent(change.low)}"
        return f"{sentence}: there were no errors before ({least} with 95% confidence; limit {_percent(limit)})."
    ends = f"95% interval {_percent(change.low)} to {_percent(change.high)}; limit {_percent(limit)}"
    return f"{sentence}: {what} changed by {_percent(change.value)} ({ends})."


def _percent(share: float) -> str:
    if math.isinf(share):
        return "without bound"
    return f"{share * 100:+.3g}%" if abs(share) < 10 else f"{share * 100:+,.0f}%"
