"""Metric drift and fairness, where a drift check names prediction, label and group columns.

Each is a finding like a column's: `metric: mae`, `fairness: disparate impact ratio`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from registry.compute.engines.columns import Reader
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.catalogue import ENTRIES, default_limit, measured
from registry.compute.stats.drift import effect_of, in_words
from registry.compute.stats.fairness import Rates, figures
from registry.compute.stats.quality import positive_class, quality, rates_of, worsening
from registry.compute.stats.result import Outcome

JUDGED = ("mae", "rmse", "accuracy", "precision", "recall")
KIND = "quality"
MOST_GROUPS = 30


def judge(readers: tuple[Reader, Reader], parameters: DriftParameters) -> list[ColumnReport]:
    """Compare metrics of the predictions and fairness by group; nothing unless a prediction is named."""
    if not parameters.prediction:
        return []
    sides = [_side(reader, parameters) for reader in readers]
    fewest = min(side["prediction"].size for side in sides)
    if fewest < parameters.minimum_rows:
        sentence = f"Too few predictions: {fewest:,}, needs {parameters.minimum_rows:,}."
        return [ColumnReport("prediction quality", KIND, str(Outcome.NOT_ENOUGH_DATA), sentence)]
    named = [side[role] for side in sides for role in ("prediction", "label") if side[role] is not None]
    positive = positive_class(*named)
    return [*_metrics(sides, positive, parameters), *_fairness(sides[1], positive, parameters)]


def _metrics(sides: list[dict[str, Any]], positive: Any, parameters: DriftParameters) -> Iterator[ColumnReport]:
    if not parameters.label:
        return
    before, after = (quality(side["label"], side["prediction"], positive) for side in sides)
    for metric in before:
        if metric in JUDGED and metric in after:
            worse = worsening(metric, before[metric], after[metric])
            content = {"reference": before[metric], "current": after[metric]}
            sentence = f"{metric} went from {before[metric]:.4g} to {after[metric]:.4g}"
            yield _report(f"metric: {metric}", "metric_change", worse, parameters, content, sentence)


def _fairness(side: Mapping[str, Any], positive: Any, parameters: DriftParameters) -> Iterator[ColumnReport]:
    if not parameters.group or positive is None:
        return
    rates = rates_of(side["label"], side["prediction"], side["group"], positive)
    content = {"group": parameters.group, "rates": _largest(rates)}
    for name, value in figures(rates).items():
        yield _report(f"fairness: {ENTRIES[name].title.lower()}", name, value, parameters, content, "")


def _largest(rates: Mapping[str, Rates]) -> list[dict[str, Any]]:
    """What is shown of each group, the largest groups first."""
    ordered = sorted(rates.items(), key=lambda pair: (-pair[1].rows, pair[0]))
    return [{"group": name, **of_group._asdict()} for name, of_group in ordered[:MOST_GROUPS]]


def _report(
    column: str, name: str, value: float, parameters: DriftParameters, content: dict[str, Any], sentence: str
) -> ColumnReport:
    statistic = measured(name, value).against(parameters.limits.get(name, default_limit(name)))
    outcome = Outcome.DRIFTED if statistic.alarm else Outcome.PASSED
    words = f"{sentence}; {in_words(statistic)}." if sentence else f"{in_words(statistic)}."
    return ColumnReport(column, KIND, str(outcome), words, name, value, statistic.limit, effect_of(statistic), content)


def _side(reader: Reader, parameters: DriftParameters) -> dict[str, Any]:
    """The named columns as arrays, without the rows in which any of them is null; None for one that is not named."""
    names = {"prediction": parameters.prediction, "label": parameters.label, "group": parameters.group}
    columns = {role: reader.column(name) for role, name in names.items() if name}
    whole = np.logical_and.reduce([column.is_valid().to_numpy() for column in columns.values()])
    return {role: _values(columns[role], whole) if role in columns else None for role in names}


def _values(column: pa.ChunkedArray, whole: np.ndarray) -> np.ndarray:
    values = column.filter(pa.array(whole))
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    return values.to_numpy() if not pa.types.is_string(values.type) else np.array(values.to_pylist(), dtype=str)
