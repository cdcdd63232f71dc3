"""What postmortems show on the page of an assessment."""

from __future__ import annotations

import pytest

from assessments.health.queries.evidence import AssessmentShown
from assessments.postmortems.actions import publish_postmortem
from assessments.postmortems.panels import of_assessment

pytestmark = pytest.mark.django_db


def test_incidents_are_counted_by_capability(rf, published, incident, lea):
    assert of_assessment(rf.get("/"), AssessmentShown(published, [])) == {"incidents": {}}
    publish_postmortem(incident, actor=lea)
    assert of_assessment(rf.get("/"), AssessmentShown(published, [])) == {"incidents": {"feature_parity": 1}}
