"""Whether the columns of the data sets can answer what is asked of predictions: every fault, before a row is read."""

from __future__ import annotations

import pytest

from registry.compute.kinds.quality.column_faults import LabelColumns, column_faults
from registry.compute.kinds.quality.parameters import PredictionParameters

LATE = LabelColumns("outcomes", {"id": "int64", "paid": "bool"}, ("id",))


@pytest.mark.parametrize(
    ("late", "sides", "expected"),
    [
        (LATE, [{"id": "int64", "p": "double"}] * 2, []),
        (LATE, [{"id": "int64", "p": "double"}, {"p": "double"}], [("labels", "unknown_column")]),
        (LATE._replace(key=()), [{"p": "double"}], [("labels", "no_key")]),
        (LATE._replace(types={"id": "int64"}), [{"id": "int64", "p": "double"}], [("label", "unknown_column")]),
        (None, [{"p": "double"}], [("label", "unknown_column")]),
    ],
)
def test_every_fault_of_labels_that_came_later(late, sides, expected):
    parameters = PredictionParameters("p", "paid", labels="outcomes" if late else "")
    assert [(fault.field, fault.code) for fault in column_faults(parameters, sides, late)] == expected


def test_a_column_that_is_missing_is_named_with_those_that_are_there():
    (fault,) = column_faults(PredictionParameters("score", "y"), [{"scored": "double", "y": "int64"}], None)
    assert fault.message.startswith("There is no column 'score'. Choose from scored")


def test_a_column_of_one_side_alone_is_judged_by_its_type():
    sides = [{"p": "double", "y": "int64"}, {"p": "double", "y": "int64", "g": "list<item: string>"}]
    (fault,) = column_faults(PredictionParameters("p", "y", "g"), sides, None)
    assert (fault.field, fault.code) == ("group", "unsupported_type")


def test_every_column_that_the_key_lacks_is_named():
    late = LATE._replace(key=("id", "day"), types=LATE.types | {"day": "date32[day]"})
    (fault,) = column_faults(PredictionParameters("p", "paid", labels="outcomes"), [{"p": "double"}], late)
    assert fault.message == "Labels are joined by the key of outcomes, and a side has no column id, day."
