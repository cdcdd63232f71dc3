"""The text format: escapes, numbers, histograms."""

from __future__ import annotations

import math

import pytest

from platform_site.roof.metrics.exposition import (
    COUNTER,
    GAUGE,
    HISTOGRAM,
    Durations,
    Family,
    Sample,
    histogram,
    number,
    text,
)


def test_names_and_help_texts_are_escaped():
    family = Family("a", "one\nline \\", GAUGE, [Sample({"name": 'x"y\\z\n', "b": "é"}, 1.5)])
    assert text([family]) == '# HELP a one\\nline \\\\\n# TYPE a gauge\na{name="x\\"y\\\\z\\n",b="é"} 1.5\n'


def test_a_family_without_samples_keeps_its_header():
    assert text([Family("a_total", "It counts.", COUNTER, [])]) == "# HELP a_total It counts.\n# TYPE a_total counter\n"


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (1e15, "1000000000000000"), (0.1, "0.1"), (-2.5, "-2.5"), (math.inf, "+Inf")]
)
def test_numbers(value, written):
    assert number(value) == written


def test_buckets_hold_everything_below_them():
    samples = list(histogram({"kind": "drift"}, [0.5, 1], Durations([1, 2, 3], 40.5)))
    lines = text([Family("d", "h", HISTOGRAM, samples)]).splitlines()[2:]
    assert lines == [
        'd_bucket{kind="drift",le="0.5"} 1',
        'd_bucket{kind="drift",le="1"} 3',
        'd_bucket{kind="drift",le="+Inf"} 6',
        'd_sum{kind="drift"} 40.5',
        'd_count{kind="drift"} 6',
    ]
