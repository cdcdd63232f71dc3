import pytest

from registry.serving.rules.histograms import faults

BINS = {"edges": [0.0, 1.0, 2.0], "counts": [3, 4]}
WRONG = [
    ({}, None, ["malformed"]),
    ({"edges": [0.0, 1.0]}, None, ["malformed"]),
    ({"edges": [0.0, 1.0], "counts": [1, 2]}, None, ["malformed"]),
    (BINS | {"labels": {"yes": 1}}, None, ["malformed"]),
    ({"edges": [0.0, 0.0], "counts": [1]}, 2, ["not_ascending", "other_total"]),
    (BINS, 8, ["other_total"]),
    ({"labels": {"yes": 2, "no": 1}, "other": 1}, 3, ["other_total"]),
]


@pytest.mark.parametrize(("histogram", "predictions", "codes"), WRONG)
def test_every_fault_is_named(histogram, predictions, codes):
    assert [fault.code for fault in faults(histogram, predictions=predictions)] == codes


@pytest.mark.parametrize(
    ("histogram", "predictions"),
    [(BINS, 7), (BINS, None), (BINS | {"below": 1, "above": 1, "missing": 1}, 10), ({"labels": {"yes": 2}}, 2)],
)
def test_what_adds_up_is_accepted(histogram, predictions):
    assert faults(histogram, predictions=predictions) == []
