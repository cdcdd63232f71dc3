"""Labels that came later, joined by key: late is null, two of one key are none."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.late_labels import LateLabels, read_labels, read_late
from tests.registry.compute.kinds.quality.rows import Rows

TABLE = pa.table({"id": [1, 2, 2, None, 4], "day": ["a", "b", "b", "c", "d"], "paid": [True, False, False, True, None]})


def test_rows_keep_their_order_and_those_without_a_label_are_null():
    labels = LateLabels.of(TABLE, "paid")
    rows = pa.table({"id": [2, 9, 1, 4], "day": ["b", "b", "a", "d"], "x": [0, 0, 0, 0]})
    assert labels.joined(rows).to_pylist() == [False, None, True, None]


def test_every_column_of_the_key_counts():
    labels = LateLabels.of(TABLE, "paid")
    assert labels.joined(pa.table({"id": [1, 1], "day": ["a", "b"]})).to_pylist() == [True, None]


def test_two_labels_of_one_key_are_refused_and_one_twice_is_not():
    twice = pa.table({"id": [1, 1, 2, 2, 3, 3], "paid": [1, 0, 0, 1, 1, 1]})
    with pytest.raises(NotAnswerable, match="The labels give 2 keys two values or more"):
        LateLabels.of(twice, "paid")
    with pytest.raises(NotAnswerable, match="The labels give 1 key two values or more"):
        LateLabels.of(twice.slice(2), "paid")
    assert LateLabels.of(twice.slice(4), "paid").once.num_rows == 1


def test_a_key_is_read_in_the_type_of_the_rows_where_it_can_be():
    labels = LateLabels.of(pa.table({"id": pa.array([1, 2], pa.int32()), "paid": [1, 0]}), "paid")
    assert labels.joined(pa.table({"id": pa.array([2], pa.int64())})).to_pylist() == [0]
    words = LateLabels.of(pa.table({"id": ["one"], "paid": [1]}), "paid")
    with pytest.raises(NotAnswerable, match=r"The key of the labels \(id string\) is not of the types"):
        words.joined(pa.table({"id": [1]}))


LATE = Rows(id=[1, 2], y=[1, 0], other=[9, 9])


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ({"id": [2, 1]}, [0, 1]),
        ({"id": [2, 1], "y": [None, None]}, [0, 1]),
        ({"id": [2, 1, 3], "y": [5, None, None]}, [5, 1, None]),
    ],
)
def test_a_rows_own_label_goes_first(rows, labels):
    rows = {name: pa.array(values, pa.int64()) for name, values in rows.items()}
    assert read_labels(Rows(**rows), read_late(LATE, ["id"], "y"), "y").to_pylist() == labels


def test_without_late_labels_the_rows_own_are_all():
    assert read_labels(Rows(y=[1, None]), None, "y").to_pylist() == [1, None]


def test_labels_of_two_kinds_are_not_read_as_one_column():
    late = read_late(Rows(id=[1], y=["yes"]), ["id"], "y")
    with pytest.raises(NotAnswerable, match="own labels are int64, the later ones string"):
        read_labels(Rows(id=[1], y=[1]), late, "y")
