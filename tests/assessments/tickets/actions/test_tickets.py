"""Tickets: one for each source and external id, typed by rules until a person says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.organizations.actions import change_organization
from assessments.tickets.actions.tickets import record_ticket
from assessments.tickets.queries.triage import triage_of
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.text.changes import plain

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


def ticket(actor, number=1, **fields):
    values = {"title": "How do I get a quota?", "opened_at": OPENED} | fields
    return record_ticket(source="jira", external_id=f"ML-{number}", actor=actor, **values)


def test_the_same_ticket_again_changes_it(lea):
    (first, created), (again, anew) = ticket(lea), ticket(lea, title="Pipeline is broken")
    assert (created, anew, first.pk == again.pk, Ticket.objects.count()) == (True, False, True, 1)
    assert (first.type, again.type) == ("how_to", "bug")


def test_a_persons_word_stands(lea):
    ticket(lea, type="other")
    again, _ = ticket(lea, title="Pipeline is broken")
    assert (again.type, again.typed_by, again.confidence) == ("other", "person", None)


def test_all_faults_come_at_once_and_nothing_is_kept(lea):
    with pytest.raises(Invalid) as refused:
        ticket(lea, title="", type="nonsense", resolved_at=OPENED - timedelta(hours=1), effort_hours=-1)
    assert {fault.field for fault in refused.value.faults} >= {"title", "type", ""}
    message = refused.value.message
    assert "not resolved before it was opened" in message
    assert "number of hours from 0" in message
    assert not Ticket.objects.exists()


def test_a_viewer_records_none(db):
    with pytest.raises(NotAllowed):
        ticket(Actor("vera", frozenset({Role.VIEWER}), frozenset()))


def test_the_figures_are_those_of_the_window(organization, lea):
    for number in range(1, 9):
        opened = OPENED + timedelta(days=number)
        ticket(lea, number, opened_at=opened, resolved_at=opened + timedelta(hours=number), on_platform=number % 4 > 0)
    change_organization(organization, platform_engineers=2, actor=lea)
    organization.refresh_from_db()
    result = triage_of(organization, start=OPENED, end=OPENED + timedelta(weeks=2))
    (figures,) = result.by_type
    assert (result.total, figures.type, figures.median_resolution_hours, figures.hours_are) == (
        8,
        "how_to",
        4.5,
        "none",
    )
    assert (result.tickets_per_week, result.per_engineer_per_day, result.off_platform_share) == (4.0, 0.4, 0.25)
    assert triage_of(None, start=OPENED - timedelta(weeks=1), end=OPENED).total == 0


@pytest.mark.parametrize("start", [OPENED, OPENED + timedelta(days=1), None], ids=["empty", "backwards", "year 1"])
def test_a_window_that_never_opens_is_refused(db, start):
    end = OPENED if start else datetime(1, 1, 2, tzinfo=UTC)
    with pytest.raises(Invalid, match="window is empty"):
        triage_of(None, start=start, end=end)


def test_a_change_is_on_record_with_old_and_new_values_and_no_change_is_no_event(lea):
    ticket(lea, team="ads")
    ticket(lea, team="ads")
    ticket(lea, team="fraud", effort_hours=2.0, body="x" * 300)
    [event] = AuditEvent.objects.filter(action="ticket.changed")
    assert event.content == {
        "team": {"from": "ads", "to": "fraud"},
        "effort_hours": {"from": None, "to": 2.0},
        "body": {"from": "", "to": plain("x" * 300)},
    }
    assert Ticket.objects.get().body == "x" * 300
