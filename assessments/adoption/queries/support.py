"""What the tickets of the last four weeks say about waiting, load and backlog."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from assessments.adoption.rules.adoption import AnswerCount
from assessments.adoption.rules.signals import Support
from assessments.models import Organization, Ticket
from assessments.tickets.queries.triage import DEFAULT_WINDOW
from assessments.tickets.queries.weeks import weeks_of
from assessments.tickets.rules.tickets import TicketType
from assessments.tickets.rules.titles import group_titles
from assessments.tickets.rules.triage import per_engineer_per_day

MOST_QUESTIONS, LEAST_ASKED = 5, 2


def support_of(organization: Organization | None, now: datetime) -> Support:
    """The same load as on the page of tickets; four queries, one while there is no ticket."""
    tickets, start = Ticket.objects.filter(organization=organization).order_by(), now - DEFAULT_WINDOW
    weeks = weeks_of(tickets, start, now)
    count = sum(week.total for week in weeks)
    if not count:
        return Support()
    window = tickets.filter(opened_at__gte=start, opened_at__lt=now)
    waited = window.exclude(resolution_hours=None).values_list("resolution_hours", flat=True)
    a_week = float(median(week.total for week in weeks))
    titles = window.filter(type=TicketType.HOW_TO).values_list("title", flat=True)
    return Support(
        tickets=count,
        per_week=a_week,
        per_engineer_per_day=per_engineer_per_day(a_week, organization.platform_engineers if organization else None),
        median_wait_hours=median(waited) if waited else None,
        open_now=tickets.filter(resolution_hours=None, opened_at__lt=now).count(),
        questions=tuple(
            AnswerCount(group.title, group.count)
            for group in group_titles(titles, MOST_QUESTIONS)
            if group.count >= LEAST_ASKED
        ),
    )
