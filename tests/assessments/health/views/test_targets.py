"""The form of a target, and the history and the review that show it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.targets import set_target
from assessments.models import HealthTarget

pytestmark = pytest.mark.django_db
FORM, HISTORY, REVIEW = (f"/organizations/exampleco/{page}" for page in ("target/", "", "review/"))
NEXT = timezone.localdate() + timedelta(days=120)


@pytest.fixture
def two(organization, published, lea):
    items = [{"capability": "model_registry", "status": "implemented"}]
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), items=items, actor=lea)
    return publish_assessment(begun, actor=lea)


def test_a_lead_sets_changes_and_removes_a_target_in_the_form(browser_of, organization):
    visitor = browser_of("lead")
    assert "Set target" in visitor.get(HISTORY).content.decode()
    saved = visitor.post(FORM, {"score": "60", "level": "1", "due_on": NEXT.isoformat()}, follow=True)
    assert "Target saved." in saved.content.decode()
    shown = visitor.get(FORM).content.decode()
    assert 'value="60"' in shown
    assert "No assessment is published yet" in shown
    assert "No assessment is published yet" in visitor.get(HISTORY).content.decode()
    removed = visitor.post(f"{FORM}remove/", follow=True).content.decode()
    assert "Target removed." in removed
    assert not HealthTarget.objects.exists()


def test_a_fault_stands_at_its_field(browser_of, organization):
    answer = browser_of("lead").post(FORM, {"score": "60", "due_on": "2020-01-01"})
    assert answer.status_code == 422
    assert "2020-01-01 is not a day to aim at" in answer.content.decode()


def test_the_history_draws_the_way_to_the_target(browser_of, two, organization, lea):
    set_target(organization, score=60, due_on=NEXT, actor=lea)
    answer = browser_of("viewer").get(HISTORY)
    chart, page = answer.context["chart"], answer.content.decode()
    _, target, pace = chart.figure["data"]
    assert (list(target["x"])[-1], list(target["y"])) == (NEXT.isoformat(), [60, 60])
    assert (list(pace["x"]), next(iter(pace["y"]))) == (["2026-11-20", NEXT.isoformat()], 41.2)
    assert "At the pace of the last 2 assessments the score is" in chart.sentence
    assert chart.sentence in page
    assert [row[4] for row in chart.rows[:2]] == ["Target", "Forecast at the present pace"]
    assert "Change target" not in page  # a viewer reads it


def test_one_assessment_draws_the_target_and_no_forecast(browser_of, published, organization, lea):
    set_target(organization, score=60, level="1", due_on=NEXT, actor=lea)
    chart = browser_of("viewer").get(HISTORY).context["chart"]
    assert [trace["name"] for trace in chart.figure["data"]] == ["Score", "Target"]
    assert "A pace needs two scored assessments of different days." in chart.sentence
    assert chart.rows[0][2] == "60% and Level 1 — Repeatable Pipelines"


@pytest.mark.parametrize("kind", ["json", "md", "html"])
def test_the_review_shows_target_and_way_in_every_format(api, browser_of, two, organization, lea, kind):
    address = f"/api/v1/organizations/exampleco/review/?format={kind}"
    assert "No target is set" in api("viewer").get(address).content.decode()
    set_target(organization, score=95, due_on=NEXT, actor=lea)
    file = api("viewer").get(address).content.decode().replace("\\.", ".")
    assert "At the pace of the last 2 assessments the score is" in file
    assert "95%" in file
    assert "At the pace of the last 2 assessments" in browser_of("viewer").get(REVIEW).content.decode()
