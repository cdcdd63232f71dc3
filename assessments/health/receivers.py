"""What follows from a published assessment for the alerts about figures, and what such an alert says when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from assessments.health.actions.health_alerts import follow_figures
from assessments.health.queries.health_alerts import list_health_alerts, observe_score
from assessments.health.rules.health_alerts import Figure, value_in_words
from assessments.models import Assessment, HealthAlert
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details, Fact

PREFIX, MOST_DIGITS = "health_alert:", 19
WAYS_OUT = {
    Figure.SCORE: "Compare the two assessments, and propose an initiative for what was lost.",
    Figure.TICKET_LOAD: "See which types of tickets grew, and what would halve them, under Tickets.",
    Figure.ACTIVE_TEAMS: "See which teams stopped, and ask them why, under Adoption.",
}


def watch_score(sender: Any, *, assessment: Assessment, **_: Any) -> None:
    """Compare the score with the assessment before, in the transaction that publishes one."""
    now = timezone.now()
    follow_figures(assessment.organization, observe_score(assessment.organization, now), now)


def describe_events(sender: object, events: Sequence[Event], **_: Any) -> dict[int, Details]:
    """The pages of alerts about figures, with what was compared."""
    numbers = [event.subject.removeprefix(PREFIX) if event.subject.startswith(PREFIX) else "" for event in events]
    keys = {int(number) for number in numbers if number.isdecimal() and len(number) < MOST_DIGITS}
    alerts = list_health_alerts().in_bulk(keys) if keys else {}
    return {
        place: _details(alerts[int(number)], ended=event.name == "health_alert.resolved")
        for place, (event, number) in enumerate(zip(events, numbers, strict=True))
        if number.isdecimal() and int(number) in alerts
    }


def _details(alert: HealthAlert, *, ended: bool) -> Details:
    figure = Figure(alert.figure)
    facts = {
        "Organization": alert.organization.name,
        "Before": f"{value_in_words(figure, alert.before)}, {alert.before_of}",
        "Now": f"{value_in_words(figure, alert.after)}, {alert.after_of}",
        "Owner": alert.owner,
    }
    return Details(
        path=reverse("assessments:health_alert", args=[alert.pk]),
        facts=tuple(Fact(label, text) for label, text in facts.items() if text),
        ways_out=() if ended else (WAYS_OUT[figure],),
    )
