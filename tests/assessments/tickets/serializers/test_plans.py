"""What the API gives of a plan."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.plan import TypeOutcome
from assessments.tickets.serializers.plans import LineOutput, PlanInput


@pytest.mark.parametrize(("since", "stored"), [(5.0, True), (5.1, False), (None, None)])
def test_a_line_says_whether_the_hours_fell_as_planned(since, stored):
    line = LineOutput(TypeOutcome("bug", 2, 1, 1, 10, 5, since)).data
    assert (line["kept"], line["hours_planned"], line["hours_since"]) == (stored, 5, since)


def test_the_window_and_the_shares_of_a_plan():
    data = {"assessment": 1, "reductions": {"bug": 0.5}, "from": "2026-01-01T00:00Z"}
    assert PlanInput(data=data).is_valid()
    assert set(PlanInput(data=data | {"assessment": 0, "reductions": {"bug": 2}}).fields) >= {
        "from",
        "to",
        "assessment",
    }
    refused = PlanInput(data={"assessment": 0, "reductions": {"bug": 1.1}})
    assert not refused.is_valid()
    assert set(refused.errors) == {"assessment", "reductions"}
