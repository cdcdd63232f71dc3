"""Whether a model is regulated, as the API takes it."""

from __future__ import annotations

import pytest

from registry.regulation.serializers.regulated import RegulatedInput

BODY = {"regulated": False, "reason": "The product ended."}


def faults(data, **context):
    serializer = RegulatedInput(data=data, context=context)
    serializer.is_valid()
    return {field: [fault.code for fault in of_field] for field, of_field in serializer.errors.items()}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {}),
        ({"reason": "x" * 4_000}, {}),
        ({"reason": "x" * 4_001}, {"reason": ["max_length"]}),
        ({"reason": " "}, {"reason": ["blank"]}),
        ({"regulated": None}, {"regulated": ["null"]}),
        ({"until": "2027"}, {"until": ["unknown_field"]}),
    ],
)
def test_each_field_is_refused_by_its_own_code(changed, expected):
    assert faults(BODY | changed) == expected


def test_both_fields_are_required():
    assert faults({}) == {"regulated": ["required"], "reason": ["required"]}


def test_in_json_a_number_is_not_a_boolean():
    assert faults(BODY | {"regulated": 1}, as_written=True) == {"regulated": ["kind"]}
