"""What is published settles the initiatives of its organization, and of no other."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.receivers import follow_assessment
from assessments.models import Assessment
from assessments.organizations.actions import add_organization


@pytest.fixture
def proposed(organization, lea):
    """The same initiative in two organizations."""
    other = add_organization(slug="other", name="Other", actor=lea)
    about = {"title": "Rollback", "capabilities": ["deployment_rollback"], "target": "implemented", "actor": lea}
    return [propose_initiative(place, **about) for place in (organization, other)]


def states(initiatives) -> list[str]:
    for initiative in initiatives:
        initiative.refresh_from_db()
    return [initiative.state for initiative in initiatives]


def test_only_the_organization_of_the_assessment_is_settled(organization, proposed, lea):
    items = [{"capability": "deployment_rollback", "status": "implemented"}]
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), items=items, actor=lea)
    assert states(proposed) == ["proposed", "proposed"]
    assessment = publish_assessment(begun, actor=lea)
    assert states(proposed) == ["done", "proposed"]
    follow_assessment(Assessment, assessment=assessment, actor=lea)
    assert states(proposed) == ["done", "proposed"], "it is settled once"
