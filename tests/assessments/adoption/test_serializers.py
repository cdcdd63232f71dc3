"""Training runs, one or many, at the limits of a batch."""

from __future__ import annotations

import pytest

from assessments.adoption.actions import MOST_RUNS
from assessments.adoption.serializers import runs_input

RUN = {"team": "ads", "model": "ctr", "started_at": "2026-11-02T09:00Z", "succeeded": True}


def test_a_single_run_is_started_by_hand_unless_an_orchestrator_is_named():
    body = runs_input(RUN)
    assert body.is_valid()
    assert (body.validated_data["orchestrator"], body.validated_data["external_id"]) == ("", "")


@pytest.mark.parametrize(("count", "valid"), [(0, False), (1, True), (MOST_RUNS, True), (MOST_RUNS + 1, False)])
def test_a_list_has_one_to_a_thousand_runs(count, valid):
    assert runs_input([RUN] * count).is_valid() is valid
