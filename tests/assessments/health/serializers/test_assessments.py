"""What the API takes and returns of assessments."""

from __future__ import annotations

import pytest

from assessments.health.serializers.assessments import AssessmentChange, AssessmentInput, ItemInput, NextStepOutput


def test_an_item_may_state_one_thing_and_leave_out_the_rest():
    body = ItemInput(data={"capability": "lineage", "notes": ""})
    assert body.is_valid()
    assert dict(body.validated_data) == {"capability": "lineage", "notes": ""}


@pytest.mark.parametrize(
    ("field", "value"), [("status", "half"), ("priority", "urgent"), ("notes", "n" * 4_001), ("colour", "red")]
)
def test_a_fault_of_an_item_names_its_field(field, value):
    body = ItemInput(data={"capability": "lineage", field: value})
    assert not body.is_valid()
    assert field in str(body.errors)


def test_a_new_assessment_needs_an_organization_and_a_day_and_a_change_neither():
    body = AssessmentInput(data={})
    assert not body.is_valid()
    assert set(body.errors) == {"organization", "assessed_on"}
    assert AssessmentChange(data={}).is_valid()


def test_a_rubric_of_null_is_kept_apart_from_none_given():
    body = AssessmentChange(data={"rubric": None})
    assert body.is_valid()
    assert "rubric" in body.validated_data


def test_the_status_before_a_step_is_called_from():
    step = {"capability": "lineage", "from": "partial", "reaches": None}
    assert NextStepOutput(step).data == step
