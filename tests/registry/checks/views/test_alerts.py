"""The page of alerts: filtered, and acknowledged until a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.checks.actions.alerts import acknowledge
from registry.models import Alert
from tests.registry.serving.actions.test_reports import CHANGED, report
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def alert(in_production, cora) -> Alert:
    report(in_production, cora, orders_3d=CHANGED)
    return Alert.objects.get()


def test_the_page_filters_and_says_who_looks_after_it(alert, browser_of, cora):
    acknowledge(alert, until=TOMORROW, actor=cora)
    viewer = browser_of("viewer")
    assert "acknowledged by cora until" in text(viewer.get("/registry/alerts/"))
    assert "acknowledged by cora" in text(viewer.get("/registry/alerts/?state=acknowledged&model=demand&blocking=0"))
    assert "No alert matches" in viewer.get("/registry/alerts/?state=open").content.decode()
    assert "No alert matches" in viewer.get("/registry/alerts/?blocking=1").content.decode()
    assert viewer.get("/registry/alerts/?state=nonsense&model=nobody").status_code == 200
