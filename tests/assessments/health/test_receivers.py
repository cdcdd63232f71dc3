"""What an alert about a figure says when it is sent."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.health.actions.health_alerts import follow_figures
from assessments.health.receivers import describe_events
from assessments.health.rules.health_alerts import Figure, Observed, Pair
from assessments.models import HealthAlert
from platform_site.webhooks.rules.messages import Event

pytestmark = pytest.mark.django_db


def test_its_page_what_was_compared_and_what_to_do(organization):
    before, after = (
        Observed(80.0, "8 of 10 in September", date(2026, 9, 1)),
        Observed(50.0, "5 of 10", date(2026, 10, 1)),
    )
    with transaction.atomic():
        follow_figures(organization, {Figure.ACTIVE_TEAMS: Pair(before, after)}, timezone.now())
    alert = HealthAlert.objects.get()
    event = Event("health_alert.opened", 1, "", "system", f"health_alert:{alert.pk}", {})
    details = describe_events(None, [event])[0]
    assert details.path == f"/health-alerts/{alert.pk}/"
    assert [tuple(fact) for fact in details.facts] == [
        ("Organization", "ExampleCo"), ("Before", "80.0%, 8 of 10 in September"), ("Now", "50.0%, 5 of 10"),
    ]  # fmt: skip
    assert details.ways_out == ("See which teams stopped, and ask them why, under Adoption.",)
    assert describe_events(None, [event._replace(name="health_alert.resolved")])[0].ways_out == ()
    assert describe_events(None, [event._replace(subject="health_alert:0")]) == {}
    assert describe_events(None, [event._replace(subject="alert:1"), event]).keys() == {1}
