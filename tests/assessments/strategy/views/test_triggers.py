"""The page of the conditions."""

from __future__ import annotations

import pytest

from assessments.models import TriggerEvaluation

pytestmark = pytest.mark.django_db
PATH = "/organizations/exampleco/triggers/"


def test_a_lead_records_an_evaluation_and_sees_that_nothing_changed(browser_of, organization):
    lead = browser_of("lead")
    assert "No evaluation was recorded yet" in lead.get(PATH).content.decode()
    answer = lead.post(f"{PATH}keep/", follow=True)
    assert "Evaluation recorded." in answer.content.decode()
    assert "No condition changed since" in answer.content.decode()


def test_a_viewer_reads_and_records_nothing(browser_of, organization):
    viewer = browser_of("viewer")
    assert "Record evaluation" not in viewer.get(PATH).content.decode()
    assert viewer.post(f"{PATH}keep/").status_code == 403
    assert not TriggerEvaluation.objects.exists()
