"""An organization's target over the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/organizations/exampleco/target/"
NEXT = timezone.localdate() + timedelta(days=120)
GOAL = {"score": 60, "level": "1", "due_on": NEXT.isoformat()}


def test_a_target_is_set_read_and_removed(api, organization):
    assert api("viewer").get(ADDRESS).json()["detail"] == "ExampleCo has no target. A lead sets one."
    answer = api("lead").put(ADDRESS, GOAL, format="json").json()
    assert {name: answer[name] for name in GOAL} == GOAL
    assert (answer["state"], answer["score_now"], answer["level_now"]) == ("no_trend", None, None)
    assert answer["sentence"].startswith("No assessment is published yet")
    assert api("viewer").get(ADDRESS).json() == answer
    assert api("lead").delete(ADDRESS).status_code == 204
    assert api("viewer").get(ADDRESS).status_code == 404


def test_a_forecast_is_the_straight_line_through_two_assessments(api, organization, published, lea):
    items = [{"capability": "model_registry", "status": "implemented"}]
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), items=items, actor=lea)
    publish_assessment(begun, actor=lea)
    answer = api("lead").put(ADDRESS, {"score": 95, "due_on": NEXT.isoformat()}, format="json").json()
    expected = round(min(41.2 + (41.2 - 35.3) / 18 * (NEXT - date(2026, 11, 20)).days, 100), 1)
    assert (answer["score_now"], answer["forecast"], answer["pace_of"]) == (41.2, expected, 2)
    assert answer["state"] == ("on_track" if expected >= 95 else "behind")
    assert answer["level_now"] == "Level 1 — Repeatable Pipelines"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"score": 60}, 400, "due_on"),
        (GOAL | {"score": 0}, 400, "score"),
        (GOAL | {"score": "many"}, 400, "score"),
        (GOAL | {"level": "9"}, 422, "level"),
        ({"due_on": NEXT.isoformat()}, 422, "score"),
        (GOAL | {"due_on": "2020-01-01"}, 422, "due_on"),
        (GOAL | {"by": "x"}, 400, "by"),
    ],
)
def test_a_wrong_target_is_refused_by_its_field(api, organization, body, status, field):
    answer = api("lead").put(ADDRESS, body, format="json")
    assert answer.status_code == status
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not AuditEvent.objects.filter(action="organization.target_set").exists()


def test_an_unknown_organization_has_no_target(api, organization):
    assert api("lead").put("/api/v1/organizations/nobody/target/", GOAL, format="json").status_code == 404
    assert api("lead").delete(ADDRESS).status_code == 404
