"""What was asked of predictions is answered or has no answer; it is never passed over."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.quality.run import without_late
from registry.compute.kinds.report import ColumnReport
from tests.registry.compute.kinds.quality.rows import Rows, classes, probabilities, reports

WORDS = {"y": ["yes", "no"] * 100, "g": ["a", "b"] * 100}


def test_nothing_without_a_prediction():
    assert reports(Rows(), Rows(), prediction="", label="", group="") == {}


@pytest.mark.parametrize(
    ("columns", "parameters", "sentence"),
    [
        (WORDS | {"p": np.linspace(-3, 3, 200)}, {}, "p holds numbers that are not probabilities of one of two classes, and y classes: they are not compared."),
        (WORDS | {"p": np.linspace(0, 2, 200)}, {"prediction_kind": "probability"}, "p is stated to be a probability, and holds a number below 0 or above 1."),
        (WORDS | {"p": np.linspace(0, 2, 200)}, {"prediction_kind": "number"}, "p is stated to be a number, and y holds classes."),
        (WORDS | {"p": ["yes", "no"] * 100}, {"favourable": "maybe"}, "No row is of class 'maybe', which favourable names. The classes are no, yes."),
        (WORDS | {"p": np.linspace(0, 1, 200)}, {"positive": "maybe"}, "No row is of class 'maybe', which positive names. The classes are no, yes."),
        (WORDS | {"y": ["a", "b", "c", "d"] * 50, "p": np.linspace(0, 1, 200)}, {"prediction_kind": "probability"}, "y holds 4 classes. Name the one that the probability is of: positive."),
        (WORDS | {"y": ["a", "b", "c", "d"] * 50, "p": np.linspace(0, 1, 200)}, {"positive": "a", "favourable": "b"}, "The probability is of a, so it says nothing of b: there are 4 classes."),
        (WORDS | {"p": [f"class {number}" for number in range(201)][:200], "y": [f"class {number}" for number in range(1, 201)]}, {}, "There are 201 classes. At most 200 are compared."),
    ],
)  # fmt: skip
def test_what_only_the_data_show_to_have_no_answer_is_not_applicable(columns, parameters, sentence):
    results = reports(Rows(**columns), Rows(**columns), **parameters)
    assert {name: (report.outcome, report.sentence) for name, report in results.items()} == {
        "metrics": ("not_applicable", sentence),
        "fairness": ("not_applicable", sentence),
    }


def test_sides_of_other_kinds_are_named():
    results = reports(Rows(**WORDS, p=[1, 0] * 100), Rows(**WORDS, p=["yes", "no"] * 100), group="")
    assert results["metrics"].sentence == "p holds int64 and string in the reference and now: they are not compared."


@pytest.mark.parametrize(
    ("prediction", "label"),
    [
        ([1, 0] * 100, [True, False] * 100),
        ([1.0, 0.0] * 100, [1, 0] * 100),
        (pa.array(["yes", "no"] * 100).dictionary_encode(), ["yes", "no"] * 100),
        ([True, False] * 100, [1, 0] * 100),
        (pa.array(["1", "0"] * 100), [1, 0] * 100),
    ],
)
def test_the_same_classes_in_other_types_are_the_same(prediction, label):
    sides = Rows(p=prediction, y=label)
    assert reports(sides, sides, group="")["metric: accuracy"].content["current"] == 1.0


def test_three_classes_and_a_probability_of_one_of_them_are_that_one_against_the_rest():
    columns = probabilities(5_000)
    names = np.where(columns["y"] == 1, "fraud", np.where(np.arange(5_000) % 2, "ok", "unknown"))
    results = reports(Rows(**columns | {"y": names}), Rows(**columns | {"y": names}), positive="fraud", group="")
    numbers = reports(Rows(**columns), Rows(**columns), group="")
    assert results["metric: AUC"].content["current"] == numbers["metric: AUC"].content["current"]


def test_a_side_without_one_of_two_truths_still_has_the_greater_as_positive():
    columns = classes(500)
    results = reports(
        Rows(p=np.zeros(500, int), y=np.zeros(500, int)), Rows(p=np.zeros(500, int), y=np.zeros(500, int)), group=""
    )
    assert results["metric: recall"].sentence == "Recall is not defined in the reference: No row is truly 1."
    assert reports(Rows(**columns), Rows(**columns), group="")["metric: recall"].outcome == "passed"


def test_values_that_are_not_numbers_are_no_predictions():
    columns = probabilities(500)
    columns["p"][:100] = np.nan
    assert reports(Rows(**columns), Rows(**columns), group="")["metric: accuracy"].content["current_rows"] == 400


LATE = {"late": Rows(id=[3, 1, 2, 2], y=[1, 0, 1, 1]), "key": ["id"]}


def late(rows: int, labelled: int) -> tuple[dict, Rows]:
    columns = classes(rows)
    label = columns.pop("y")
    order = np.random.default_rng(1).permutation(rows)[:labelled]
    return columns | {"id": np.arange(rows)}, Rows(id=order, y=label[order])


def test_labels_that_came_later_are_joined_by_key_whatever_their_order():
    rows, labels = late(1_000, 800)
    whole = classes(1_000)
    accuracy = reports(Rows(**whole, id=np.arange(1_000)), Rows(**rows), late=labels, key=["id"], group="")[
        "metric: accuracy"
    ]
    at_once = reports(Rows(**whole), Rows(**whole), group="")["metric: accuracy"]
    assert accuracy.content["reference"] == at_once.content["reference"]
    assert accuracy.content["current"] == pytest.approx(at_once.content["current"], abs=0.02)
    assert (accuracy.content["current_rows"], accuracy.content["current_late"]) == (800, 200)


def test_a_rows_own_label_goes_before_the_joined_one():
    own = pa.array([1, None, 0] * 30)
    rows = Rows(id=np.arange(90), p=np.ones(90, int), y=own)
    labels = Rows(id=np.arange(90), y=np.ones(90, int))
    recall = reports(rows, rows, late=labels, key=["id"], group="")["metric: accuracy"].content
    assert (recall["current"], recall["current_rows"]) == (pytest.approx(2 / 3), 90)


def test_two_labels_of_one_key_have_no_answer_and_the_same_twice_is_one():
    rows, labels = late(200, 200)
    doubled = {name: np.concatenate([values, values[:3]]) for name, values in labels.columns.items()}
    assert "metric: accuracy" in reports(Rows(**rows), Rows(**rows), late=Rows(**doubled), key=["id"], group="")
    doubled["y"][-3:] = 1 - doubled["y"][-3:]
    results = reports(Rows(**rows), Rows(**rows), late=Rows(**doubled), key=["id"], group="")
    assert results["metrics"].outcome == "not_applicable"
    assert results["metrics"].sentence == "The labels give 3 keys two values or more, so it is not known which holds."


def test_a_key_of_another_type_is_named():
    rows, labels = late(200, 200)
    words = Rows(id=[f"row {number}" for number in labels.columns["id"]], y=labels.columns["y"])
    results = reports(Rows(**rows), Rows(**rows), late=words, key=["id"], group="")
    assert results["metrics"].sentence == "The key of the labels (id string) is not of the types that the rows have."


def unlabelled(columns: dict) -> dict:
    return columns | {"y": pa.array([None] * len(columns["p"]), pa.int64())}


def test_an_estimate_stands_beside_missing_labels_and_decides_nothing():
    results = reports(
        Rows(**probabilities(20_000)), Rows(**unlabelled(probabilities(5_000, seed=2))), estimate=True, group=""
    )
    metrics = results["metrics"]
    assert metrics.outcome == "not_enough_data"
    assert "Estimated, not measured, for 5,000 rows without a label: accuracy 0." in metrics.sentence
    by_title = {estimate["title"]: estimate for estimate in metrics.content["estimates"]}
    truth = reports(Rows(**probabilities(20_000)), Rows(**probabilities(5_000, seed=2)), group="")["metric: AUC"]
    auc = by_title["AUC"]
    assert auc["value"] == pytest.approx(truth.content["current"], abs=3 * auc["standard_error"])
    assert 0 < auc["standard_error"] < 0.05


def test_an_estimate_of_some_rows_stands_beside_the_measured_metric():
    current = probabilities(5_000, seed=2)
    current["y"] = pa.array(current["y"], mask=np.arange(5_000) >= 2_000)
    results = reports(Rows(**probabilities(20_000)), Rows(**current), estimate=True, group="")
    plain = reports(Rows(**probabilities(20_000)), Rows(**current), group="")
    assert {name: report.outcome for name, report in results.items()} == {
        name: report.outcome for name, report in plain.items()
    }
    assert "Estimated, not measured, for 3,000 rows without a label: AUC 0." in results["metric: AUC"].sentence
    assert "Estimated" not in results["metric: log loss"].sentence
    assert "Estimated" not in plain["metric: AUC"].sentence


@pytest.mark.parametrize(
    ("reference", "current", "refusal"),
    [
        (classes(500), classes(500), "Metrics are estimated from probabilities, and the predictions are those of a class."),
        (unlabelled(probabilities(500)), probabilities(500), "An estimate learns from labels of the reference, and 0 of its rows have one; it needs 50."),
        (probabilities(500) | {"y": np.ones(500, int)}, unlabelled(probabilities(500)), "An estimate learns from labels of the reference, and all of them are of one class."),
    ],
)  # fmt: skip
def test_why_there_is_no_estimate(reference, current, refusal):
    if "y" in current and isinstance(current["y"], np.ndarray):
        current = current | {"y": pa.array(current["y"], mask=np.arange(500) > 20)}
    (metrics,) = reports(Rows(**reference), Rows(**current), estimate=True, group="").values()
    assert metrics.sentence.endswith(f"No estimate: {refusal}")


def test_the_column_of_labels_is_not_compared_while_some_are_late():
    columns = [
        ColumnReport("y", "categorical", "drifted", "Null share."),
        ColumnReport("x", "numeric", "drifted", "Moved."),
    ]
    assert without_late(columns, "y", {"late": 600}) == columns[1:]
    assert without_late(columns, "y", {"late": 0}) == without_late(columns, "y", None) == columns
