"""The escape-hatch catalogue by API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from assessments.tickets.actions.tickets import record_ticket
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
FIELDS = {"name": "Own image", "offers": "Any image.", "how_to_use": "Name it in train.yaml.", "owner_team": "platform"}
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def team(db):
    return Team.objects.get_or_create(slug="platform", defaults={"name": "Platform team"})[0]


def ticket(lea, **fields):
    values = {"title": "Custom container", "opened_at": OPENED} | fields
    return record_ticket(source="jira", external_id="ML-1", actor=lea, **values)[0]


def test_the_api_adds_lists_changes_and_links(api, organization, team, lea):
    contributor = api("contributor")
    added = contributor.post("/api/v1/escape-hatches/", FIELDS, format="json")
    assert (added.status_code, added.json()["organization"]) == (201, organization.slug)
    pk = added.json()["id"]
    changed = contributor.patch(f"/api/v1/escape-hatches/{pk}/", {"name": "Own container"}, format="json")
    assert (changed.status_code, changed.json()["name"]) == (200, "Own container")
    assert contributor.get("/api/v1/escape-hatches/?search=container").json()["count"] == 1
    request = ticket(lea)
    assert contributor.patch(f"/api/v1/tickets/{request.pk}/", {"escape_hatch": pk}, format="json").status_code == 200
    assert Ticket.objects.get().escape_hatch_id == pk
    missing = contributor.patch(f"/api/v1/tickets/{request.pk}/", {"escape_hatch": 999}, format="json")
    assert missing.status_code in (400, 422)
