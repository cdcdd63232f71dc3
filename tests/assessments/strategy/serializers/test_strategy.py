"""What the API takes of a strategy."""

from __future__ import annotations

import pytest

from assessments.strategy.serializers.strategy import RehearsalInput, StrategyInput

REHEARSAL = {"model": "demand", "version": "v1", "rehearsed_on": "2026-01-01", "rebuilt": True, "hours": "0.01"}


def test_null_takes_a_decision_back_and_is_kept_apart_from_none_given():
    body = StrategyInput(data={"sourcing": {"Training": None}})
    assert body.is_valid()
    assert body.validated_data == {"sourcing": {"Training": None}}


@pytest.mark.parametrize("decision", [{"choice": "steal", "reason": "x"}, {"choice": "buy"}])
def test_a_decision_needs_a_choice_and_a_reason(decision):
    assert not StrategyInput(data={"sourcing": {"Training": decision}}).is_valid()


@pytest.mark.parametrize(("hours", "taken"), [("0.01", True), ("0", False), ("9999.99", True), ("10000", False)])
def test_hours_have_limits(hours, taken):
    assert RehearsalInput(data=REHEARSAL | {"hours": hours}).is_valid() is taken
