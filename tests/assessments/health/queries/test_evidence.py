"""Entered beside measured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from assessments.health.queries.evidence import contradictions, evidence_of, rows
from assessments.organizations.queries import get_assessment
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


def run(lea, days_ago: float, orchestrator: str) -> None:
    started = timezone.now() - timedelta(days=days_ago)
    fields = {"team": "ops", "model": "eta", "started_at": started, "succeeded": True, "orchestrator": orchestrator}
    record_training_runs([fields], actor=lea)


def training(published):
    lines = {line.capability: line for line in evidence_of(get_assessment(published.pk))}
    return lines["orchestrated_training"]


def test_every_capability_has_a_line_in_the_assessments_order(published):
    assessment = get_assessment(published.pk)
    names = [item.capability.name for item in assessment.items.all()]
    assert [line.capability for line in evidence_of(assessment)] == names


def test_training_runs_count_for_30_days(published, lea):
    run(lea, 31, "airflow")
    assert training(published).measured is None
    run(lea, 29, "")
    line = training(published)
    assert (line.measured, line.numerator, line.denominator) == ("missing", 0, 1)
    assert [row["has"] for row in rows("orchestrated_training")] == [False]


def test_only_what_measurement_contradicts_is_a_contradiction(published, lea):
    assert training(published).capability not in [
        line.capability for line in contradictions(get_assessment(published.pk))
    ]
    run(lea, 1, "")
    assert "orchestrated_training" in [line.capability for line in contradictions(get_assessment(published.pk))]


def test_a_capability_without_records_is_unknown():
    with pytest.raises(Unknown):
        rows("project_templates")
