"""The differing share told for each value, and for each month."""

import itertools
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.parity.slices import ByMonth, ByValue

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
    (
        "centuries apart",
        [date(2513, 2, 28), date(1813, 1, 1), date(2513, 2, 1), date(1813, 1, 31)],
        ["1813-01", "2513-02"],
    ),
    ("none comes last", [None, date(2013, 1, 1), None, date(2013, 1, 31)], ["2013-01", None]),
]
DIFFERS = np.array([True, False, False, False])
SHARES = [{"rows": 2, "differ": 0, "share": 0.0}, {"rows": 2, "differ": 1, "share": 0.5}]


def shares_of(body, column, parts):
    """Of the whole column, or of its first row and then the rest."""
    ends = [0, len(column)] if parts == 1 else [0, 1, len(column)]
    for begin, end in itertools.pairwise(ends):
        body.add(DIFFERS[: len(column)][begin:end], column[begin:end])
    return body.as_list()


@pytest.mark.parametrize(("why", "values", "labels"), VALUES, ids=lambda item: item if isinstance(item, str) else "")
@pytest.mark.parametrize("chunks", [1, 2])
def test_the_differing_share_is_reported_for_each_value(why, values, labels, chunks):
    result = shares_of(ByValue(), pa.array(values), chunks)
    assert str([row.pop("slice") for row in result]) == str(labels), why
    assert result == SHARES, why


@pytest.mark.parametrize(("why", "values", "labels"), MONTHS, ids=lambda item: item if isinstance(item, str) else "")
@pytest.mark.parametrize("chunks", [1, 2])
def test_the_differing_share_is_reported_for_each_month(why, values, labels, chunks):
    result = shares_of(ByMonth(), pa.array(values), chunks)
    assert [row.pop("slice") for row in result] == (labels or ["2013-01", "2013-02"]), why
    assert result == SHARES, why


def test_no_rows_have_no_slices():
    assert shares_of(ByValue(), pa.array([], pa.string()), 1) == ByValue().as_list() == []
    assert shares_of(ByMonth(), pa.array([], pa.timestamp("us")), 1) == ByMonth().as_list() == []


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_month_is_the_same_in_every_unit_of_time(unit):
    moments = pa.array([datetime(1969, 12, 31, 23, 59), datetime(1970, 1, 1), datetime(2013, 2, 28)])
    result = shares_of(ByMonth(), moments.cast(pa.timestamp(unit)), 1)
    assert [row["slice"] for row in result] == ["1969-12", "1970-01", "2013-02"]


def test_every_row_needs_a_value():
    with pytest.raises(ValueError, match="3 labels for 4 rows"):
        ByValue().add(DIFFERS, pa.array(["a", "b", "c"]))
