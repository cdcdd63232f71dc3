"""Entered beside measured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from assessments.health.actions.assessments import change_assessment, publish_assessment
from assessments.health.queries.evidence import (
    NOT_STORED,
    contradictions,
    evidence_of,
    evidence_of_item,
    records_behind,
    rows_of,
    stated_models,
)
from assessments.models import AssessmentEvidence
from assessments.organizations.actions import change_organization
from assessments.organizations.queries import get_assessment
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


def run(lea, days_ago: float, orchestrator: str, model: str = "eta") -> None:
    started = timezone.now() - timedelta(days=days_ago)
    fields = {"team": "ops", "model": model, "started_at": started, "succeeded": True, "orchestrator": orchestrator}
    record_training_runs([fields], actor=lea)


def line_of(assessment, capability="orchestrated_training"):
    lines = {line.capability: line for line in evidence_of(get_assessment(assessment.pk))}
    return lines[capability]


def test_every_capability_has_a_line_in_the_assessments_order(draft):
    assessment = get_assessment(draft.pk)
    names = [item.capability.name for item in assessment.items.all()]
    assert [line.capability for line in evidence_of(assessment)] == names


def test_training_runs_count_for_30_days(draft, lea):
    run(lea, 31, "airflow")
    assert line_of(draft).denominator is None
    run(lea, 29, "")
    line = line_of(draft)
    assert (line.measured, line.numerator, line.denominator, line.coverage) == (None, 0, 1, (1, 8))
    assert [row["has"] for row in rows_of(draft.organization, "orchestrated_training")] == [False]


def test_a_status_is_suggested_once_enough_models_are_seen(draft, lea):
    for number in range(7):
        run(lea, 1, "airflow", model=f"model_{number}")
        assert line_of(draft).measured == ("implemented" if number == 6 else None)


def test_the_models_stated_are_those_of_the_assessment_else_of_the_organization(draft, organization, lea):
    assert stated_models(get_assessment(draft.pk)) == 8
    change_assessment(draft, model_count=None, actor=lea)
    assert stated_models(get_assessment(draft.pk)) is None
    run(lea, 1, "airflow")
    assert line_of(draft).sentence.endswith("until the number of models in production is entered.")
    change_organization(organization, production_models=1, actor=lea)
    assert line_of(draft).measured == "implemented"


def test_only_what_measurement_contradicts_is_a_contradiction(draft, lea):
    def names():
        return [line.capability for line in contradictions(get_assessment(draft.pk))]

    assert "orchestrated_training" not in names()
    run(lea, 1, "")
    assert "orchestrated_training" in names(), "one of eight models is seen, and that is enough to contradict"
    assert line_of(draft).counter_examples == ("ops, eta",)


def test_one_line_alone_is_what_it_is_among_all(draft, in_production):
    assessment = get_assessment(draft.pk)
    for item, line in zip(assessment.items.all(), evidence_of(assessment), strict=True):
        assert evidence_of_item(item) == line


def test_a_production_model_of_the_registry_is_seen(draft, in_production, lea):
    change_assessment(draft, model_count=1, items=[{"capability": "slice_evaluation", "status": "partial"}], actor=lea)
    assert line_of(draft, "artifact_store").measured == "implemented"
    line = line_of(draft, "slice_evaluation")
    assert (line.measured, line.contradicts, line.counter_examples) == ("missing", True, ("demand v1",))


def test_what_was_measured_is_stored_at_publication_and_never_changes(draft, lea):
    run(lea, 1, "")
    before = line_of(draft)
    published = publish_assessment(draft, actor=lea)
    stored = line_of(published)
    assert stored == before._replace(stored_at=published.published_at)
    run(lea, 1, "airflow", model="demand")
    assert line_of(published) == stored
    records = records_behind(get_assessment(published.pk), "orchestrated_training").records
    assert records == [{"what": "ops, eta", "has": False}]


@pytest.mark.postgresql
def test_the_database_refuses_other_evidence(draft, lea):
    published = publish_assessment(draft, actor=lea)
    line = AssessmentEvidence.objects.filter(assessment=published).first()
    attempts = [
        lambda: AssessmentEvidence.objects.filter(pk=line.pk).update(numerator=None),
        lambda: AssessmentEvidence.objects.filter(pk=line.pk)._raw_delete("default"),
        lambda: AssessmentEvidence.objects.create(
            assessment=published, capability=line.capability, stored_at=timezone.now()
        ),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert AssessmentEvidence.objects.filter(assessment=published).count() == published.items.count()


def test_an_assessment_published_before_evidence_was_stored_says_so(draft, lea, monkeypatch):
    monkeypatch.setattr("assessments.health.actions.assessments.to_store", lambda assessment, moment: [])
    published = publish_assessment(draft, actor=lea)
    lines = evidence_of(get_assessment(published.pk))
    assert {line.measured for line in lines} == {line.stored_at for line in lines} == {None}
    assert all(line.sentence.endswith(NOT_STORED) for line in lines)


def test_a_capability_without_records_is_unknown(draft):
    with pytest.raises(Unknown):
        rows_of(draft.organization, "project_templates")
