"""The escape-hatch catalogue by API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from assessments.organizations.actions import add_organization
from assessments.tickets.actions.hatches import add_hatch
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


def test_a_use_case_links_to_the_catalogue_of_its_organization(api, organization, team, lea):
    hatch = add_hatch(organization, **FIELDS, actor=lea)
    place = add_organization(slug="other", name="Other", actor=lea)
    other = add_hatch(place, **FIELDS | {"name": "Theirs"}, actor=lea)
    contributor = api("contributor")
    body = {"name": "Streams", "supported": False, "on_platform": False}
    added = contributor.post(
        "/api/v1/use-cases/?organization=exampleco", body | {"escape_hatch": hatch.pk}, format="json"
    )
    assert (added.status_code, added.json().get("escape_hatch")) == (201, hatch.pk)
    address = f"/api/v1/use-cases/{added.json()['id']}/"
    for refused in (
        contributor.patch(address, {"escape_hatch": other.pk}, format="json"),
        contributor.post(
            "/api/v1/use-cases/?organization=exampleco",
            body | {"name": "More", "escape_hatch": other.pk},
            format="json",
        ),
    ):
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "escape_hatch")
        assert refused.json()["detail"] == "Theirs is in the catalogue of another organization. Choose one of its own."
    assert contributor.patch(address, {"escape_hatch": None}, format="json").json()["escape_hatch"] is None
