"""What the API accepts of checks, what it refuses with which code, and what it returns."""

from __future__ import annotations

import pytest

from registry.checks.actions.checks import queue_run
from registry.checks.actions.execution import execute
from registry.checks.queries import checks
from registry.checks.serializers import checks as serializers
from tests.registry.conftest import FIXED, drift, register

DRIFT = {"name": "d", "kind": "drift", "reference": "events"}
LOG_PARITY = {"name": "l", "kind": "log_parity", "training": "a", "serving": "b", "entity_key": ["id"]}
SCHEMA = {"name": "s", "kind": "schema", "dataset": "events"}
PARITY = {"name": "p", "kind": "definition_parity", "feature": "f", "trained": "a", "current": "b"}


@pytest.mark.parametrize("body", [DRIFT, LOG_PARITY, SCHEMA, PARITY], ids=lambda body: body["kind"])
def test_each_kind_is_accepted_with_what_it_needs_and_nothing_less(body):
    serializer = serializers.INPUTS[body["kind"]]
    assert serializer(data=body).is_valid()
    for name in body:
        refused = serializer(data={key: value for key, value in body.items() if key != name})
        assert not refused.is_valid()
        assert {field: errors[0].code for field, errors in refused.errors.items()} == {name: "required"}


@pytest.mark.parametrize(
    ("kind", "body", "field", "code"),
    [
        ("drift", DRIFT | {"name": "n" * 201}, "name", "max_length"),
        ("drift", DRIFT | {"kind": "schema"}, "kind", "invalid_choice"),
        ("drift", DRIFT | {"colour": "red"}, "colour", "unknown_field"),
        ("drift", DRIFT | {"minimum_rows": "many"}, "minimum_rows", "invalid"),
        ("log_parity", LOG_PARITY | {"entity_key": [str(n) for n in range(51)]}, "entity_key", "max_length"),
        ("definition_parity", PARITY | {"schedule": "0 6 * * *"}, "schedule", "unknown_field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_field(kind, body, field, code):
    serializer = serializers.INPUTS[kind](data=body)
    assert not serializer.is_valid()
    assert {name: errors[0].code for name, errors in serializer.errors.items()} == {field: code}


def test_limits_are_met_exactly():
    assert serializers.DriftCheckInput(data=DRIFT | {"name": "n" * 200}).is_valid()
    assert serializers.LogParityCheckInput(data=LOG_PARITY | {"entity_key": [str(n) for n in range(50)]}).is_valid()


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (DRIFT | {"window": "day", "blocking": True, "model": "m"}, {"reference": "events", "window": "day"}),
        (PARITY | {"limit": 0.0, "slice": "country", "blocking": True}, {"limit": 0.0, "slice": "country"}),
    ],
)
def test_parameters_are_what_was_sent_and_belongs_to_the_kind(body, parameters):
    serializer = serializers.INPUTS[body["kind"]](data=body)
    assert serializer.is_valid()
    assert serializer.parameters() == parameters


def test_a_change_has_only_what_was_sent():
    changed = serializers.CheckChange(data={"schedule": ""})
    assert changed.is_valid()
    assert dict(changed.validated_data) == {"schedule": ""}


@pytest.mark.django_db
def test_a_check_is_returned_with_its_newest_run(events, cora):
    check = drift(cora)
    before = serializers.CheckOutput(checks.get_check(check.pk)).data
    assert (before["feature"], before["model"], before["newest_run"]) == (None, None, None)
    queue_run(check, actor=cora)
    newest = queue_run(check, actor=cora)
    assert serializers.CheckOutput(checks.get_check(check.pk)).data["newest_run"] == newest.pk


@pytest.mark.django_db
def test_a_run_has_no_outcome_and_no_result_until_it_is_over(in_production, cora):
    run = register(FIXED, cora).run
    queued = serializers.RunOutput(checks.get_run(run.pk)).data
    assert (queued["state"], queued["outcome"], queued["result"]) == ("queued", None, None)
    assert queued["progress"] == {"done": 0, "total": 0, "what": ""}
    execute(run.pk)
    ended = serializers.RunOutput(checks.get_run(run.pk)).data
    assert (ended["outcome"], ended["result"]["rows"], ended["result"]["proposed"]) == ("failed", 7, False)
