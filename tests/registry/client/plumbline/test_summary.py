from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from registry.client.plumbline import _summary as summaries
from registry.serving.rules.histograms import faults

NONE: dict[str, str | None] = {}


def figures(rows, **names):
    return summaries.summary(summaries.rows_of(rows, names))


def test_dictionaries_become_figures():
    rows = [
        {"prediction": 0.0, "latency_ms": 10, "error": False},
        {"prediction": 1.0, "latency_ms": 20, "error": True},
        {"prediction": None, "latency_ms": 30, "error": None},
    ]
    report = figures(rows)
    assert report["predictions"] == 3
    assert report["latency_ms"] == {"p50": 20.0, "p95": 29.0}
    assert report["error_rate"] == pytest.approx(1 / 3)
    assert report["histogram"]["missing"] == 1
    assert sum(report["histogram"]["counts"]) == 2


def test_a_table_of_arrow_and_an_array_are_rows_too():
    table = pa.table({"score": [0.1, 0.2], "ms": [1.0, 3.0]})
    assert figures(table, prediction="score", latency="ms")["latency_ms"]["p50"] == 2.0
    assert figures(np.array([1.0, 2.0, 2.0]))["predictions"] == 3


def test_quantiles_are_those_of_numpy():
    values = sorted(np.random.default_rng(7).exponential(20, 1000).tolist())
    for share in (0.0, 0.5, 0.95, 1.0):
        assert summaries.quantile(values, share) == pytest.approx(np.quantile(values, share))


def test_a_histogram_is_that_of_numpy():
    values = np.random.default_rng(7).normal(0, 1, 1000)
    histogram = summaries.histogram(values.tolist(), edges=[-1, 0, 1])
    inside = np.histogram(values, bins=[-1, 0, 1])[0].tolist()
    assert (histogram["counts"], histogram["below"], histogram["above"]) == (
        inside, int((values < -1).sum()), int((values > 1).sum())
    )  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [[1.0], [5.0] * 9, [0.0, 1e300], [1, 2, 3], ["a"] * 300, [True, False], [None], [float("nan"), 2.0], [1e-320, 0.0]],
)
def test_the_server_accepts_every_histogram(values):
    assert faults(summaries.histogram(values), predictions=len(values)) == []


def test_many_labels_are_counted_together():
    histogram = summaries.histogram([f"label {number}" for number in range(80)])
    assert (len(histogram["labels"]), histogram["other"]) == (50, 30)


def test_edges_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="must be at least two numbers that ascend"):
        summaries.histogram([1.0], edges=[1, 1])


def test_a_column_that_was_named_has_to_exist():
    with pytest.raises(KeyError, match="There is no column 'score'"):
        summaries.rows_of([{"prediction": 1.0}], {"prediction": "score"})


def test_times_have_a_zone():
    rows = [{"at": "2026-11-01T08:00:00Z"}, {"at": datetime(2026, 11, 1, 9)}, {"at": 0}]
    assert summaries.rows_of(rows, NONE).times == [
        datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
    ]  # fmt: skip


def test_what_one_of_two_batches_does_not_know_is_unknown():
    both = summaries.rows_of([{"prediction": 1.0}], NONE).and_rows(summaries.rows_of([{"latency_ms": 1}], NONE))
    assert (both.size, both.predictions, both.latencies) == (2, None, None)
