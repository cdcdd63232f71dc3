"""The differing share told for each value, and for each month."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from registry.checking.slices import by_month, by_value

NAN = float("nan")
VALUES = [
    ("numbers in order", [10, 2, 10, 2], [2, 10]),
    ("text in order", ["feb", "apr", "feb", "apr"], ["apr", "feb"]),
    ("null comes last", [None, "apr", None, "apr"], ["apr", None]),
    ("NaN is one value", [NAN, 0.5, NAN, 0.5], [0.5, NAN]),
    ("truth values", [True, False, True, False], [False, True]),
    ("lists", [[2], [1], [2], [1]], ["[1]", "[2]"]),
]
MONTHS = [
    ("dates", [date(2013, 2, 28), date(2013, 1, 1), date(2013, 2, 1), date(2013, 1, 31)], None),
    (
        "moments",
        [datetime(2013, 2, 28, 23, 59), datetime(2013, 1, 1), datetime(2013, 2, 1), datetime(2013, 1, 9)],
        None,
    ),
    ("before 1970", [date(1913, 2, 28), date(1913, 1, 1), date(1913, 2, 1), date(1913, 1, 31)], ["1913-01", "1913-02"]),
    ("none comes last", [None, date(2013, 1, 1), None, date(2013, 1, 31)], ["2013-01", None]),
]
DIFFERS = np.array([True, False, False, False])
TOLD = [{"rows": 2, "differ": 0, "share": 0.0}, {"rows": 2, "differ": 1, "share": 0.5}]


@pytest.mark.parametrize(("why", "values", "labels"), VALUES, ids=lambda one: one if isinstance(one, str) else "")
@pytest.mark.parametrize("chunks", [1, 2])
def test_the_differing_share_is_told_for_each_value(why, values, labels, chunks):
    whole = pa.array(values)
    column = pa.chunked_array([whole] if chunks == 1 else [whole[:1], whole[1:]])
    found = by_value(DIFFERS, column)
    assert str([row.pop("slice") for row in found]) == str(labels), why
    assert found == TOLD, why


@pytest.mark.parametrize(("why", "values", "labels"), MONTHS, ids=lambda one: one if isinstance(one, str) else "")
def test_the_differing_share_is_told_for_each_month(why, values, labels):
    found = by_month(DIFFERS, pa.chunked_array([values]))
    assert [row.pop("slice") for row in found] == (labels or ["2013-01", "2013-02"]), why
    assert found == TOLD, why


def test_no_rows_have_no_slices():
    nothing = np.zeros(0, dtype=bool)
    assert by_value(nothing, pa.chunked_array([], pa.string())) == []
    assert by_month(nothing, pa.chunked_array([], pa.timestamp("us"))) == []


def test_every_row_needs_a_value():
    with pytest.raises(ValueError, match="3 labels for 4 rows"):
        by_value(DIFFERS, pa.chunked_array([["a", "b", "c"]]))
