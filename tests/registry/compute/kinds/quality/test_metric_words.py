"""What a metric did, in a sentence built from the interval that decided."""

from __future__ import annotations

import math

import pytest

from registry.compute.kinds.quality.metric_words import change_sentence
from registry.compute.stats.intervals import Interval
from registry.compute.stats.metrics.measured import Measured

ACCURACY = Measured("accuracy", 0.99, 0.001, 1_000), Measured("accuracy", 0.98, 0.001, 1_000)
ERROR = Measured("mae", 2.0, 0.1, 1_000), Measured("mae", 2.5, 0.1, 1_000)
BIAS = Measured("bias", 0.1, 0.1, 1_000, scale=2.0), Measured("bias", -0.5, 0.1, 1_000, scale=2.0)
CALIBRATION = Measured("calibration_error", 0.01, 0.01, 1_000), Measured("calibration_error", 0.05, 0.01, 1_000)


@pytest.mark.parametrize(
    ("sides", "change", "sentence"),
    [
        (ACCURACY, Interval(1.0, 0.5, 1.6), "Accuracy went from 0.99 to 0.98: its errors changed by +100% (95% interval +50% to +160%; limit +10%)."),
        (ERROR, Interval(0.25, 0.1, 0.4), "Mean absolute error went from 2 to 2.5: it changed by +25% (95% interval +10% to +40%; limit +10%)."),
        (ERROR, Interval(-0.25, -0.4, math.inf), "Mean absolute error went from 2 to 2.5: it changed by -25% (95% interval -40% to without bound; limit +10%)."),
        (ERROR, Interval(23.456, 12.0, 1_234.0), "Mean absolute error went from 2 to 2.5: it changed by +2,346% (95% interval +1,200% to +123,400%; limit +10%)."),
        (ACCURACY, Interval(math.inf, 3.0, math.inf), "Accuracy went from 0.99 to 0.98: there were no errors before (the growth is at least +300% with 95% confidence; limit +10%)."),
        (BIAS, Interval(0.2, 0.1, 0.3), "Bias went from 0.1 to -0.5: its size changed by +0.4 (95% interval +0.2 to +0.6; limit +0.2)."),
        (CALIBRATION, Interval(0.4, 0.2, 0.6), "Expected calibration error went from 0.01 to 0.05: beyond what chance explains, it changed by +0.04 (95% interval +0.02 to +0.06; limit +0.01)."),
    ],
)  # fmt: skip
def test_the_sentence_has_both_values_the_change_and_the_limit_in_the_metrics_own_unit(sides, change, sentence):
    assert change_sentence(*sides, change, 0.1) == sentence
