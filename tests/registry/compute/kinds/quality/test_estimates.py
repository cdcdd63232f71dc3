"""Estimates of metrics without labels: near the truth, with their error, and refused where nothing can be learned."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.quality.estimates import estimate_sentence, estimates
from registry.compute.kinds.quality.inputs.predictions import gather
from registry.compute.kinds.quality.metrics import measure
from registry.compute.kinds.quality.parameters import PredictionParameters
from tests.registry.compute.kinds.quality.rows import plan_of, probabilities

ROWS, FEWEST = 3_000, 50


def gathered(labelled: int, *, reference=None, rows: int = ROWS, **stated):
    """Both sides as predictions; the current one has its first ``labelled`` labels."""
    before, now = reference or probabilities(ROWS), probabilities(rows, seed=2)
    late = pa.array(now["y"], mask=np.arange(rows) >= labelled)
    columns = [
        [pa.chunked_array([pa.array(before["p"])]), pa.chunked_array([pa.array(now["p"])])],
        [pa.chunked_array([pa.array(before["y"])]), pa.chunked_array([late])],
    ]
    return gather(*columns, None, PredictionParameters("p", "y", estimate=True, **stated))


def test_an_estimate_is_within_three_errors_of_what_is_measured_later():
    values, refusal = estimates(gathered(0), None, FEWEST)
    assert refusal == ""
    later = gathered(ROWS)
    truth = measure(later, later.sides[1])
    assert set(values) == {"accuracy", "precision", "recall", "f1", "auc"}
    for name, estimate in values.items():
        assert estimate["value"] == pytest.approx(truth[name].value, abs=3 * estimate["standard_error"]), name
        assert (estimate["rows"], estimate["parts"], estimate["of_windows"]) == (ROWS, 10, False)


def test_windows_of_the_reference_are_the_parts_and_current_ones_have_points():
    plan = plan_of(100, reference=30, days=40)
    values, _ = estimates(gathered(0, rows=1_000), plan, FEWEST)
    auc = values["auc"]
    assert (auc["parts"], auc["of_windows"], auc["part_rows"]) == (30, True, 100)
    assert [point["window"] for point in auc["points"]][:2] == ["2024-01-31", "2024-02-01"]
    assert all(0.5 < point["value"] <= 1 and point["rows"] == 100 for point in auc["points"])


def test_a_window_of_few_rows_has_no_estimate():
    values, _ = estimates(gathered(0, rows=1_000), plan_of(100, reference=30, days=40), 101)
    assert (values["auc"]["of_windows"], {point["value"] for point in values["auc"]["points"]}) == (False, {None})


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"labelled": ROWS}, "0 rows have a prediction and no label; an estimate needs 50."),
        ({"labelled": ROWS - 49}, "49 rows have a prediction and no label; an estimate needs 50."),
        ({"labelled": 20, "reference": probabilities(49)}, "An estimate learns from labels of the reference, and 49 of its rows have one; it needs 50."),
        ({"labelled": 20, "reference": probabilities(500) | {"y": np.zeros(500, int)}}, "An estimate learns from labels of the reference, and all of them are of one class."),
        ({"labelled": ROWS, "prediction_kind": "number"}, "Metrics are estimated from probabilities, and the predictions are those of a number."),
    ],
)  # fmt: skip
def test_nothing_is_estimated_without_something_to_learn_from(options, refusal):
    assert estimates(gathered(**options), None, FEWEST) == ({}, refusal)


def test_the_sentence_names_rows_and_parts_once():
    values, _ = estimates(gathered(0), None, FEWEST)
    sentence = estimate_sentence(values)
    assert sentence.startswith("Estimated, not measured, for 3,000 rows without a label: accuracy 0.")
    assert sentence.count("over 10 parts of the reference of about 300 rows") == 1
    assert sentence.count("standard error") == len(values)
