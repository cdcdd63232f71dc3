"""Both sides' predictions, labels and groups as what they are: classes, the positive one, the favourable one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.predictions import MOST_CLASSES, Predictions, gather
from registry.compute.kinds.quality.parameters import PredictionParameters

SHARES, WORDS, THREE = [0.2, 0.7, 0.4], ["no", "yes", "no"], ["a", "b", "c"]
TRUTHS = [True, False, True]


def read(prediction, label=None, group=None, **stated) -> Predictions:
    def both(values):
        return [pa.chunked_array([values])] * 2 if values is not None else None

    return gather(both(prediction), both(label), both(group), PredictionParameters("p", "y", "g", **stated))


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "classes", "positive", "favourable"),
    [
        (WORDS, WORDS, {}, ("no", "yes"), "yes", "yes"),
        (WORDS, WORDS, {"positive": "no"}, ("no", "yes"), "no", "no"),
        (WORDS, WORDS, {"favourable": "no"}, ("no", "yes"), "yes", "no"),
        (WORDS, ["maybe", "yes", "no"], {}, ("maybe", "no", "yes"), "", ""),
        (TRUTHS, TRUTHS, {}, ("false", "true"), "true", "true"),
        (TRUTHS, TRUTHS, {"positive": "False"}, ("false", "true"), "false", "false"),
        ([0, 0, 0], [0, 0, 0], {}, ("0", "1"), "1", "1"),
        (SHARES, WORDS, {}, ("no", "yes"), "yes", "yes"),
        (SHARES, THREE, {"positive": "b"}, THREE, "b", "b"),
        (SHARES, None, {}, ("0", "1"), "1", "1"),
        (SHARES, None, {"positive": "paid", "favourable": "open"}, ("open", "paid"), "paid", "open"),
        ([1.5, 20.0, 3.0], [1.5, 20.0, 3.0], {}, (), "", ""),
    ],
)
def test_the_classes_and_which_of_them_counts(prediction, label, stated, classes, positive, favourable):
    result = read(prediction, label, **stated)
    assert result.classes == tuple(classes)
    assert (result.positive_name, result.favourable_name) == (positive, favourable)


def test_rows_without_a_prediction_have_no_label_that_counts():
    side = read(["yes", None, "no"], ["yes", "no", None]).sides[0]
    assert (side.predicted.tolist(), side.labelled.tolist(), side.late) == (
        [True, False, True],
        [True, False, False],
        1,
    )
    numbers = read([1.5, float("nan"), 30.0], [1.0, 2.0, None]).sides[1]
    assert (numbers.labelled.tolist(), numbers.late) == ([True, False, False], 1)


def test_groups_share_their_names():
    result = read(WORDS, WORDS, ["b", None, "a"])
    assert (result.groups, result.sides[0].group.tolist()) == (("a", "b"), [1, -1, 0])
    assert read(WORDS, WORDS).sides[0].group is None


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "favourable"),
    [
        (WORDS, WORDS, {}, [False, True, False]),
        (WORDS, WORDS, {"favourable": "no"}, [True, False, True]),
        (SHARES, WORDS, {}, [False, True, False]),
        (SHARES, WORDS, {"threshold": 0.4}, [False, True, True]),
        (SHARES, WORDS, {"favourable": "no"}, [True, False, True]),
    ],
)
def test_which_rows_are_predicted_favourable(prediction, label, stated, favourable):
    result = read(prediction, label, **stated)
    assert result.is_favourable(result.sides[0]).tolist() == favourable


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "part"),
    [
        (
            WORDS,
            WORDS,
            {"positive": "maybe"},
            "No row is of class 'maybe', which positive names. The classes are no, yes.",
        ),
        (WORDS, WORDS, {"favourable": "maybe"}, "which favourable names"),
        (
            SHARES,
            THREE,
            {"prediction_kind": "probability"},
            "y holds 3 classes. Name the one that the probability is of",
        ),
        (SHARES, THREE, {"positive": "a", "favourable": "b"}, "The probability is of a, so it says nothing of b"),
        (list("abcdefghi"), None, {"positive": "z"}, "The classes are a, b, c, d, e, f, …"),
    ],
)
def test_a_class_that_cannot_be_looked_at_has_no_answer(prediction, label, stated, part):
    with pytest.raises(NotAnswerable, match=part):
        read(prediction, label, **stated)


def test_more_classes_than_are_compared_have_no_answer():
    names = np.char.add("c", np.arange(MOST_CLASSES + 1).astype(str)).tolist()
    assert len(read(names[:-1]).classes) == MOST_CLASSES
    with pytest.raises(NotAnswerable, match=r"There are 201 classes\. At most 200 are compared\."):
        read(names)
