"""A plan by type against what happened."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.plan import compare
from assessments.tickets.rules.simulator import Volume

pytestmark = pytest.mark.django_db


def test_a_type_that_stopped_coming_kept_its_plan():
    [line] = compare([Volume("access", 4, 8.0)], 4, {"access": 0.9}, [], 2)
    assert (line.tickets_since, line.hours_since, line.as_planned) == (0.0, 0.0, True)
