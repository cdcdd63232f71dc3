"""What the API takes and returns of deployments, change requests and rollouts."""

from __future__ import annotations

import pytest

from registry.serving.queries import change_requests, deployments
from registry.serving.rules.rollout import DEFAULT, LONGEST_HOLD
from registry.serving.serializers.deployments import (
    ChangeRequestOutput,
    DeploymentInput,
    DeploymentOutput,
    RollbackInput,
    RolloutInput,
    RolloutOutput,
    WordInput,
)
from tests.registry.serving.story import STEPS, approved, ask

TARGET = {"model": "demand", "version": "v1", "environment": "production"}
STEP = {"percent": 1, "hold_minutes": 0}


def read(serializer, content):
    return serializer(data=content, context={"as_written": True})


def faults(serializer, content):
    """The fields that are refused, each with the code of its first fault."""
    loaded = read(serializer, content)
    loaded.is_valid()
    return {field: error[0].code for field, error in loaded.errors.items()}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"traffic_percent": 0}, {}), ({"traffic_percent": 100}, {}), ({"reason": "x" * 4_000}, {}),
        ({"traffic_percent": -1}, {"traffic_percent": "min_value"}),
        ({"traffic_percent": 101}, {"traffic_percent": "max_value"}),
        ({"traffic_percent": None}, {"traffic_percent": "null"}), ({"traffic_percent": "5"}, {"traffic_percent": "kind"}),
        ({"reason": "x" * 4_001}, {"reason": "max_length"}), ({"environment": "e" * 64}, {"environment": "max_length"}),
        ({"steps": [STEP]}, {"steps": "unknown_field"}), ({"model": None, "version": ""}, {"model": "null", "version": "blank"}),
    ],
)  # fmt: skip
def test_a_deployment_at_the_limits_of_its_fields(changed, expected):
    assert faults(DeploymentInput, TARGET | changed) == expected


def test_null_removes_a_name_and_what_is_left_out_stays():
    body = read(DeploymentInput, TARGET | {"thresholds": {"alarm": None}, "feature_pins": {"orders_3d": None}})
    assert body.is_valid()
    assert body.proposal() == (None, {"alarm": None}, {"orders_3d": None}, None, None)
    bare = read(DeploymentInput, TARGET)
    assert bare.is_valid()
    assert bare.proposal() == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ([STEP], False), ([STEP] * 20, False), ([{"percent": 100, "hold_minutes": LONGEST_HOLD}], False), ([], True),
        ([STEP] * 21, True), ([STEP | {"percent": 0}], True), ([STEP | {"percent": 101}], True),
        ([STEP | {"hold_minutes": LONGEST_HOLD + 1}], True), ([STEP | {"hold_minutes": None}], True),
    ],
)  # fmt: skip
def test_a_rollout_has_1_to_20_steps_within_their_limits(steps, refused):
    loaded = read(RolloutInput, TARGET | {"steps": steps})
    loaded.is_valid()
    assert set(loaded.errors) == ({"steps"} if refused else set())


def test_a_rollout_without_steps_takes_the_default_ones():
    body = read(RolloutInput, TARGET)
    assert body.is_valid()
    assert body.proposal().steps == list(DEFAULT)


def test_a_rollback_needs_a_revision_and_a_reason_and_a_decision_neither():
    assert faults(RollbackInput, {}) == {"to_revision": "required", "reason": "required"}
    assert faults(RollbackInput, {"to_revision": 0, "reason": "x"}) == {"to_revision": "min_value"}
    assert faults(WordInput, {}) == faults(WordInput, {"reason": ""}) == {}


def test_a_deployment_is_returned_with_its_revision_and_approval(serving, in_production, cora):
    small = ask(in_production, cora, thresholds={"alarm": 0.51}).deployment
    first, second = (DeploymentOutput(deployments.deployment(made.pk)).data for made in (serving, small))
    assert (first["revision"]["approved_by"], first["change_request"]) == ("ann", serving.revision.covered_by_id)
    assert (second["revision"]["approved_by"], second["change_request"]) == (None, None)
    assert second["revision"]["content"] == {"weights": {"v1": 100}, "thresholds": {"alarm": 0.51}, "pins": {}}
    assert (first["decision"], first["revision"]["restores"]) == ("PROCEED", None)


def test_a_request_is_returned_with_its_base_and_a_rollout_with_its_traffic(serving, second, cora):
    request = ask(second, cora, percent=50).request
    stored = ChangeRequestOutput(change_requests.change_request(request.pk)).data
    assert (stored["base_revision"], stored["plan"], stored["content"]["weights"]) == (1, None, {"v1": 50, "v2": 50})
    assert (stored["decided_by"], stored["decided_at"]) == ("", None)
    rollout = RolloutOutput(approved(second, cora, steps=STEPS).rollout).data
    assert (rollout["position"], rollout["traffic_percent"], rollout["ended_at"]) == (1, 5, None)
    assert [dict(step) for step in rollout["steps"]] == STEPS
