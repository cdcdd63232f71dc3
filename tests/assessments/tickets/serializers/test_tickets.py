"""What the API takes of tickets, at the edge of each limit."""

from __future__ import annotations

import pytest

from assessments.tickets.serializers.tickets import Reductions, TicketInput, TriageInput

TICKET = {"source": "jira", "external_id": "1", "title": "t", "opened_at": "2026-11-02T09:00Z"}


def test_a_ticket_without_more_says_nothing_of_the_platform_and_is_not_labelled():
    body = TicketInput(data=TICKET)
    assert body.is_valid()
    assert "on_platform" not in body.validated_data
    assert "type" not in body.validated_data


@pytest.mark.parametrize(
    ("field", "allowed", "refused"),
    [("title", "x" * 500, "x" * 501), ("source", "x" * 60, "x" * 61), ("external_id", "x" * 120, "x" * 121),
     ("effort_hours", 0, -0.1), ("effort_hours", 1e6, 1e6 + 1), ("type", "how_to", "incident")],
)  # fmt: skip
def test_a_limit_is_kept_at_its_edge(field, allowed, refused):
    assert TicketInput(data=TICKET | {field: allowed}).is_valid()
    body = TicketInput(data=TICKET | {field: refused})
    assert not body.is_valid()
    assert set(body.errors) == {field}


@pytest.mark.parametrize(("share", "valid"), [(0, True), (1, True), (-0.01, False), (1.01, False)])
def test_a_cut_is_a_share(share, valid):
    assert Reductions(data={"bug": share}).is_valid() is valid


def test_a_triage_without_filters_is_of_all_tickets():
    query = TriageInput(data={})
    assert query.is_valid()
    assert query.validated_data == {"on_platform": None}
    assert not TriageInput(data={"teams": "ads"}).is_valid()
