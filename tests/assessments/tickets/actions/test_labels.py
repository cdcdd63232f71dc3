"""One label for many tickets: what it changes, what it says, whom it refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from assessments.tickets.actions import labels
from assessments.tickets.actions.labels import label_tickets, remove_labels
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def ids(lea):
    return [
        record_ticket(source="jira", external_id=str(n), title="How do I log in?", opened_at=OPENED, actor=lea)[0].pk
        for n in range(3)
    ]


def test_each_ticket_has_its_own_event_with_what_it_was_before(ids, lea):
    assert label_tickets(ids[:2], type="access", actor=lea) == 2
    assert list(Ticket.objects.order_by("pk").values_list("type", "typed_by")) == [
        ("access", "person"), ("access", "person"), ("how_to", "rule"),
    ]  # fmt: skip
    first, second = AuditEvent.objects.filter(action="ticket.changed")
    assert {first.subject, second.subject} == {"ticket:jira/0", "ticket:jira/1"}
    assert first.content["type"] == {"from": "how_to", "to": "access"}


def test_the_same_label_again_is_no_change(ids, lea):
    label_tickets(ids, type="access", actor=lea)
    assert label_tickets(ids, type="access", actor=lea) == 0
    assert AuditEvent.objects.filter(action="ticket.changed").count() == 3


def test_a_label_that_is_removed_leaves_a_suggestion(ids, lea):
    label_tickets(ids, type="bug", actor=lea)
    assert remove_labels(ids[:1], actor=lea) == 1
    ticket = Ticket.objects.get(pk=ids[0])
    assert (ticket.type, ticket.typed_by) == ("how_to", "rule")
    assert AuditEvent.objects.order_by("-sequence")[0].content["typed_by"] == {"from": "person", "to": "rule"}


def test_a_word_that_is_no_type_and_too_many_tickets_are_refused_together(ids, lea, monkeypatch):
    monkeypatch.setattr(labels, "MOST_AT_ONCE", 2)
    with pytest.raises(Invalid) as refused:
        label_tickets(ids, type="incident", actor=lea)
    assert {fault.field for fault in refused.value.faults} == {"type", "tickets"}
    assert not Ticket.objects.filter(typed_by="person").exists()


def test_a_viewer_labels_none(ids):
    vera = Actor("vera", frozenset({Role.VIEWER}), frozenset())
    for act in (lambda: label_tickets(ids, type="bug", actor=vera), lambda: remove_labels(ids, actor=vera)):
        with pytest.raises(NotAllowed):
            act()
