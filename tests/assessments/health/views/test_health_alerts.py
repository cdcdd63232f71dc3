"""The pages of alerts about figures."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.health.actions.health_alerts import follow_figures
from assessments.health.rules.health_alerts import Figure, Observed, Pair
from assessments.models import HealthAlert

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(organization):
    before, after = Observed(41.2, "assessment 1", date(2026, 8, 1)), Observed(33.3, "assessment 2", date(2026, 11, 1))
    with transaction.atomic():
        follow_figures(organization, {Figure.SCORE: Pair(before, after)}, timezone.now())
    return HealthAlert.objects.get()


def test_a_lead_reads_what_was_compared_and_acknowledges_it(browser_of, alert):
    lead = browser_of("lead")
    assert alert.title in lead.get("/health-alerts/").content.decode()
    page = lead.get(alert.get_absolute_url()).content.decode()
    assert "41.2%, assessment 1" in page
    assert "33.3%, assessment 2" in page
    assert lead.post(f"/health-alerts/{alert.pk}/acknowledge/").status_code == 302
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", "lead")


def test_others_read_it_alone(browser_of, alert):
    viewer = browser_of("viewer")
    assert "Acknowledge</button>" not in viewer.get(alert.get_absolute_url()).content.decode()
    viewer.post(f"/health-alerts/{alert.pk}/acknowledge/")
    alert.refresh_from_db()
    assert alert.state == "open"
    assert viewer.get("/health-alerts/0/").status_code == 404
