"""Equality of values by kind: a table of cases, and laws against Python's own exact numbers."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.compute.stats.equality import as_floats, compare_values, decoded, null_mask
from registry.compute.stats.equality_rule import rule_of

NAN, INF = math.nan, math.inf
CENTS, WIDE = pa.decimal128(18, 2), pa.decimal128(38, 10)
I64, U64, F64, F32 = pa.int64(), pa.uint64(), pa.float64(), pa.float32()


def compared(trained, current, **tolerances):
    valued = ~null_mask(trained) & ~null_mask(current)
    return compare_values(trained, current, valued, rule_of(trained.type, current.type, **tolerances))


def of(values, kind):
    return pa.array(values, kind)


# value and type of either side, current - trained where they differ or None where they are equal
NUMBERS = [
    (1.0, F64, 1.0 + 5e-10, F64, None, "within 1e-9 relative"),
    (1.0, F64, 1.0 + 5e-9, F64, 5e-9, "beyond it"),
    (1.0, F32, 1.0 + 5e-7, F64, None, "a float32 is known to 1e-6"),
    (1.0, F64, 1.0 + 2**-17, F32, 2**-17, "and no further"),
    (0.0, F64, 1e-300, F64, 1e-300, "zero has no relative tolerance"),
    (NAN, F64, NAN, F64, None, "NaN equals NaN"),
    (NAN, F64, 1.0, F64, NAN, "NaN equals nothing else"),
    (INF, F64, INF, F64, None, "the same infinity"),
    (INF, F64, -INF, F64, -INF, "the other infinity"),
    (INF, F64, 5.0, F64, -INF, "an infinite tolerance excuses nothing"),
    (1e308, F64, -1e308, F64, -INF, "a difference too large for a float64"),
    (0.0, F64, -0.0, F64, None, "zero has one value"),
    (1_700_000_000_000, I64, 1_700_000_001_000, I64, 1_000, "milliseconds against seconds later"),
    (2**53 + 1, I64, 2**53 + 2, I64, 1, "whole numbers that float64 cannot tell apart"),
    (-(2**63), I64, 2**63 - 1, I64, 2.0**64, "a difference that int64 cannot hold"),
    (2**64 - 1, U64, 2**64 - 2, U64, -1, "the largest of all"),
    (2**64 - 1, U64, -1, I64, -(2.0**64), "the same bits with and without a sign"),
    (5, U64, 5, pa.int8(), None, "whatever the width"),
    (7, I64, 7.0, F64, None, "a whole number as a float"),
    (7, I64, 7.0000000001, F64, 1e-10, "a whole number is compared exactly with a float too"),
    (2**53 + 1, I64, float(2**53), F64, -1, "also where both round to one float64"),
    (float(2**63), F64, 2**63 - 1, I64, -1, "at the end of int64"),
    (2**64 - 1, U64, 2.0**64, F64, 1, "and of uint64"),
    (3, I64, NAN, F64, NAN, "a whole number against NaN"),
    (INF, F64, 3, I64, -INF, "infinity against a whole number"),
    (-0.0, F64, 0, I64, None, "a zero with a sign"),
    (Decimal("250000000000.00"), CENTS, Decimal("249999999999.99"), CENTS, -0.01, "a cent of many"),
    (Decimal("1.50"), CENTS, Decimal("1.5000000000"), WIDE, None, "whatever the scale"),
    (Decimal("1.5000000001"), WIDE, Decimal("1.50"), CENTS, -1e-10, "the tenth digit"),
    (Decimal("3.00"), CENTS, 3, I64, None, "a decimal that is whole"),
    (Decimal("3.01"), CENTS, 3, I64, -0.01, "a decimal that is not"),
    (Decimal("0.10"), CENTS, 0.1, F64, None, "the float64 nearest to a decimal"),
    (Decimal("0.10"), CENTS, 0.1, F32, None, "the float32 nearest to it"),
    (Decimal("0.10"), CENTS, 0.1 + 1e-16, F64, 1.3877787807814457e-17, "any other float"),
    (Decimal(10) ** 37, pa.decimal128(38, 0), Decimal("1e-38"), pa.decimal256(76, 60), -1e37, "too many digits for one decimal"),
]  # fmt: skip


@pytest.mark.parametrize(("trained", "left", "current", "right", "difference", "why"), NUMBERS)
def test_numbers_are_equal_or_differ_by_so_much(trained, left, current, right, difference, why):
    result = compared(of([trained], left), of([current], right))
    assert result.unequal.tolist() == [difference is not None], why
    if difference is not None:
        assert result.difference[0] == pytest.approx(difference, rel=1e-6, nan_ok=True), why
        assert result.one_nan.tolist() == [difference != difference], why


@pytest.mark.parametrize(
    ("kind", "trained", "current", "tolerances", "unequal"),
    [
        (F64, [0.0, 100.0], [0.5, 100.5], {"atol": 0.5, "rtol": 0.0}, [False, False]),
        (F64, [0.0, 100.0], [0.5, 100.5], {"atol": 0.1, "rtol": 0.01}, [True, False]),
        (F64, [1.0], [1.0 + 5e-10], {"rtol": 0.0}, [True]),
        (F64, [1.0, 1.0], [1.0 + 5e-10, 1.25], {"atol": 0.2}, [False, True]),
        (I64, [100, 100], [105, 106], {"atol": 5}, [False, True]),
        (I64, [100, 2**60], [101, 2**60 + 1], {"rtol": 0.001}, [True, False]),
        (CENTS, [Decimal("1.00")] * 2, [Decimal("1.01"), Decimal("1.02")], {"atol": 0.015}, [False, True]),
        (pa.timestamp("us"), [1], [2], {"atol": 5}, [True]),
    ],
)
def test_a_tolerance_that_somebody_sets_is_one_of_every_number(kind, trained, current, tolerances, unequal):
    assert compared(of(trained, kind), of(current, kind), **tolerances).unequal.tolist() == unequal


DAY = date(2024, 3, 9)
AT = datetime(2024, 3, 9, 16)
ALL_ELSE = [
    (["a", "b"], ["a", "c"], pa.string(), pa.large_string(), [False, True], "text of two widths"),
    (["a", "É"], ["a ", "E"], pa.string(), pa.string(), [True, True], "text is not folded"),
    (["a", "b"], ["a", "c"], pa.dictionary(pa.int8(), pa.string()), pa.string(), [False, True], "a dictionary"),
    (["a"], ["a"], pa.string_view(), pa.string(), [False], "views of text"),
    ([True, False], [True, True], pa.bool_(), pa.bool_(), [False, True], "truth values"),
    ([b"a", b"\xff"], [b"a", b"\xfe"], pa.binary(), pa.large_binary(), [False, True], "bytes"),
    ([b"ab"], [b"ab"], pa.binary(2), pa.binary_view(), [False], "bytes of one length"),
    ([DAY, DAY], [DAY, date(2024, 3, 10)], pa.date32(), pa.date64(), [False, True], "dates"),
    ([AT], [AT], pa.timestamp("s"), pa.timestamp("ns"), [False], "moments of two units"),
    ([1_000, 1_000], [1_000_000_000, 1_000_000_001], pa.timestamp("us"), pa.timestamp("ns"), [True, True], "a factor"),
    ([1, 1], [1_000, 1_001], pa.timestamp("us"), pa.timestamp("ns"), [False, True], "a nanosecond"),
    ([2**62, 1], [1, 1_000], pa.timestamp("s"), pa.timestamp("ms"), [True, False], "a moment beyond the other unit"),
    ([1], [1], pa.timestamp("us", "Europe/Berlin"), pa.timestamp("us", "UTC"), [False], "a moment of two zones"),
    ([1], [1], pa.timestamp("us"), pa.timestamp("us", "Asia/Tokyo"), [False], "without a zone it is one of UTC"),
    ([1, 2], [1_000, 1], pa.duration("ms"), pa.duration("us"), [False, True], "durations"),
    ([1], [1_000], pa.time32("ms"), pa.time64("us"), [False], "times of day"),
    ([[1, 2], [1]], [[1, 2], [2]], pa.list_(pa.int8()), pa.large_list(pa.int64()), [False, True], "lists"),
    ([[1.0, 2.0]], [[1.0, 2.0]], pa.list_(F64, 2), pa.list_(F32), [False], "lists of one length"),
    ([[1.0], [NAN]], [[1.0 + 1e-12], [NAN]], pa.list_(F64), pa.list_(F64), [False, False], "elements within 1e-9"),
    ([[1], []], [[1, 1], [1]], pa.list_(I64), pa.list_(I64), [True, True], "a length is a difference"),
    ([[1, None], [None]], [[1, None], [1]], pa.list_(I64), pa.list_(I64), [False, True], "null elements"),
    ([[["a"]], [["a"]]], [[["a"]], [["b"]]], pa.list_(pa.list_(pa.string())), pa.list_(pa.list_(pa.string())), [False, True], "lists of lists"),
    ([{"a": 1.0}, {"a": NAN}], [{"a": 1.0 + 1e-12}, {"a": NAN}], pa.struct({"a": F64}), pa.struct({"a": F64}), [True, False], "structs by equality"),
    ([{"a": 1, "b": "x"}], [{"b": "x", "a": 1}], pa.struct({"a": I64, "b": pa.string()}), pa.struct({"b": pa.string(), "a": I64}), [False], "fields in any order"),
    ([{"a": 1}], [{"b": 1}], pa.struct({"a": I64}), pa.struct({"b": I64}), [True], "other fields"),
    ([{"a": 1}], [{"a": "1"}], pa.struct({"a": I64}), pa.struct({"a": pa.string()}), [True], "fields of other kinds"),
    ([{"a": None}], [{"a": None}], pa.struct({"a": I64}), pa.struct({"a": pa.string()}), [False], "null fields"),
    ([[("a", NAN)]], [[("a", NAN)]], pa.map_(pa.string(), F64), pa.map_(pa.string(), F64), [False], "maps"),
    ([[("a", 1.0)]], [[("a", 2.0)]], pa.map_(pa.string(), F64), pa.map_(pa.string(), F64), [True], "other maps"),
    ([None, "x"], [None, None], pa.string(), pa.null(), [False, False], "rows with a null are not compared here"),
]  # fmt: skip


@pytest.mark.parametrize(("trained", "current", "left", "right", "unequal", "why"), ALL_ELSE)
def test_all_else_is_equal_or_not(trained, current, left, right, unequal, why):
    right_side = of(current, right) if not pa.types.is_null(right) else pa.nulls(len(current))
    result = compared(of(trained, left), right_side)
    assert result.unequal.tolist() == unequal, why
    assert not result.one_nan.any()


def test_a_list_differs_by_its_largest_element():
    trained, current = (
        of([[1.0, 2.0, 3.0], [1.0], [NAN]], pa.list_(F64)),
        of([[1.5, 0.0, 3.0], [], [2.0]], pa.list_(F64)),
    )
    result = compared(trained, current)
    assert result.unequal.tolist() == [True, True, True]
    assert result.difference[0] == 2.0
    assert np.isnan(result.difference[1:]).all()


def test_encodings_are_not_values():
    runs = pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"])
    extension = pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "t", "v"), of(["a", "a", "b"], pa.string()))
    texts = of(["a", "a", "b"], pa.string())
    for encoded in (runs, extension, texts.dictionary_encode()):
        assert decoded(encoded) == texts
        assert not compared(encoded, texts).unequal.any()


def test_slices_of_columns_are_compared_as_they_are():
    lists = of([[9], [1, 2], None, [3]], pa.list_(I64, -1)).slice(1)
    assert compared(lists, of([[1, 2], [5], [4]], pa.list_(I64))).unequal.tolist() == [False, False, True]


@given(st.lists(st.decimals(-(10**20), 10**20, places=8)))
def test_decimals_become_the_nearest_floats(values):
    assert as_floats(of(values, pa.decimal128(38, 8))).tolist() == [float(value) for value in values]


# Laws: each kind against numbers that are never rounded.
def is_equal(trained, current, atol=0.0, rtol=0.0) -> bool:
    """By the rule, in fractions. Where rounding decides, the example is left out."""
    if not all(math.isfinite(value) for value in (trained, current)):
        return trained == current or (trained != trained and current != current)
    apart, size = abs(Fraction(current) - Fraction(trained)), abs(Fraction(trained))
    tolerance = max(Fraction(atol), Fraction(rtol) * size)
    assume(apart == 0 or not tolerance or abs(apart - tolerance) > tolerance * Fraction(1, 10**12))
    return apart <= tolerance


def near(values):
    """Pairs of values that are the same, near to one another, or any."""
    steps = st.sampled_from([0, 0, 1, -1, 7, 1_000])
    return st.tuples(values, steps, values, st.booleans()).map(
        lambda drawn: (drawn[0], drawn[0] + drawn[1] if drawn[3] else drawn[2])
    )


def held(pairs, low, high):
    return [(left, right) for left, right in pairs if low[0] <= left <= low[1] and high[0] <= right <= high[1]]


WHOLE = {I64: (-(2**63), 2**63 - 1), U64: (0, 2**64 - 1), pa.int32(): (-(2**31), 2**31 - 1)}
ANY_WHOLE = st.one_of(st.integers(-(2**63), 2**64 - 1), st.integers(2**53 - 5, 2**53 + 5), st.integers(-9, 9))


@given(st.lists(near(ANY_WHOLE)), st.sampled_from([*WHOLE]), st.sampled_from([*WHOLE]), st.sampled_from([None, 1, 500]))
def test_whole_numbers_of_any_size_and_width_are_compared_exactly(pairs, left, right, atol):
    pairs = held(pairs, WHOLE[left], WHOLE[right])
    result = compared(of([a for a, _ in pairs], left), of([b for _, b in pairs], right), atol=atol)
    assert result.unequal.tolist() == [not is_equal(a, b, atol or 0.0) for a, b in pairs]
    assert [float(b - a) for a, b in pairs] == pytest.approx(np.nan_to_num(result.difference).tolist(), rel=1e-15)


@given(st.lists(near(ANY_WHOLE)), st.sampled_from([I64, U64]), st.booleans())
def test_whole_numbers_and_floats_are_equal_when_they_are_the_same_number(pairs, kind, turned):
    pairs = [(whole, float(other)) for whole, other in pairs if WHOLE[kind][0] <= whole <= WHOLE[kind][1]]
    sides = of([a for a, _ in pairs], kind), of([b for _, b in pairs], F64)
    result = compared(*(sides[::-1] if turned else sides))
    assert result.unequal.tolist() == [Fraction(a) != Fraction(b) for a, b in pairs]


DECIMALS = st.decimals(-(10**24), 10**24, places=10)


@given(st.lists(near(DECIMALS)), st.sampled_from([None, 0.5]))
def test_decimals_are_compared_exactly(pairs, atol):
    result = compared(of([a for a, _ in pairs], WIDE), of([b for _, b in pairs], pa.decimal256(50, 12)), atol=atol)
    assert result.unequal.tolist() == [not is_equal(a, b, atol or 0.0) for a, b in pairs]


FLOATS = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 5e-324, 1.0, NAN, INF, -INF, 1.7e308]))
TOLERANCES = st.fixed_dictionaries(
    {"atol": st.sampled_from([0.0, 1e-3, 2.0]), "rtol": st.sampled_from([0.0, 1e-9, 0.1])}
)
NEAR_FLOATS = st.tuples(FLOATS, st.sampled_from([0.0, 1e-12, 1e-8, 0.05, 0.2])).map(
    lambda pair: (pair[0], pair[0] * (1 + pair[1]))
)


@given(st.lists(st.one_of(NEAR_FLOATS, st.tuples(FLOATS, FLOATS))), TOLERANCES)
def test_floats_are_equal_within_the_tolerance(pairs, tolerances):
    result = compared(of([a for a, _ in pairs], F64), of([b for _, b in pairs], F64), **tolerances)
    apart = [b - a for a, b in pairs]
    assume(all(math.isfinite(size) or not math.isfinite(a + b) for size, (a, b) in zip(apart, pairs, strict=True)))
    assume(all(a == 0 or abs(a) > 1e-290 for a, _ in pairs))  # smaller ones lose the digits of a product
    assert result.unequal.tolist() == [not is_equal(a, b, **tolerances) for a, b in pairs]
    assert result.one_nan.tolist() == [(a != a) != (b != b) for a, b in pairs]


UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
TICKS = st.one_of(
    st.integers(-(2**63) + 1, 2**63 - 1), st.integers(-3, 3), st.integers(-3, 3).map(lambda second: second * 10**9)
)


@given(
    st.lists(st.tuples(TICKS, TICKS)),
    st.sampled_from([*UNITS]),
    st.sampled_from([*UNITS]),
    st.sampled_from([pa.timestamp, pa.duration]),
)
def test_moments_and_durations_of_any_units_are_compared_exactly(pairs, left, right, kind):
    result = compared(of([a for a, _ in pairs], kind(left)), of([b for _, b in pairs], kind(right)))
    assert result.unequal.tolist() == [a * UNITS[left] != b * UNITS[right] for a, b in pairs]


ELEMENTS = st.one_of(st.none(), st.integers(-2, 2), st.integers(2**62, 2**62 + 2))
LISTS = st.lists(st.one_of(st.none(), st.lists(ELEMENTS, max_size=4)), min_size=12, max_size=12)


@given(LISTS, LISTS, st.sampled_from([pa.list_(I64), pa.large_list(I64)]))
def test_lists_are_equal_when_every_element_is(trained, current, kind):
    result = compared(of(trained, kind), of(current, pa.list_(I64)))
    both = [*zip(trained, current, strict=True)]
    assert result.unequal.tolist() == [None not in pair and pair[0] != pair[1] for pair in both]


ANY_TYPE = st.sampled_from(
    [F64, F32, pa.float16(), I64, U64, WIDE, pa.string(), pa.bool_(), pa.date32(), pa.timestamp("ns"), pa.list_(F64), pa.list_(pa.string()), pa.struct({"a": F64}), pa.binary()]
)  # fmt: skip
PLAIN = {
    pa.list_(F64): st.lists(st.floats(), max_size=3), pa.list_(pa.string()): st.lists(st.text(max_size=2), max_size=3),
    pa.struct({"a": F64}): st.fixed_dictionaries({"a": st.floats()}), pa.string(): st.text(max_size=5),
    pa.binary(): st.binary(max_size=5), pa.bool_(): st.booleans(), WIDE: DECIMALS, F64: st.floats(),
    F32: st.floats(width=32), pa.float16(): st.floats(width=16).map(np.float16), U64: st.integers(0, 2**64 - 1),
    I64: st.integers(-(2**63), 2**63 - 1), pa.date32(): st.dates(), pa.timestamp("ns"): st.integers(-(2**62), 2**62),
}  # fmt: skip


@given(st.data(), ANY_TYPE)
def test_every_column_equals_itself(data, kind):
    column = of(data.draw(st.lists(st.one_of(st.none(), PLAIN[kind]), max_size=9)), kind)
    assert not compared(column, column).unequal.any()
    assert not compared(column, column, rtol=0.0).unequal.any()
