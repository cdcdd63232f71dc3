"""Decisions as the API takes and returns them."""

from __future__ import annotations

import pytest

from registry.regulation.actions.decisions import report_decisions
from registry.regulation.queries.decisions import decisions
from registry.regulation.serializers.decisions import DecisionInput, ReportedDecisionOutput, decisions_input
from tests.registry.regulation.actions.test_decisions import reported_decision as reported

SENT = {"external_id": "a-1", "decided_at": "2026-11-23T08:14:00Z", "prediction": 0.4}
EXPLAINED = {"method": "shap", "contributions": {"income": 0.1}}


def faults(data):
    serializer = DecisionInput(data=data)
    serializer.is_valid()
    return {field: [fault.code for fault in of_field] for field, of_field in serializer.errors.items()}


def test_what_is_left_out_has_its_default():
    serializer = DecisionInput(data=SENT | {"explanation": EXPLAINED})
    assert serializer.is_valid(), serializer.errors
    decision = serializer.validated_data
    assert (decision["environment"], decision["inputs"], decision["inputs_digest"], decision["outcome"]) == (
        "production", None, "", "",
    )  # fmt: skip
    assert (decision["explanation"]["base_value"], decision["explanation"]["link"]) == (None, "identity")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"external_id": "x" * 120, "inputs_digest": "x" * 64, "outcome": "x" * 200}, {}),
        ({"external_id": "x" * 121}, {"external_id": ["max_length"]}),
        ({"external_id": ""}, {"external_id": ["blank"]}),
        ({"inputs_digest": "x" * 65}, {"inputs_digest": ["max_length"]}),
        ({"outcome": "x" * 201}, {"outcome": ["max_length"]}),
        ({"decided_at": "today"}, {"decided_at": ["invalid"]}),
        ({"inputs": [1]}, {"inputs": ["not_a_dict"]}),
        ({"colour": "red"}, {"colour": ["unknown_field"]}),
    ],
)
def test_each_field_is_refused_by_its_own_code(changed, expected):
    assert faults(SENT | changed) == expected


def test_an_explanation_has_a_known_method_and_link_and_numbers():
    serializer = DecisionInput(
        data=SENT | {"explanation": {"method": "guess", "link": "probit", "contributions": {"a": "x"}}}
    )
    assert not serializer.is_valid()
    assert set(serializer.errors["explanation"]) == {"method", "link", "contributions"}


@pytest.mark.parametrize(("rows", "code"), [([], "empty"), ([SENT] * 1_001, "max_length")])
def test_a_list_has_1_to_1000_decisions(rows, code):
    serializer = decisions_input(data=rows)
    assert not serializer.is_valid()
    assert [fault.code for fault in serializer.errors["non_field_errors"]] == [code]


def test_one_decision_is_an_object_and_several_are_a_list():
    single, several = decisions_input(data=SENT), decisions_input(data=[SENT, SENT | {"external_id": "a-2"}])
    assert single.is_valid()
    assert several.is_valid()
    assert single.validated_data["external_id"] == "a-1"
    assert [row["external_id"] for row in several.validated_data] == ["a-1", "a-2"]


def test_a_list_names_the_row_of_a_fault():
    serializer = decisions_input(data=[SENT, SENT | {"external_id": ""}])
    assert not serializer.is_valid()
    assert {row: list(faults) for row, faults in serializer.errors.items()} == {1: ["external_id"]}


def test_the_output_is_read_from_the_canonical_text(model_version, cora):
    report_decisions(model_version, [reported(1)], actor=cora)
    content = ReportedDecisionOutput(decisions(model_version).get()).data
    assert (content["prediction"], content["outcome"], content["reported_by"]) == (0.4, "approved", "cora")
    assert content["explanation"]["contributions"] == {"orders_3d": 0.1}
