"""Unknown fields and values of another type."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer, expected_instead


class Input(StrictSerializer):
    flag = serializers.BooleanField(required=False)
    name = serializers.CharField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False)
    days = serializers.ListField(child=serializers.IntegerField(), required=False)
    owner = serializers.CharField()


def faults(data, *, as_written: bool = True) -> dict[str, list[str]]:
    """The error codes by field."""
    read = Input(data=data, context={"as_written": as_written})
    read.is_valid()
    return {name: [error.code for error in errors] for name, errors in read.errors.items()}


def test_all_faults_are_reported_together():
    assert faults({"colour": "red", "flag": "yes", "days": 7}) == {
        "colour": ["unknown_field"], "flag": ["kind"], "days": ["not_a_list"], "owner": ["required"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [("flag", 0), ("flag", "true"), ("name", 7), ("count", "7"), ("days", ["1"])]
)
def test_a_value_that_would_have_to_be_converted_is_refused_in_json_alone(field, value):
    assert faults({"owner": "lead", field: value}) == {field: ["kind"]}
    assert faults({"owner": "lead", field: value}, as_written=False) == {}


def test_null_and_values_of_the_right_type_are_accepted():
    assert faults({"owner": "lead", "flag": False, "name": None, "count": 7, "days": [1, 2]}) == {}


def test_an_unknown_field_of_a_form_is_refused_too():
    read = Input(data=QueryDict("owner=lead&colour=red").dict())
    assert not read.is_valid()
    assert str(read.errors["colour"][0]) == "colour is not a field of this request."


@pytest.mark.parametrize("data", [[], "text", None, 7])
def test_a_body_that_is_not_an_object_is_one_fault(data):
    assert set(faults(data)) == {"non_field_errors"}


def test_the_expected_type_is_named():
    numbers = serializers.ListField(child=serializers.FloatField())
    assert expected_instead(serializers.FloatField(), 1) == ""
    assert expected_instead(serializers.FloatField(), False) == "a number"
    assert expected_instead(serializers.CharField(), {}) == ""
    assert expected_instead(numbers, [1, 2.5]) == ""
    assert expected_instead(numbers, [1, "2"]) == "a list of which each is a number"
