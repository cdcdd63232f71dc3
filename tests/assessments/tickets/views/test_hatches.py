"""The pages of the escape-hatch catalogue, and its link from a ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.adoption.actions import add_entry
from assessments.models import EscapeHatch, UseCase
from assessments.organizations.actions import add_organization
from assessments.tickets.actions.hatches import add_hatch
from assessments.tickets.actions.tickets import record_ticket
from platform_site.audit.models import AuditEvent
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
FIELDS = {"name": "Own image", "offers": "Any image.", "how_to_use": "Name it in train.yaml.", "owner_team": "platform"}
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def team(db):
    return Team.objects.get_or_create(slug="platform", defaults={"name": "Platform team"})[0]


@pytest.fixture
def hatch(organization, team, lea):
    return add_hatch(organization, **FIELDS, actor=lea)


def ticket(lea, **fields):
    values = {"title": "Custom container", "opened_at": OPENED} | fields
    return record_ticket(source="jira", external_id="ML-1", actor=lea, **values)[0]


def test_a_ticket_links_to_what_answers_it(browser_of, hatch, lea):
    request = ticket(lea)
    contributor = browser_of("contributor")
    values = {"title": request.title, "opened_at": "2026-11-02T09:00", "type": request.type, "escape_hatch": hatch.pk}
    assert contributor.post(f"/tickets/{request.pk}/", values).status_code == 302
    assert "Own image" in contributor.get(f"/tickets/{request.pk}/").content.decode()
    event = AuditEvent.objects.get(action="ticket.changed")
    assert event.content["escape_hatch"] == {"from": None, "to": "Own image"}
    add_entry(UseCase, organization=hatch.organization, name="Edge scoring", escape_hatch=hatch, actor=lea)
    page = contributor.get(f"/escape-hatches/{hatch.pk}/").content.decode()
    assert ("Custom container" in page, "Edge scoring" in page) == (True, True)
    listed = contributor.get("/escape-hatches/?csv=hatches").content.decode().splitlines()
    assert listed[1].startswith("Own image,Any image.,Name it in train.yaml.,platform,")
    assert listed[1].endswith(",1,1")


def test_each_organization_has_its_own_catalogue(browser_of, hatch, lea):
    add_organization(slug="other", name="Other", actor=lea)
    viewer = browser_of("viewer")
    assert "Own image" in viewer.get(f"/escape-hatches/?organization={hatch.organization.slug}").content.decode()
    assert "Own image" not in viewer.get("/escape-hatches/?organization=other").content.decode()


def test_the_pages_add_and_change(browser_of, organization, team):
    contributor = browser_of("contributor")
    values = FIELDS | {"owner_team": team.pk, "since": "2026-11-02"}
    answer = contributor.post("/escape-hatches/+add/", values)
    hatch = EscapeHatch.objects.get()
    assert (answer.url, hatch.organization) == (f"/escape-hatches/{hatch.pk}/", organization)
    contributor.post(f"/escape-hatches/{hatch.pk}/", values | {"name": "Own container"})
    hatch.refresh_from_db()
    assert hatch.name == "Own container"
    assert contributor.post(f"/escape-hatches/{hatch.pk}/", values | {"offers": ""}).status_code == 422
    assert browser_of("viewer").post(f"/escape-hatches/{hatch.pk}/", values).status_code == 403


def test_a_use_case_is_linked_on_its_page_to_the_catalogue_of_its_organization(browser_of, hatch, lea):
    place = add_organization(slug="other", name="Other", actor=lea)
    other = add_hatch(place, **FIELDS | {"name": "Theirs"}, actor=lea)
    case = add_entry(UseCase, organization=hatch.organization, name="Edge scoring", actor=lea)
    lead, path = browser_of("lead"), f"/adoption/records/use-cases/{case.pk}/"
    page = lead.get(path).content.decode()
    assert ("Own image" in page, "Theirs" in page) == (True, False)
    assert lead.post(path, {"name": case.name, "escape_hatch": other.pk}).status_code == 422
    assert lead.post(path, {"name": case.name, "escape_hatch": hatch.pk}).status_code == 302
    event = AuditEvent.objects.get(action="use_case.changed")
    assert event.content["changes"] == {"escape_hatch": {"from": None, "to": "Own image"}}


def test_a_correction_shows_types_by_their_titles(browser_of, lea, organization):
    row = browser_of("contributor").get(f"/tickets/{ticket(lea).pk}/row/?edit=1").content.decode()
    assert ('<option value="how_to">How to</option>' in row, ">how_to<" in row) == (True, False)
