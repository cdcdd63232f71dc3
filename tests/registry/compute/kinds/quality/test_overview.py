"""What a run read of predictions, in numbers and in one sentence."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.kinds.quality.inputs.predictions import gather
from registry.compute.kinds.quality.overview import overview
from registry.compute.kinds.quality.parameters import PredictionParameters

WORDS = ["yes", "no", "yes", "no"]
SHARES = [0.1, 0.9, 0.2, 0.8]
NUMBERS = [10.0, 2.5, 7.25, 3.0]


def read(prediction, label=None, **stated):
    """The overview of two sides that are the same but for the last label, which the current one lacks."""
    parameters = PredictionParameters("p", "y" if label else "", **stated)
    labels = [pa.chunked_array([label]), pa.chunked_array([[*label[:-1], None]])] if label else None
    groups = [pa.chunked_array([["a", "b", "a", "b"]])] * 2 if parameters.group else None
    return overview(gather([pa.chunked_array([prediction])] * 2, labels, groups, parameters), parameters)


@pytest.mark.parametrize(
    ("prediction", "label", "stated", "what"),
    [
        (NUMBERS, NUMBERS, {}, "Predictions of numbers."),
        (WORDS, WORDS, {}, "Predictions of 2 classes; positive is yes."),
        (["a", "b", "c", "a"], WORDS, {}, "Predictions of 5 classes."),
        (SHARES, WORDS, {"threshold": 0.25}, "Probabilities of class yes, predicted positive from 0.25 on."),
        (SHARES, None, {"group": "g"}, "Probabilities of class 1, predicted positive from 0.5 on."),
    ],
)
def test_the_sentence_begins_with_what_the_predictions_are(prediction, label, stated, what):
    assert read(prediction, label, **stated)["sentence"].startswith(what)


def test_labels_are_counted_on_both_sides_and_late_ones_named():
    content = read(WORDS, WORDS)
    assert (content["rows"], content["labelled"], content["late"]) == ([4, 4], [4, 3], 1)
    assert content["sentence"].endswith(
        "Labelled: 4 of 4 rows in the reference, 3 of 4 rows now; 1 is late, so labels are not compared as a column."
    )


def test_what_is_favourable_is_named_where_groups_are_compared():
    content = read(WORDS, WORDS, group="g", favourable="no")
    assert (content["favourable"], content["group"]) == ("no", "g")
    assert content["sentence"].endswith(" Favourable is no.")
    assert read(WORDS, WORDS)["favourable"] == ""


def test_without_labels_nothing_is_late():
    content = read(SHARES, None, group="g")
    assert (content["labelled"], content["late"]) == (None, None)
    assert "Labelled" not in content["sentence"]
