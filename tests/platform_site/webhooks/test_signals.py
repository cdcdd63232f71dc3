"""The owners of nouns describe their own events."""

import pytest

from platform_site.webhooks.queries import describe
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.signals import events_described


@pytest.mark.django_db
def test_both_apps_are_connected_and_leave_others_alone():
    names = {receiver.__module__ for _, receiver, *_ in [(None, row[1]()) for row in events_described.receivers]}
    assert names == {"registry.checks.receivers", "assessments.health.receivers"}
    assert describe(Event("token.made", 1, "", "cora", "token:3", {})).teams == ()
