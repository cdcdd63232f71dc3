"""What predictions are, by their values and by what is stated."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.prediction_kind import prediction_kind
from registry.compute.kinds.quality.parameters import PredictionParameters

SHARES, WHOLE, MANY = [0.2, 0.7, 1.0], [0, 1, 1], [3.5, 2.0, 10.0]
WORDS, THREE = ["no", "yes", "no"], ["a", "b", "c"]


def kind_of(prediction, label=None, **stated) -> str:
    columns = [pa.chunked_array([prediction])] * 2
    labels = [pa.chunked_array([label])] * 2 if label else None
    return prediction_kind(columns, labels, PredictionParameters("p", "y", **stated))


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "kind"),
    [
        (WORDS, WORDS, {}, "class"),
        ([True, False, True], WORDS, {}, "class"),
        (WHOLE, WHOLE, {}, "class"),
        (WHOLE, None, {}, "class"),
        (SHARES, WORDS, {}, "probability"),
        (SHARES, None, {}, "probability"),
        (SHARES, THREE, {"positive": "a"}, "probability"),
        (SHARES, MANY, {}, "number"),
        (MANY, MANY, {}, "number"),
        (MANY, [1, 2, 3], {}, "number"),
        ([1, 2, 3], [1, 2, 3], {}, "number"),
        ([1, 2, 3], [1, 2, 3], {"positive": "1"}, "class"),
        ([1, 2, 3], None, {"favourable": "2"}, "class"),
        ([0.2, None, float("nan")], WORDS, {}, "probability"),
        (SHARES, WHOLE, {"prediction_kind": "number"}, "number"),
        (WHOLE, WHOLE, {"prediction_kind": "probability"}, "probability"),
        (MANY, MANY, {"prediction_kind": "class"}, "class"),
    ],
)
def test_the_kind_follows_from_the_values_where_nobody_says(prediction, label, stated, kind):
    assert kind_of(prediction, label, **stated) == kind


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "part"),
    [
        ([0.5, 1.5, 0.1], WORDS, {"prediction_kind": "probability"}, "a number below 0 or above 1"),
        ([-0.1, 0.5, 0.1], None, {"prediction_kind": "probability"}, "a number below 0 or above 1"),
        (MANY, WORDS, {"prediction_kind": "number"}, "stated to be a number, and y holds classes"),
        (MANY, THREE, {}, "not probabilities of one of two classes, and y classes"),
        (SHARES, THREE, {}, "not probabilities of one of two classes, and y classes"),
    ],
)
def test_values_that_are_not_what_is_stated_have_no_answer(prediction, label, stated, part):
    with pytest.raises(NotAnswerable, match=part):
        kind_of(prediction, label, **stated)


def test_sides_of_two_kinds_are_named_with_their_types():
    with pytest.raises(NotAnswerable, match="p holds int64 and string in the reference and now"):
        prediction_kind([pa.chunked_array([[1]]), pa.chunked_array([["a"]])], None, PredictionParameters("p", "y"))
