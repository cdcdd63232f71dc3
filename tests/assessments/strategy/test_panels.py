"""The page of an assessment shows the one plan of its organization."""

from __future__ import annotations

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from assessments.health.queries.evidence import AssessmentShown, evidence_of
from assessments.strategy.panels import of_assessment
from assessments.strategy.queries.strategy import plan_of, strategy_of


def test_the_plan_is_that_of_the_strategy(published):
    shown = AssessmentShown(published, evidence_of(published))
    context = of_assessment(RequestFactory().get("/"), shown)
    assert context == {"plan": plan_of(published)}
    assert [step.capability for step in context["plan"].steps] == [
        step.capability for step in strategy_of(published.organization).plan.steps
    ]


def test_evidence_that_was_read_is_not_read_again(published):
    shown = AssessmentShown(published, evidence_of(published))
    with CaptureQueriesContext(connection) as alone:
        plan_of(published)
    with CaptureQueriesContext(connection) as beside:
        of_assessment(RequestFactory().get("/"), shown)
    assert len(beside) < len(alone)
