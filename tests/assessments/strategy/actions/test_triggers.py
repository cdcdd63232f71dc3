"""An evaluation is recorded with its facts."""

from __future__ import annotations

import pytest

from assessments.models import TriggerEvaluation
from assessments.organizations.actions import change_organization
from assessments.strategy.actions.triggers import record_evaluation
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed

pytestmark = pytest.mark.django_db


def test_facts_verdict_and_author_are_recorded(organization, lea):
    organization = change_organization(organization, production_models=3, compliance=False, actor=lea)
    stored = record_evaluation(organization, actor=lea)
    assert (stored.facts["production_models"], stored.facts["shipping_teams"], stored.measured) == (3, None, [])
    assert "measured" not in stored.facts
    assert (stored.result["verdict"], stored.states["scale"], stored.evaluated_by) == ("phase_1", "met", "lea")
    event = AuditEvent.objects.get(action="triggers.evaluated")
    assert (event.subject, event.content["verdict"]) == ("organization:exampleco", "phase_1")


def test_only_leads_record(organization):
    with pytest.raises(NotAllowed):
        record_evaluation(organization, actor=Actor("vera", frozenset({Role.CONTRIBUTOR}), frozenset()))
    assert not TriggerEvaluation.objects.exists()
