"""Alerts about figures over the API."""

from __future__ import annotations

from typing import Any

from assessments.health.actions.health_alerts import acknowledge_health_alert
from assessments.health.queries.health_alerts import get_health_alert, list_health_alerts
from assessments.health.serializers.health_alerts import HealthAlertOutput
from assessments.models import HealthAlert as Record
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read


class HealthAlerts(ListEndpoint):
    """List the alerts about figures of organizations.

    One opens when a published score falls, when tickets per engineer double, or when the share of active teams falls.
    """

    noun = "health_alerts"
    serializer_class = HealthAlertOutput
    filterset_class = filters(Record, "figure", "state", organization="organization__slug")
    ordering_fields = ("opened_at",)

    def rows(self) -> Any:
        return list_health_alerts()


class HealthAlert(Read):
    """An alert about a figure."""

    noun = "health_alerts"
    serializer_class = HealthAlertOutput

    def content(self, pk: int) -> Any:
        return get_health_alert(pk)


class HealthAlertAcknowledgement(Endpoint):
    """Acknowledge an alert about a figure.

    It holds until the figure recovers or gets worse again. 409 once it is resolved.
    """

    noun = "health_alerts"
    serializer_class = HealthAlertOutput

    @Verb("acknowledge")
    def post(self, pk: int) -> Any:
        return acknowledge_health_alert(get_health_alert(pk), actor=self.actor)
