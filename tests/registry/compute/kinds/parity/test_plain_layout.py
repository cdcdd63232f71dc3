"""Other ways to store the same values are undone; which values have an order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.parity.plain_layout import has_order, plain_layout, plain_schema, plain_table

RUNS = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"]))


@pytest.mark.parametrize(
    ("values", "kind", "content"),
    [
        (pa.array(["a", None, "a"]).dictionary_encode(), pa.string(), ["a", None, "a"]),
        (RUNS, pa.string(), ["a", "a", "b"]),
        (pa.array(["a"], pa.string_view()), pa.string(), ["a"]),
        (pa.array([b"a"], pa.binary_view()), pa.binary(), [b"a"]),
        (pa.array([np.float16(0.5), None], pa.float16()), pa.float32(), [0.5, None]),
        (pa.array([b"0123456789abcdef"], pa.uuid()), pa.binary(16), [b"0123456789abcdef"]),
        (pa.array([1, None]), pa.int64(), [1, None]),
        (pa.array([[1]]), pa.list_(pa.int64()), [[1]]),
    ],
)
def test_the_values_are_the_same_in_the_plain_layout(values, kind, content):
    for stored in (values, pa.chunked_array([values])):
        plain = plain_layout(stored)
        assert (plain.type, plain.to_pylist()) == (kind, content)


@pytest.mark.parametrize(
    ("dictionary", "kind", "content"),
    [
        (pa.array(["a", "b"], pa.string_view()), pa.string(), ["b", None, "a"]),
        (pa.array([b"a", b"b"], pa.binary_view()), pa.binary(), [b"b", None, b"a"]),
        (pa.array([0.5, 1.5], pa.float16()), pa.float32(), [1.5, None, 0.5]),
    ],
)
def test_a_dictionary_is_plain_all_the_way(dictionary, kind, content):
    values = pa.DictionaryArray.from_arrays(pa.array([1, None, 0]), dictionary)
    for stored in (values, pa.chunked_array([values, values.slice(0, 0)])):
        plain = plain_layout(stored)
        assert (plain.type, plain.to_pylist()) == (kind, content)
    assert plain_layout(pa.chunked_array([], values.type)).type == kind


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (pa.int8(), True),
        (pa.string(), True),
        (pa.duration("s"), True),
        (pa.binary(), True),
        (pa.list_(pa.int8()), False),
        (pa.struct([("a", pa.int8())]), False),
        (pa.month_day_nano_interval(), False),
    ],
)
def test_lists_nested_values_and_intervals_have_no_order(kind, expected):
    assert has_order(kind) is expected


def test_a_table_and_its_schema_agree():
    rows = pa.table({"word": pa.array(["a"]).dictionary_encode(), "n": [1], "half": pa.array([1], pa.float16())})
    assert plain_schema(rows.schema) == plain_table(rows).schema
    assert plain_table(rows).to_pydict() == {"word": ["a"], "n": [1], "half": [1.0]}
