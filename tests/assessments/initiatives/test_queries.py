"""Lists of initiatives by owner and lateness."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.queries import overdue, owned_by
from assessments.models import Initiative
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import create_team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ABOUT = {"title": "A tested rollback", "capabilities": ["deployment_rollback"], "target": "implemented"}


@pytest.fixture
def team(organization):
    return create_team(slug="forecasting", name="Forecasting", organization=organization, actor=SYSTEM)


@pytest.fixture
def rollback(organization, lea, team):
    return propose_initiative(organization, **ABOUT, owner="team:forecasting", due_on=date(2026, 12, 4), actor=lea)


def test_lists_by_owner_and_lateness(organization, rollback, lea):
    nobodys = propose_initiative(
        organization, **ABOUT | {"capabilities": ["lineage"]}, due_on=date(2026, 1, 1), actor=lea
    )
    rows = Initiative.objects.all()
    assert list(owned_by(rows, "none")) == [nobodys]
    assert list(owned_by(rows, "team:forecasting")) == [rollback]
    assert list(overdue(rows, date(2026, 1, 2))) == [nobodys]
