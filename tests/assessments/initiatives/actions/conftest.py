"""An initiative about a rollback, and what publishes an assessment that it follows."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.initiatives.actions.initiatives import propose_initiative
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.people.actions.teams import create_team

ABOUT = {"title": "A tested rollback", "capabilities": ["deployment_rollback"], "target": "implemented"}


def event(action):
    return AuditEvent.objects.filter(action=action).order_by("sequence").last()


def publish(organization, lea, **statuses):
    """Publish an assessment with these statuses."""
    items = [{"capability": name, "status": status} for name, status in statuses.items()]
    today = timezone.now().date()
    return publish_assessment(begin_assessment(organization, assessed_on=today, items=items, actor=lea), actor=lea)


@pytest.fixture
def team(organization):
    return create_team(slug="forecasting", name="Forecasting", organization=organization, actor=SYSTEM)


@pytest.fixture
def rollback(organization, lea, team):
    return propose_initiative(organization, **ABOUT, owner="team:forecasting", due_on=date(2026, 12, 4), actor=lea)
