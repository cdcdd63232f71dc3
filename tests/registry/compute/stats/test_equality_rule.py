"""Which values can be compared with which, how close they must be, and the sentence that says so."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.stats.equality_rule import Family, Rule, family_of, plain_type, rule_of

I64, F64, F32, TEXT = pa.int64(), pa.float64(), pa.float32(), pa.string()

SENTENCES = [
    (I64, pa.int8(), {}, "Whole numbers are compared exactly"),
    (I64, F64, {}, "Whole numbers and floats are compared exactly"),
    (pa.decimal128(9, 2), pa.decimal256(40, 2), {}, "Decimals are compared exactly"),
    (F64, F64, {}, "Floats are equal within 1e-9 relative"),
    (F32, F64, {}, "Floats are equal within 1e-6 relative"),
    (F64, pa.float16(), {}, "Floats are equal within 0.001 relative"),
    (F64, F64, {"rtol": 0.0}, "Floats are compared exactly"),
    (F64, F64, {"atol": 0.5}, "Floats are equal within 0.5 or within 1e-9 relative, as this check sets"),
    (F64, F64, {"rtol": 0.01}, "Floats are equal within 0.01 relative, as this check sets"),
    (I64, I64, {"atol": 5}, "Whole numbers are equal within 5, as this check sets"),
    (I64, I64, {"atol": 5, "rtol": 0.1}, "Whole numbers are equal within 5 or within 0.1 relative, as this check sets"),
    (TEXT, pa.large_string(), {"atol": 5}, "Texts are compared exactly"),
    (pa.date32(), pa.date64(), {}, "Dates are compared exactly"),
    (pa.timestamp("us"), pa.timestamp("ns", "UTC"), {}, "Moments are compared exactly"),
    (pa.duration("s"), pa.duration("ms"), {}, "Durations are compared exactly"),
    (pa.bool_(), pa.bool_(), {}, "Truth values are compared exactly"),
    (pa.binary(), pa.binary(4), {}, "Bytes are compared exactly"),
    (pa.struct({"a": I64}), pa.struct({"b": I64}), {}, "Nested values are compared exactly"),
    (pa.null(), TEXT, {}, "Texts are compared exactly"),
    (pa.null(), pa.null(), {}, "Nulls are compared exactly"),
    (pa.list_(F64), pa.large_list(F64), {}, "Lists are compared element by element: floats are equal within 1e-9 relative"),
    (pa.list_(F32), pa.list_(F64, 3), {"rtol": 0.0}, "Lists are compared element by element: floats are compared exactly"),
]  # fmt: skip
APART = [
    (TEXT, I64, "Training holds texts, the other side whole numbers: they are not compared"),
    (pa.bool_(), I64, "Training holds truth values, the other side whole numbers: they are not compared"),
    (pa.date32(), pa.timestamp("us"), "Training holds dates, the other side moments: they are not compared"),
    (pa.list_(I64), I64, "Training holds lists, the other side whole numbers: they are not compared"),
    (pa.list_(I64), pa.list_(TEXT), "Training holds lists of whole numbers, the other side lists of texts: they are not compared"),
    (TEXT, pa.binary(), "Training holds texts, the other side bytes: they are not compared"),
]  # fmt: skip


@pytest.mark.parametrize(("trained", "current", "tolerances", "sentence"), SENTENCES)
def test_a_rule_says_what_it_compares_and_how(trained, current, tolerances, sentence):
    rule = rule_of(trained, current, **tolerances)
    assert (rule.can_compare, rule.sentence) == (True, sentence)


@pytest.mark.parametrize(("trained", "current", "sentence"), APART)
def test_two_kinds_of_values_are_named(trained, current, sentence):
    rule = rule_of(trained, current)
    assert (rule.can_compare, rule.sentence) == (False, sentence)
    assert not rule_of(current, trained).can_compare


@pytest.mark.parametrize(
    ("kind", "plain", "family"),
    [
        (pa.dictionary(pa.int8(), TEXT), TEXT, Family.TEXT),
        (pa.run_end_encoded(pa.int32(), pa.dictionary(pa.int8(), F64)), F64, Family.FLOAT),
        (pa.opaque(I64, "type", "vendor"), I64, Family.WHOLE),
        (pa.list_view(I64), pa.large_list(I64), Family.LIST),
        (pa.month_day_nano_interval(), pa.month_day_nano_interval(), Family.NESTED),
        (pa.map_(TEXT, I64), pa.map_(TEXT, I64), Family.NESTED),
    ],
)
def test_a_type_is_known_without_its_encoding(kind, plain, family):
    assert plain_type(kind) == plain
    assert family_of(plain_type(kind)) is family


def test_only_two_sides_of_numbers_are_numbers():
    assert rule_of(I64, F64).of_numbers
    assert not rule_of(I64, pa.null()).of_numbers
    assert not Rule(Family.TEXT, Family.TEXT).of_numbers
