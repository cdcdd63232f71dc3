"""Metrics of rows whose label is missing, estimated from their probabilities: an estimate, never a measurement.

How often a row of each probability is of the class is learned from the reference's labels. The standard error is that of
the same estimate over parts of the reference, each of which was left out when it was learned: its windows, or ten parts
taken by chance, in five folds. An estimate is beside a metric's finding and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from registry.compute.kinds.drift.window_distances import Plan
from registry.compute.kinds.quality.inputs.predictions import PredictedRows, Predictions
from registry.compute.kinds.quality.metrics import measure
from registry.compute.kinds.quality.parameters import PROBABILITY
from registry.compute.stats.metrics.estimate import ESTIMATED, Curve, calibrate, estimate
from registry.compute.stats.metrics.measured import METRICS

PARTS, FOLDS, SEED = 10, 5, 20_240
FEWEST_PARTS = 5
Estimates = dict[str, dict[str, Any]]


def estimates(predictions: Predictions, plan: Plan | None, fewest: int) -> tuple[Estimates, str]:
    """The estimate of each metric that can be, and a sentence where there is none. ``fewest``: rows of a side or window
    below which nothing is estimated."""
    reference, current = predictions.sides
    late = np.flatnonzero(current.predicted & ~current.labelled)
    labelled = np.flatnonzero(reference.labelled)
    if refusal := _refusal(predictions, labelled, late, fewest):
        return {}, refusal
    windows = plan.reference.rows if plan else ()
    parts = [rows[reference.labelled[rows]] for rows in windows]
    parts = [part for part in parts if part.size >= fewest]
    of_windows = len(parts) >= FEWEST_PARTS
    if not of_windows:
        parts = np.array_split(np.random.default_rng(SEED).permutation(labelled), PARTS)
    errors = _errors(predictions, parts)
    curve = _curve(predictions, reference, labelled)
    values = estimate(curve, current.prediction[late], predictions.threshold)
    over_windows = _points(predictions, curve, plan, fewest) if plan else []
    names = [name for name in ESTIMATED if name in values and name in errors]
    return {
        name: {
            "title": METRICS[name].title,
            "value": values[name],
            "standard_error": errors[name],
            "rows": int(late.size),
            "parts": len(parts),
            "of_windows": of_windows,
            "part_rows": int(np.median([part.size for part in parts])),
            "points": [point | {"value": point["value"].get(name)} for point in over_windows],
        }
        for name in names
    }, ""


def estimate_sentence(values: Estimates) -> str:
    """The estimates in words, with the error of each.

    >>> part = {"parts": 28, "of_windows": True, "part_rows": 950}
    >>> estimate_sentence({"auc": {"title": "AUC", "value": 0.81, "standard_error": 0.013, "rows": 4812} | part})
    'Estimated, not measured, for 4,812 rows without a label: AUC 0.81 (standard error 0.013, over 28 reference windows of about 950 rows).'
    """
    first = next(iter(values.values()))
    over = "reference windows" if first["of_windows"] else "parts of the reference"
    named = ", ".join(
        f"{value['title']} {value['value']:.3g} (standard error {value['standard_error']:.2g}"
        + (f", over {value['parts']} {over} of about {value['part_rows']:,} rows)" if value is first else ")")
        for value in values.values()
    )
    return f"Estimated, not measured, for {first['rows']:,} rows without a label: {named}."


def _refusal(predictions: Predictions, labelled: np.ndarray, late: np.ndarray, fewest: int) -> str:
    if predictions.kind != PROBABILITY:
        return f"Metrics are estimated from probabilities, and the predictions are those of a {predictions.kind}."
    label = predictions.sides[0].label
    if label is None or labelled.size < max(fewest, PARTS):
        return f"An estimate learns from labels of the reference, and {labelled.size:,} of its rows have one; it needs {fewest:,}."
    if np.unique(label[labelled] == predictions.positive).size < 2:
        return "An estimate learns from labels of the reference, and all of them are of one class."
    if late.size < fewest:
        return f"{late.size:,} rows have a prediction and no label; an estimate needs {fewest:,}."
    return ""


def _curve(predictions: Predictions, side: PredictedRows, rows: np.ndarray) -> Curve:
    assert side.label is not None  # as the rows are labelled
    return calibrate(side.label[rows] == predictions.positive, side.prediction[rows])


def _errors(predictions: Predictions, parts: Sequence[np.ndarray]) -> dict[str, float]:
    """Of each metric: the root of the mean squared difference of estimate and measurement over the parts."""
    reference, differences = predictions.sides[0], dict[str, list[float]]()
    folds = [parts[fold::FOLDS] for fold in range(FOLDS)]
    for number, fold in enumerate(folds):
        others = np.concatenate([part for other, of in enumerate(folds) if other != number for part in of])
        curve = _curve(predictions, reference, others)
        for part in fold:
            expected = estimate(curve, reference.prediction[part], predictions.threshold)
            measured = measure(predictions, reference, part)
            for name, value in expected.items():
                if (truth := measured[name].value) is not None:
                    differences.setdefault(name, []).append(value - truth)
    return {name: float(np.sqrt(np.mean(np.square(values)))) for name, values in differences.items()}


def _points(predictions: Predictions, curve: Curve, plan: Plan, fewest: int) -> list[dict[str, Any]]:
    """The estimate of each current window, over all its predictions, whether labelled or not."""
    current, points = predictions.sides[1], []
    for label, rows in zip(plan.current.labels, plan.current.rows, strict=True):
        predicted = rows[current.predicted[rows]]
        enough = predicted.size >= fewest
        value = estimate(curve, current.prediction[predicted], predictions.threshold) if enough else {}
        points.append({"window": label.isoformat(), "rows": int(predicted.size), "value": value})
    return points
