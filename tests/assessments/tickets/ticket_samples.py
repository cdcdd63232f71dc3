"""Tickets by the line, and any tickets at all."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from assessments.tickets.rules.tickets import Ticket, TicketType

START = datetime(2026, 1, 5, tzinfo=UTC)


def ticket(kind, *, day=0, hours=None, effort=None, on_platform=True):
    opened = START + timedelta(days=day)
    resolved = opened + timedelta(hours=hours) if hours is not None else None
    return Ticket(kind, opened, resolved, effort, on_platform)


tickets = st.lists(
    st.builds(
        ticket,
        st.sampled_from(["", *TicketType]),
        day=st.integers(0, 27),
        # minutes, close together for the most part: several fall into the same five minutes
        hours=st.one_of(st.none(), st.integers(115, 130).map(lambda minutes: minutes / 60), st.integers(0, 200)),
        effort=st.one_of(st.none(), st.integers(0, 40)),
        on_platform=st.booleans(),
    ),
    max_size=40,
)
