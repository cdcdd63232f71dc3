"""A labelling campaign that has ended: four weeks of sample tickets, labelled by two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from assessments.models import LabellingCampaign, Organization, Ticket
from assessments.tickets.actions.campaigns import end_campaign, start_campaign
from assessments.tickets.actions.labels import label_tickets
from platform_site.access import Actor

LASTS, ENDED_AGO = timedelta(weeks=4), timedelta(weeks=5)
OF_THE_LEAD = {2, 5, 8}  # last digits of the ids that the lead labelled; the contributor labelled the others


def period(until: datetime) -> tuple[datetime, datetime]:
    """The first moment of the campaign's first day, and of the day after its last one."""
    last = datetime.combine(until - ENDED_AGO, time(), until.tzinfo)
    return last - LASTS, last + timedelta(days=1)


def load(
    organization: Organization, rows: Sequence[Mapping[str, Any]], until: datetime, lead: Actor, contributor: Actor
) -> LabellingCampaign:
    """Start it, label the tickets of its days by the types of the rows, and end it."""
    first, after = period(until)
    campaign = start_campaign(
        organization,
        people=[lead.name, contributor.name],
        starts_on=first.date(),
        ends_on=after.date() - timedelta(days=1),
        at=first + timedelta(hours=9),
        actor=lead,
    )
    labels: dict[tuple[bool, str], list[str]] = {}
    for row in rows:
        if first <= row["opened_at"] < after:
            by_lead = int(row["external_id"][-1]) in OF_THE_LEAD
            labels.setdefault((by_lead, row["type"]), []).append(row["external_id"])
    for (by_lead, kind), external_ids in sorted(labels.items()):
        tickets = Ticket.objects.filter(organization=organization, source="sample", external_id__in=external_ids)
        label_tickets(list(tickets.values_list("pk", flat=True)), type=kind, actor=lead if by_lead else contributor)
    return end_campaign(campaign, at=after - timedelta(hours=7), actor=lead)
