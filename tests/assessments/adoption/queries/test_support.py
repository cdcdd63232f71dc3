"""What tickets say about load, waiting and backlog."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.adoption.queries import adoption_now
from assessments.models import Organization, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_tickets_enter_the_diagnosis_with_the_questions_asked_most():
    organization = Organization.objects.create(slug="acme", name="Acme", platform_engineers=1)
    for number in range(40):
        opened = NOW - timedelta(days=1 + number % 27)
        fields = {"opened_at": opened, "resolved_at": opened + timedelta(days=8) if number % 2 else None}
        title = "How do I get a GPU?" if number % 4 else f"How does {number} work?"
        Ticket(
            organization=organization, source="x", external_id=str(number), title=title, type="how_to", **fields
        ).save()
    result = adoption_now(organization, NOW)
    signals = {signal.id: signal for finding in result.findings for signal in finding.signals}
    assert {name for name, signal in signals.items() if signal.answer == "seen"} == {"load", "waiting"}
    assert result.support.tickets == 40
    assert result.support.questions[0][:2] == ("How do I get a GPU?", 30)
    assert result.support.median_wait_hours == 192.0
