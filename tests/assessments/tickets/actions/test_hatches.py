"""What is added to the escape-hatch catalogue and changed is on record, of one organization."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import EscapeHatch
from assessments.organizations.actions import add_organization
from assessments.tickets.actions.hatches import add_hatch, change_hatch
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
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


def test_what_is_added_and_changed_is_on_record(hatch, lea):
    change_hatch(hatch, offers="Any image at all.", actor=lea)
    change_hatch(hatch, offers="Any image at all.", actor=lea)
    added, changed = AuditEvent.objects.filter(action__startswith="escape_hatch").order_by("sequence")
    assert added.content["owner_team"] == "platform"
    assert changed.content == {"offers": {"from": "Any image.", "to": "Any image at all."}}


def test_a_name_once_in_an_organization_and_a_team_that_is_there(organization, hatch, lea):
    with pytest.raises(Invalid, match="in the catalogue already"):
        add_hatch(organization, **FIELDS, actor=lea)
    with pytest.raises(Invalid, match=r"There is no team 'nobody'. Choose from .*platform"):
        add_hatch(organization, **FIELDS | {"name": "Other", "owner_team": "nobody"}, actor=lea)
    vera = Actor("vera", frozenset({Role.VIEWER}), frozenset())
    with pytest.raises(NotAllowed):
        change_hatch(hatch, name="Mine", actor=vera)
    assert EscapeHatch.objects.get().name == "Own image"


def test_a_ticket_never_links_to_the_catalogue_of_another_organization(hatch, lea, organization):
    other = add_organization(slug="other", name="Other", actor=lea)
    request = ticket(lea, organization=other)
    with pytest.raises(Invalid, match="catalogue of another organization"):
        record_ticket(source="jira", external_id="ML-1", escape_hatch=hatch, actor=lea)
    request.refresh_from_db()
    assert request.escape_hatch is None
