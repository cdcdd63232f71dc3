"""The incident, twice: the trained version is not what is current, and the gate is closed."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.roof.demo import registry_story
from registry.models import Feature, ModelVersion
from registry.versions.queries.gates import deployment_verdict

pytestmark = pytest.mark.slow


def test_the_gate_is_closed_over_both_incidents_and_a_second_load_changes_nothing(actors, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    registry_story.set_policy(actors["lead"])
    registry_story.load(actors["contributor"], actors["approver"])
    for incident in (registry_story.ORDERS, registry_story.FLIGHTS):
        feature = Feature.objects.get(name=incident.feature)
        assert feature.versions.count() == 2
        version = ModelVersion.objects.get(model__name=incident.model, stage="production")
        assert not deployment_verdict(version).proceeds
    events = AuditEvent.objects.count()
    registry_story.load(actors["contributor"], actors["approver"])
    assert AuditEvent.objects.count() == events
