"""Metric drift: the metrics of the labelled rows of both sides, judged by how much their errors grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.series import Series
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.quality.inputs.predictions import PredictedRows, Predictions
from registry.compute.kinds.quality.metric_words import change_sentence
from registry.compute.kinds.quality.parameters import CLASS, NUMBER
from registry.compute.kinds.quality.verdict import Finding, report, unanswered
from registry.compute.kinds.quality.windows import WindowValues, series_of
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.catalogue import default_limit
from registry.compute.stats.intervals import Interval, deviations, difference
from registry.compute.stats.metrics.classes import by_class, counts_of, of_many, of_two
from registry.compute.stats.metrics.measured import METRICS, Measured, worsening
from registry.compute.stats.metrics.numbers import of_numbers
from registry.compute.stats.metrics.probabilities import of_probabilities
from registry.compute.stats.result import Outcome

LIMIT, SMALLEST_GROWTH = "metric_change", 0.02
Metrics = dict[str, Measured]


def judge(predictions: Predictions, parameters: DriftParameters, plan: Plan | None) -> Iterator[ColumnReport]:
    """A report of each metric that decides; one that says why where the labels are too few."""
    labelled = [side.count(side.labelled) for side in predictions.sides]
    if min(labelled) < parameters.minimum_rows:
        where = "in the reference" if labelled[0] < parameters.minimum_rows else "in the current data"
        yield unanswered("metrics", Outcome.NOT_ENOUGH_DATA, _too_few(min(labelled), where, predictions, parameters))
        return
    whole = [measure(predictions, side) for side in predictions.sides]
    judged = [name for name in whole[0] if METRICS[name].judged]
    windows = [window_metrics(predictions, plan, side, parameters.minimum_rows) for side in (0, 1)] if plan else None
    limit = parameters.limits.get(LIMIT, default_limit(LIMIT))
    for name in judged:
        yield _judge(name, whole, windows, (predictions, plan, limit, len(judged)))


def measure(predictions: Predictions, side: PredictedRows, rows: np.ndarray | None = None) -> Metrics:
    """Every metric of the labelled rows of a side, or of those among ``rows``; none without any."""
    if side.measured is not None:
        return dict(side.measured)
    index = np.flatnonzero(side.labelled) if rows is None else rows[side.labelled[rows]]
    if not index.size or side.label is None:
        return {}
    label, prediction = side.label[index], side.prediction[index]
    positive, name = predictions.positive, predictions.positive_name
    if predictions.kind == NUMBER:
        return of_numbers(label, prediction)
    if predictions.kind == CLASS:
        counts = counts_of(label, prediction, len(predictions.classes), side.times_of(index))
        of_class = of_two(counts, positive, name) if positive >= 0 else {}
        return of_class if len(predictions.classes) <= 2 else of_class | of_many(counts)
    is_class = label == positive
    counts = counts_of(is_class, prediction >= predictions.threshold, 2)
    return of_probabilities(is_class, prediction, name) | of_two(counts, 1, name)


def window_metrics(predictions: Predictions, plan: Plan, side: int, fewest: int) -> list[Metrics]:
    """The metrics of each window of a side; none of one with fewer labelled rows."""
    cut: Cut = (plan.reference, plan.current)[side]
    rows_of_side = predictions.sides[side]
    return [
        measure(predictions, rows_of_side, rows) if rows_of_side.labelled[rows].sum() >= fewest else {}
        for rows in cut.rows
    ]


def _judge(
    name: str,
    whole: Sequence[Metrics],
    windows: Sequence[Sequence[Metrics]] | None,
    context: tuple[Predictions, Plan | None, float, int],
) -> ColumnReport:
    predictions, plan, limit, comparisons = context
    before, after = whole[0][name], whole[1][name]
    metric, z = METRICS[name], deviations(comparisons)
    change, content = worsening(before, after, z), _content(name, before, after, predictions)
    column = f"metric: {metric.title}"
    if change is None:
        where, lacking = ("in the reference", before) if before.value is None else ("in the current data", after)
        sentence = f"{metric.title[0].upper()}{metric.title[1:]} is not defined {where}: {lacking.reason}"
        return unanswered(column, Outcome.NOT_ENOUGH_DATA, sentence, content)
    finding = Finding(
        column,
        LIMIT,
        change.value if np.isfinite(change.value) else None,
        limit,
        max(change.value / limit, 0.0) if limit else float(np.inf) * (change.value > 0),
        change.value > limit,
        change.low > limit,
        change_sentence(before, after, change, limit),
        content | {"change": [*change], "scale": before.scale or metric.scale},
    )
    series = _series(before, windows, plan, limit, comparisons) if plan and windows else None
    return report(finding, series)


def _series(
    before: Measured, windows: Sequence[Sequence[Metrics]], plan: Plan, limit: float, comparisons: int
) -> Series:
    """The metric's error over windows. A window counts as worse than a fixed limit by an interval that holds for every
    window and metric together."""
    z = deviations(comparisons * len(plan.current.labels))
    reference, current = (
        [metrics[before.name].error(z) if before.name in metrics else None for metrics in side] for side in windows
    )
    whole = before.error(z)
    assert whole is not None  # as the metric was judged
    scale = before.scale or before.metric.scale or whole.value
    broken = [window is not None and _is_worse(window, whole, limit, scale) for window in current]
    return series_of(
        WindowValues(
            before.metric.error,
            _values(reference),
            _values(current),
            np.array([metrics[before.name].rows if before.name in metrics else 0 for metrics in windows[1]]),
            np.array(broken, dtype=bool),
            whole.value + limit * scale,
            whole.value + SMALLEST_GROWTH * scale,
        ),
        plan,
    )


def _is_worse(window: Interval, whole: Interval, limit: float, scale: float) -> bool:
    grown = 1 + limit if scale == whole.value else 1.0
    allowed = Interval(*(end * grown for end in whole))
    slack = 0.0 if scale == whole.value else limit * scale
    return bool(difference(window, allowed).low > slack)


def _values(errors: Sequence[Interval | None]) -> np.ndarray:
    return np.array([np.nan if error is None else float(error.value) for error in errors])


def _content(name: str, before: Measured, after: Measured, predictions: Predictions) -> dict[str, Any]:
    """Both sides' value, its own 95% interval and its rows."""
    content: dict[str, Any] = {"metric": name}
    for side, measured, rows in zip(("reference", "current"), (before, after), predictions.sides, strict=True):
        interval = measured.interval(deviations())
        content |= {
            side: measured.value,
            f"{side}_interval": [interval.low, interval.high] if interval else None,
            f"{side}_rows": measured.rows,
            f"{side}_late": rows.late,
        }
    if name == "balanced_accuracy":
        content["classes"] = _classes(predictions)
    return content


def _classes(predictions: Predictions) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each class on the current side, beside the recall in the reference."""
    sides: list[Sequence[Mapping[str, Any]]] = []
    for side in predictions.sides:
        assert side.label is not None  # as the metric was judged
        codes = side.label[side.labelled], side.prediction[side.labelled]
        sides.append(by_class(counts_of(*codes, len(predictions.classes), side.times_of(side.labelled))))
    return [
        {"class": name, "recall_ref": before["recall"], **after}
        for name, before, after in zip(predictions.classes, *sides, strict=True)
    ]


def _too_few(rows: int, where: str, predictions: Predictions, parameters: DriftParameters) -> str:
    late = predictions.sides[1].late
    waiting = f" {late:,} rows of the current data have a prediction and no label yet." if late else ""
    return f"Too few rows with a prediction and a label {where}: {rows:,}, needs {parameters.minimum_rows:,}.{waiting}"
