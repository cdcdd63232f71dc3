"""The escape-hatch catalogue of one organization, and what each entry answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import EscapeHatch, Ticket, UseCase
from assessments.tickets.queries.hatches import MOST_SHOWN, answered_tickets, hatch, hatches, use_cases
from platform_site.errors import Unknown
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def own(organization):
    team = Team.objects.get_or_create(slug="platform", defaults={"name": "Platform"})[0]
    return EscapeHatch.objects.create(
        organization=organization, name="Own image", offers="x", how_to_use="x", owner_team=team
    )


def tickets_of(entry: EscapeHatch, count: int) -> None:
    Ticket.objects.bulk_create(
        Ticket(source="s", external_id=str(day), title="t", opened_at=OPENED + timedelta(days=day), escape_hatch=entry)
        for day in range(count)
    )


def test_tickets_and_use_cases_are_counted_apart(organization, own):
    tickets_of(own, 3)
    for name in ("a", "b"):
        UseCase.objects.create(organization=organization, name=name, escape_hatch=own, recorded_by="x")
    (row,) = hatches(organization)
    assert (row.ticket_count, row.use_case_count) == (3, 2)
    assert not hatches(None).exists()


def test_the_newest_tickets_and_the_first_use_cases_are_shown(organization, own):
    tickets_of(own, MOST_SHOWN + 1)
    shown = [*answered_tickets(own)]
    assert (len(shown), shown[0].opened_at) == (MOST_SHOWN, OPENED + timedelta(days=MOST_SHOWN))
    for name in ("b", "a"):
        UseCase.objects.create(organization=organization, name=name, escape_hatch=own, recorded_by="x")
    assert [case.name for case in use_cases(own)] == ["a", "b"]


def test_an_unknown_entry_is_named(own):
    assert hatch(own.pk) == own
    with pytest.raises(Unknown, match="There is no escape hatch 999"):
        hatch(999)
