"""A plan gives its tickets as the simulator takes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assessments.models import TriagePlan
from assessments.tickets.rules.simulator import Volume

START = datetime(2026, 1, 5, tzinfo=UTC)


def test_the_volumes_and_the_weeks_of_a_plan():
    plan = TriagePlan(
        window_start=START,
        window_end=START + timedelta(days=10, hours=12),
        before=[{"type": "bug", "tickets": 3, "hours": 4.5}],
    )
    assert plan.volumes == [Volume("bug", 3, 4.5)]
    assert plan.weeks == 1.5
