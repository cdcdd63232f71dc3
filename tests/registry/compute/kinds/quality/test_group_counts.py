"""The counts of each group, by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.quality.group_counts import count_groups
from registry.compute.kinds.quality.inputs.predictions import Predictions, gather
from registry.compute.kinds.quality.parameters import PredictionParameters

PREDICTION = ["yes", "no", "yes", None, "yes", "no"]
LABEL = ["yes", "yes", "no", "yes", None, "no"]
GROUP = ["a", "a", "b", "a", "b", None]


def predicted(*, labels: bool = True, **stated: str) -> Predictions:
    columns = [[pa.chunked_array([values])] * 2 for values in (PREDICTION, LABEL, GROUP)]
    parameters = PredictionParameters("p", "y" if labels else "", "g", **stated)
    return gather(columns[0], columns[1] if labels else None, columns[2], parameters)


@pytest.mark.parametrize(
    ("favourable", "counts"),
    [
        ("yes", {"rows": [2, 2], "selected": [1, 2], "positives": [2, 0], "true_positives": [1, 0], "negatives": [0, 1], "false_positives": [0, 1]}),
        ("no", {"rows": [2, 2], "selected": [1, 0], "positives": [0, 1], "true_positives": [0, 0], "negatives": [2, 0], "false_positives": [1, 0]}),
    ],
)  # fmt: skip
def test_rows_without_a_prediction_or_a_group_count_for_none(favourable, counts):
    predictions = predicted(favourable=favourable)
    counted = count_groups(predictions, predictions.sides[0])
    assert {name: part.tolist() for name, part in counted._asdict().items()} == counts


def test_without_labels_only_what_was_predicted_is_counted():
    predictions = predicted(labels=False)
    counted = count_groups(predictions, predictions.sides[1])
    assert (counted.selected.tolist(), counted.positives.size, counted.negatives.size) == ([1, 2], 0, 0)


def test_some_rows_alone_are_counted_for_a_window():
    predictions = predicted()
    counted = count_groups(predictions, predictions.sides[0], np.array([1, 2, 3]))
    assert (counted.rows.tolist(), counted.selected.tolist(), counted.positives.tolist()) == ([1, 1], [0, 1], [1, 0])
