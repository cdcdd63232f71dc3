"""The sample organization and its assessment, stated through the actions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from assessments.actions.assessments import begin_assessment, publish_assessment
from assessments.actions.organizations import add_organization
from assessments.models import Organization
from platform_site.access import Actor

SAMPLE = Path(__file__).with_name("exampleco.json")
SLUG = "exampleco"
ASSESSED_ON = date(2026, 11, 2)


def load(actor: Actor) -> None:
    """Add the organization and publish its assessment; a second call finds them there."""
    told = json.loads(SAMPLE.read_text())
    organization = Organization.objects.filter(slug=SLUG).first() or add_organization(
        slug=SLUG, name=told["name"], actor=actor, **told["facts"]
    )
    if organization.assessments.exists():
        return
    assessment = begin_assessment(
        organization,
        assessed_on=ASSESSED_ON,
        model_count=told["model_count"],
        team_count=told["team_count"],
        items=told["items"],
        actor=actor,
    )
    publish_assessment(assessment, actor=actor)
