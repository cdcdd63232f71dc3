"""What follows from a change of a team's record: its tickets are on or off the platform as the record says."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from assessments.models import Ticket
from assessments.tickets.queries.directory import directory


def follow_team(sender: Any, *, names: Collection[str], **_: Any) -> None:
    """Set `on_platform` of the tickets of a team anew, where the source itself says nothing of it."""
    of_names = reduce(or_, (Q(team__iexact=name) for name in names))
    tickets = Ticket.objects.filter(of_names, on_platform_in_source=None).order_by()
    teams = directory()
    for team, organization in list(tickets.values_list("team", "organization_id").distinct()):
        record = teams.record(team, organization)
        rows = tickets.filter(team=team, organization=organization)
        if record and record.on_platform and record.onboarded_on:
            rows.filter(opened_at__date__gte=record.onboarded_on).update(on_platform=True)
            rows.filter(opened_at__date__lt=record.onboarded_on).update(on_platform=False)
        else:
            rows.update(on_platform=record.on_platform if record else None)
