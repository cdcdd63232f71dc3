"""The lists and rows of checks, runs and alerts that pages and the API show."""

from __future__ import annotations

import pytest

from registry.checks.queries import checks
from registry.models import Alert
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def alert(in_production, cora) -> Alert:
    report(in_production, cora, orders_3d=CHANGED)
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, 2),
        ({"state": "unresolved"}, 1),
        ({"state": "open"}, 1),
        ({"state": "resolved"}, 1),
        ({"state": "acknowledged"}, 0),
        ({"model": "demand"}, 2),
        ({"model": "nobody"}, 0),
        ({"blocking": True}, 0),
        ({"blocking": False, "state": "open"}, 1),
    ],
)
def test_they_are_listed_by_state_model_and_gate(asked, listed, alert, in_production, cora):
    report(in_production, cora, orders_3d=DUE)
    report(in_production, cora, orders_3d=CHANGED)
    assert checks.alerts_by(**asked).count() == listed
    assert checks.alert_counts() == [("open", 1), ("acknowledged", 0), ("resolved", 1)]
