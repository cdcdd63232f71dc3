"""The demo is taken out as a whole, once somebody else can administer."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Organization, Ticket, TrainingRun
from assessments.organizations.actions import add_organization
from assessments.organizations.scope import chosen
from assessments.tickets.queries.triage import triage_of
from platform_site.access import SYSTEM, Role
from platform_site.audit import queries as audit
from platform_site.people.actions import create_user
from platform_site.people.models import User
from platform_site.roof.demo.people import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]


def test_it_is_removed_as_a_whole_once_somebody_else_can_administer(capsys):
    call_command("demo", core=True)
    own = add_organization(slug="northwind", name="Northwind Retail", actor=SYSTEM)
    with pytest.raises(CommandError, match="Only the demo's own administrator is left"):
        call_command("demo", remove=True)
    assert Ticket.objects.filter(source="sample").exists()
    create_user(username="root", password="a long one, 1", roles=[Role.ADMINISTRATOR], teams=[], actor=SYSTEM)
    call_command("demo", remove=True)
    assert "archived 3 organizations, deactivated 6 accounts" in capsys.readouterr().out
    assert not Ticket.objects.filter(source="sample").exists()
    assert not TrainingRun.objects.filter(sample=True).exists()
    assert not User.objects.filter(username__in=PEOPLE, is_active=True).exists()
    assert chosen("") == own
    assert triage_of(own).total == 0
    assert set(Organization.objects.filter(archived_at=None)) == {own}
    assert audit.verify().valid
