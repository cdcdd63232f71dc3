import pytest

from registry.serving.rules.histograms import bars, faults

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


def test_its_parts_stand_in_their_order_with_their_shares():
    assert bars({"labels": {"yes": 3, "no": 1}, "other": 1}) == [
        ("yes", 3, 0.6),
        ("no", 1, 0.2),
        ("other labels", 1, 0.2),
    ]
    assert bars({"edges": [0, 1], "counts": [0]}) == [("0 to 1", 0, 0.0)]
    assert bars(None) == []
