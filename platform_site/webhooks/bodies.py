"""The body of a delivery, as its kind of destination takes it, and what the next one would look like."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from platform_site.audit import queries as log
from platform_site.webhooks.models import Webhook
from platform_site.webhooks.queries import (
    absolute,
    describe,
    event_of,
    incident_key,
    installation,
    is_due_to,
    linked,
    names_for,
    sent_name,
)
from platform_site.webhooks.rules.formats.mail import as_mail
from platform_site.webhooks.rules.formats.opsgenie import as_opsgenie
from platform_site.webhooks.rules.formats.pagerduty import as_pagerduty
from platform_site.webhooks.rules.formats.signed_json import as_json
from platform_site.webhooks.rules.formats.slack import as_slack
from platform_site.webhooks.rules.formats.teams import as_teams
from platform_site.webhooks.rules.incidents import Incident, Step, incident_of
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details, Fact, Notice, as_text, notice_of
from platform_site.webhooks.rules.routes import wants

FOR_PEOPLE = {Webhook.Kind.SLACK: as_slack, Webhook.Kind.TEAMS: as_teams, Webhook.Kind.EMAIL: as_mail}
FOR_PAGERS = {Webhook.Kind.PAGERDUTY: as_pagerduty, Webhook.Kind.OPSGENIE: as_opsgenie}


def body_of(kind: str, event: Event, notice: Notice, teams: Sequence[str], incident: Incident | None) -> str:
    """What is sent of an event, without any secret."""
    kind = Webhook.Kind(kind)
    if kind in FOR_PEOPLE:
        return FOR_PEOPLE[kind](notice)
    if kind in FOR_PAGERS:
        key, step = incident or Incident(event.subject, Step.TRIGGER)
        return FOR_PAGERS[kind](notice, key=incident_key(key), step=step, source=installation())
    return as_json(event, notice, teams)


LOOKED_AT, DESCRIBED = 200, 10  # events of the log for a preview, and how many of them are described
SAMPLE = Event(
    "alert.opened",
    None,
    "",
    "system",
    "alert:0",
    {
        "title": "Serving skew of v2 in production: orders_7d serves 5f854e2fd935 instead of 472f1ded54ff",
        "blocking": True,
    },
)
SAMPLE_DETAILS = Details(
    path="/registry/alerts/",
    facts=(Fact("Model", "demand_forecast"), Fact("Version", "v2"), Fact("Feature", "orders_7d")),
    ways_out=("pin Pin orders_7d to 472f1ded54ff, so that serving computes what the model was trained on.",),
)


class Preview(NamedTuple):
    """What would be sent: of the newest event that goes there, or of an example where none does."""

    event: str
    subject: str
    at: str
    is_sample: bool
    text: str
    body: str


def preview_of(webhook: Webhook) -> Preview:
    """What the destination would be sent, without sending it."""
    event, details = _newest_for(webhook) or (SAMPLE, SAMPLE_DETAILS)
    is_sample = event.subject == SAMPLE.subject
    if is_sample:
        event = event._replace(at=timezone.now().isoformat(), link=absolute(SAMPLE_DETAILS.path))
    notice, incident = notice_of(event, details), incident_of(event.name, event.subject, event.payload)
    body = body_of(webhook.kind, event, notice, details.teams, incident)
    if webhook.kind == Webhook.Kind.EMAIL:
        mail = json.loads(body)
        pretty = f"Subject: {mail['subject']}\n\n{mail['text']}"
    else:
        pretty = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return Preview(event.name, event.subject, event.at, is_sample, as_text(notice), pretty)


def _newest_for(webhook: Webhook) -> tuple[Event, Details] | None:
    """The newest event of the log that goes there, with what the owner of its subject adds; None where none does."""
    events = [event_of(row) for row in log.events()[:LOOKED_AT]]
    wanted = [event for event in events if wants(webhook.events, names_for(webhook, event))]
    for plain in wanted[:DESCRIBED]:
        details = describe(plain)
        event = linked(plain, details)._replace(name=sent_name(plain))
        if is_due_to(webhook, event, notice_of(event, details).severity, details.teams, ""):
            return event, details
    return None
