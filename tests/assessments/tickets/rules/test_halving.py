"""The fewest types whose cuts would halve the hours."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.halving import halving
from assessments.tickets.rules.simulator import Volume

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("hours", "eaters", "levers"),
    [
        ({"access": 90, "bug": 10}, ["access", "bug"], ["access"]),
        ({"access": 40, "bug": 30, "how_to": 20, "other": 10}, ["access", "bug", "how_to"], ["access", "bug"]),
        ({}, [], None),
    ],
)
def test_what_halves_the_hours(hours, eaters, levers):
    result = halving([Volume(kind, 1, float(spent)) for kind, spent in hours.items()])
    assert (result.eaters, result.levers) == (eaters, levers)
